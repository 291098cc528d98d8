// A QR code as a PNG: node qr_code.mjs '<text>' <file>. By the library that reads codes in the app, its other half.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../pwa/package.json", import.meta.url));
const { prepareZXingModule, writeBarcode } = require("zxing-wasm/writer");
const [, , text, file] = process.argv;

const wasmBinary = readFileSync(require.resolve("zxing-wasm/writer/zxing_writer.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer }, fireImmediately: true });
const { image, error } = await writeBarcode(text, { format: "QRCode", scale: 8 });
if (!image) throw new Error(error);
writeFileSync(file, Buffer.from(await image.arrayBuffer()));
