import { describe, expect, it } from "vitest";
import { contentName, endingFor, LARGEST_PICTURE, pictureType, settingsOf } from "./files";
import { reduce, within, type Surface } from "./reduce";

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;

describe("a file's name", () => {
  it("is the digest of its bytes", async () => {
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(await contentName(new ArrayBuffer(0), "webp")).toBe(`${empty}.webp`);
  });

  it.each([
    ["image/jpeg", "IMG_1.JPG", "jpg"],
    ["audio/webm;codecs=opus", "", "webm"],
    ["", "scan.PDF", "pdf"],
    ["text/plain", "list.csv", "csv"],
    ["application/x-unheard", "thing.exe", "bin"],
    ["", "", "bin"],
  ])("of type '%s' called '%s' ends in .%s", (type, name, ending) => {
    expect(endingFor(type, name)).toBe(ending);
  });
});

describe("a picture", () => {
  it("is told by its bytes, not by what it is called", () => {
    expect(pictureType(bytes(0xff, 0xd8, 0xff, 0xe0))).toBe("image/jpeg");
    expect(pictureType(bytes(0x89, 0x50, 0x4e, 0x47, 13))).toBe("image/png");
    expect(pictureType(bytes(0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50))).toBe("image/webp");
    expect(pictureType(new TextEncoder().encode("<svg onload=alert(1)>").buffer)).toBeNull();
  });

  it("is 1,600 pixels and 250 kB at most, or as its question says", () => {
    expect(settingsOf({})).toEqual({ pixels: 1600, bytes: 250_000, quality: 0.8 });
    expect(settingsOf({ params: { "max-pixels": "3200" } })).toMatchObject({ pixels: 3200, bytes: 1_000_000 });
    expect(settingsOf({ params: { "max-pixels": "640", quality: "60" } })).toEqual({ pixels: 640, bytes: 250_000, quality: 0.6 });
    expect(settingsOf({ params: { "max-pixels": "nonsense", quality: "0" } }).pixels).toBe(1600);
    expect(settingsOf({ params: { "max-pixels": "8000" } }).bytes).toBeLessThanOrEqual(LARGEST_PICTURE);
  });

  it("keeps its shape, and never grows", () => {
    expect(within(4000, 3000, 1600)).toEqual([1600, 1200]);
    expect(within(3000, 4000, 1600)).toEqual([1200, 1600]);
    expect(within(300, 200, 1600)).toEqual([300, 200]);
    expect(within(10_000, 1, 320)).toEqual([320, 1]);
  });

  it("goes down in quality, then in size, until it fits; a browser without WebP gives JPEG", async () => {
    const asked: string[] = [];
    const surface = (width: number, height: number): Surface => ({
      context: { fillRect: () => undefined, drawImage: () => undefined } as unknown as CanvasRenderingContext2D,
      encode: (type, quality) => {
        asked.push(`${width} ${type} ${quality.toFixed(2)}`);
        const made = type === "image/webp" ? "image/png" : type;
        return Promise.resolve(new Blob([new Uint8Array(Math.round(width * height * quality))], { type: made }));
      },
    });
    const picture = { width: 2000, height: 1000, close: () => undefined };
    globalThis.createImageBitmap = () => Promise.resolve(picture as ImageBitmap);
    const { whole, preview } = await reduce(new Blob([]), { pixels: 1000, bytes: 120_000, quality: 0.8 }, surface);
    expect(whole.type).toBe("image/jpeg");
    expect(whole.bytes.byteLength).toBeLessThanOrEqual(120_000);
    expect(preview.bytes.byteLength).toBeLessThanOrEqual(20_000);
    expect(asked[1]).toBe("1000 image/jpeg 0.80");
    expect(asked.some((each) => each.startsWith("800 "))).toBe(true);
  });
});
