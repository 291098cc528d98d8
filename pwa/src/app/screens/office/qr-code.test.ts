import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { qrPath } from "./qr-code";

const LINK = `https://ben.tracu.example/#/enrol/${"Ab3_-".repeat(8)}xyz`;

/** The drawing as a picture, some pixels a module: what a camera sees. */
function picture({ side, path }: ReturnType<typeof qrPath>, scale = 6): ImageData {
  const data = new Uint8ClampedArray((side * scale) ** 2 * 4).fill(255);
  for (const [, left, top, wide] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let y = Number(top) * scale; y < (Number(top) + 1) * scale; y += 1) {
      const from = (y * side * scale + Number(left) * scale) * 4;
      data.fill(0, from, from + Number(wide) * scale * 4);
    }
  }
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { data, width: side * scale, height: side * scale, colorSpace: "srgb" };
}

beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer }, fireImmediately: true });
});

describe("a QR code", () => {
  it.each([LINK, "x", "Bến: ghi danh · ចុះឈ្មោះ"])("says %s to another library's reader", async (text) => {
    const [read] = await readBarcodes(picture(qrPath(text)), { formats: ["QRCode"] });
    expect(read?.text).toBe(text);
  });

  it("has four white modules all around", () => {
    const { side, path } = qrPath(LINK);
    const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map((run) => run.slice(1).map(Number));
    expect(Math.min(...runs.map(([left]) => left ?? 0))).toBe(4);
    expect(Math.max(...runs.map(([left, , wide]) => (left ?? 0) + (wide ?? 0)))).toBe(side - 4);
    expect(runs[0]?.[1]).toBe(4);
    expect(runs.at(-1)?.[1]).toBe(side - 5);
  });
});
