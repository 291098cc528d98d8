/**
 * Reads bar codes and QR codes. The phone's own reader where it has one (Android); otherwise zxing, which is fetched when a
 * code is first read and then kept for use without network.
 */

export type CodeReader = (picture: HTMLVideoElement | ImageBitmap) => Promise<string | null>;

interface Detector {
  detect(picture: HTMLVideoElement | ImageBitmap): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

let made: Promise<CodeReader> | null = null;

/** Rejects when the reader can't be had now: no network, and never fetched. */
export function reader(): Promise<CodeReader> {
  made ??= native()
    .then((own) => own ?? fetched())
    .catch((error: unknown) => {
      made = null;
      throw error;
    });
  return made;
}

async function native(): Promise<CodeReader | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  // Some browsers have the class and nothing behind it.
  const formats = (await BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (!BarcodeDetector || !formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats });
  return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
}

async function fetched(): Promise<CodeReader> {
  const { zxing } = await import("./zxing");
  const canvas = document.createElement("canvas");
  return async (picture) => {
    const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
    if (width === 0 || height === 0) return null;
    const scale = Math.min(1, WIDEST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return zxing(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

/** Wider pictures take longer and are read no better. */
const WIDEST = 1280;
