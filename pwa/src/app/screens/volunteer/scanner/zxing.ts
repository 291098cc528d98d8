/** zxing-cpp as WebAssembly, from this server alone. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

await prepareZXingModule({
  overrides: { locateFile: (file: string, prefix: string) => (file.endsWith(".wasm") ? wasm : prefix + file) },
  fireImmediately: true,
});

/** The first code in the picture, or null. */
export async function zxing(picture: ImageData): Promise<string | null> {
  const [found] = await readBarcodes(picture, { tryHarder: true, maxNumberOfSymbols: 1 });
  return found?.isValid ? found.text : null;
}
