// What the codes in a picture say, as JSON: node qr_read.mjs <file>. By the library that reads codes in the app.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../pwa/package.json", import.meta.url));
const { prepareZXingModule, readBarcodes } = require("zxing-wasm/reader");
const [, , file] = process.argv;

const wasmBinary = readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer }, fireImmediately: true });
const found = await readBarcodes(new Uint8Array(readFileSync(file)), { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 64 });
console.log(JSON.stringify(found.filter((each) => each.isValid).map((each) => each.text)));
