/**
 * Takes what a picture tells beside itself (where and when it was taken, with what, by whom) out of its bytes, without
 * decoding it: for pictures that this phone can't decode and the server may. Only how a camera's picture (JPEG, WebP) is to
 * be turned stays. Pure.
 *
 * What isn't known to be part of the picture goes, so a kind of metadata that nobody has thought of goes too.
 */

/** The bytes without metadata, or null when they aren't what they begin as. */
export function withoutMetadata(bytes: ArrayBuffer, type: string): ArrayBuffer | null {
  const whole = new Uint8Array(bytes);
  try {
    const parts = type === "image/jpeg" ? jpeg(whole) : type === "image/png" ? png(whole) : type === "image/webp" ? webp(whole) : null;
    return parts && joined(parts);
  } catch (error) {
    if (error instanceof RangeError) return null; // It ends too early.
    throw error;
  }
}

type Parts = Uint8Array[];

function joined(parts: Parts): ArrayBuffer {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made.buffer;
}

function begins(bytes: Uint8Array, at: number, text: string): boolean {
  return ascii(text).every((code, index) => bytes[at + index] === code);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** RangeError: it is longer than the file. */
function cut(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (to > bytes.length || from > to) throw new RangeError("the file ends too early");
  return bytes.subarray(from, to);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// ---------------------------------------------------------------- JPEG: segments

const EXIF = "Exif\0\0";
const [START, END, SCAN, COMMENT] = [0xd8, 0xd9, 0xda, 0xfe];

function jpeg(whole: Uint8Array): Parts | null {
  const view = viewOf(whole);
  const kept: Parts = [cut(whole, 0, 2)];
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // Filling.
      continue;
    }
    if (marker === END) break;
    if (marker === START || marker < 0xc0) return null;
    const next = at + 2 + view.getUint16(at + 2);
    const segment = cut(whole, at, next);
    kept.push(...segmentKept(segment, marker));
    at = marker === SCAN ? endOfScan(whole, next) : next;
    if (marker === SCAN) kept.push(cut(whole, next, at));
  }
  // What follows the end (a film, a second picture) is not part of it.
  return [...kept, Uint8Array.of(0xff, END)];
}

function segmentKept(segment: Uint8Array, marker: number): Parts {
  if (marker === 0xe1 && begins(segment, 4, EXIF)) return exifSegment(turned(segment.subarray(4 + EXIF.length)));
  const colours = (marker === 0xe0 && begins(segment, 4, "JFIF\0")) || (marker === 0xe2 && begins(segment, 4, "ICC_PROFILE\0")) || (marker === 0xee && begins(segment, 4, "Adobe"));
  const told = marker === COMMENT || (marker >= 0xe0 && marker <= 0xef);
  return !told || colours ? [segment] : [];
}

function exifSegment(turn: number): Parts {
  if (turn === 1) return [];
  const exif = ascii(EXIF);
  const tiff = tiffOf(turn);
  return [Uint8Array.of(0xff, 0xe1, 0, 2 + exif.length + tiff.length, ...exif, ...tiff)];
}

/** Where the compressed picture that begins here ends: at a marker that is none of its own. */
function endOfScan(whole: Uint8Array, from: number): number {
  for (let at = whole.indexOf(0xff, from); at >= 0; at = whole.indexOf(0xff, at + 1)) {
    const next = whole[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new RangeError("the picture has no end");
}

// ---------------------------------------------------------------- which way up (the one tag of EXIF that is the picture's)

const ORIENTATION = 0x0112;

/** 1 to 8 as TIFF numbers them; 1, upright, where it isn't said or can't be read. */
function turned(tiff: Uint8Array): number {
  const little = begins(tiff, 0, "II");
  const view = viewOf(tiff);
  try {
    const table = view.getUint32(4, little);
    for (let entry = 0; entry < view.getUint16(table, little); entry += 1) {
      const at = table + 2 + 12 * entry;
      if (view.getUint16(at, little) !== ORIENTATION) continue;
      const turn = view.getUint16(at + 8, little);
      return turn >= 1 && turn <= 8 ? turn : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** EXIF that says nothing else. */
function tiffOf(turn: number): number[] {
  return [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0];
}

// ---------------------------------------------------------------- PNG: chunks

const DRAWN: ReadonlySet<string> = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs"]);

function png(whole: Uint8Array): Parts | null {
  const view = viewOf(whole);
  const kept: Parts = [cut(whole, 0, 8)];
  for (let at = 8; ; ) {
    const name = nameAt(view, at + 4);
    const next = at + 12 + view.getUint32(at);
    const chunk = cut(whole, at, next);
    if (DRAWN.has(name)) kept.push(chunk);
    if (name === "IEND") return kept;
    at = next;
  }
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

// ---------------------------------------------------------------- WebP: chunks of RIFF

const SHOWN: ReadonlySet<string> = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
/** What the head says that the file has. */
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04];

function webp(whole: Uint8Array): Parts | null {
  const view = viewOf(whole);
  const end = 8 + view.getUint32(4, true);
  const chunks: Parts = [];
  let turn = 1;
  for (let at = 12; at + 8 <= end; ) {
    const name = nameAt(view, at);
    const size = view.getUint32(at + 4, true);
    const chunk = cut(whole, at, at + 8 + size + (size % 2));
    if (name === "EXIF") turn = turned(begins(chunk, 8, EXIF) ? chunk.subarray(8 + EXIF.length) : chunk.subarray(8));
    else if (SHOWN.has(name)) chunks.push(name === "VP8X" ? chunk.slice() : chunk);
    at += chunk.length;
  }
  const head = chunks.find((chunk) => begins(chunk, 0, "VP8X"));
  if (head) head[8] = ((head[8] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (turn === 1 ? 0 : HAS_EXIF);
  if (head && turn !== 1) chunks.push(webpExif(turn));
  const riff = whole.slice(0, 12);
  viewOf(riff).setUint32(4, 4 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), true);
  return chunks.length > 0 ? [riff, ...chunks] : null;
}

function webpExif(turn: number): Uint8Array {
  const tiff = tiffOf(turn);
  return Uint8Array.of(...ascii("EXIF"), tiff.length, 0, 0, 0, ...tiff);
}
