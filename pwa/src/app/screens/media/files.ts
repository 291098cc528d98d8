/** What media files are called and what they are. Pure but for the digest. */
import type { FormNode } from "../../../shared/form";
import type { Settings } from "./reduce";

/** Media type by the ending of a content name; the first of a type names it. */
const TYPES: readonly (readonly [string, string])[] = [
  ["jpg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["webm", "audio/webm"],
  ["webm", "video/webm"],
  ["ogg", "audio/ogg"],
  ["m4a", "audio/mp4"],
  ["m4a", "audio/x-m4a"],
  ["mp3", "audio/mpeg"],
  ["aac", "audio/aac"],
  ["amr", "audio/amr"],
  ["wav", "audio/wav"],
  ["wav", "audio/x-wav"],
  ["mp4", "video/mp4"],
  ["mov", "video/quicktime"],
  ["3gp", "video/3gpp"],
  ["pdf", "application/pdf"],
  ["csv", "text/csv"],
  ["txt", "text/plain"],
  ["zip", "application/zip"],
  ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["bin", "application/octet-stream"],
];

/** What the server takes of a picture, and of anything else: bytes. */
export const LARGEST_PICTURE = 8_000_000;
export const LARGEST_FILE = 25_000_000;

export function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

/** The ending for a media type (parameters ignored), else that of the file's own name where it is one we know, else `bin`. */
export function endingFor(type: string, fileName = ""): string {
  const plain = type.split(";")[0]?.trim().toLowerCase();
  const byType = TYPES.find(([, known]) => known === plain)?.[0];
  if (byType && byType !== "bin" && byType !== "txt") return byType;
  const own = endingOf(fileName);
  return TYPES.find(([ending]) => ending === own)?.[0] ?? byType ?? "bin";
}

export function typeOf(ending: string): string {
  return TYPES.find(([known]) => known === ending)?.[1] ?? "application/octet-stream";
}

/** `<sha256 of the bytes>.<ending>`. */
export async function contentName(bytes: ArrayBuffer, ending: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}.${ending}`;
}

/** JPEG, PNG and WebP by how they begin; null: something else, whatever it is called. */
export function pictureType(bytes: ArrayBuffer): string | null {
  const head = new Uint8Array(bytes.slice(0, 12));
  const at = (from: number, ...expected: readonly number[]): boolean => expected.every((byte, index) => head[from + index] === byte);
  if (at(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (at(0, 0x89, 0x50, 0x4e, 0x47)) return "image/png";
  return at(0, 0x52, 0x49, 0x46, 0x46) && at(8, 0x57, 0x45, 0x42, 0x50) ? "image/webp" : null;
}

const PIXELS = 1600;
const BYTES = 250_000;

/** How a question wants its pictures: `max-pixels` of the long side, `quality` from 1 to 100. */
export function settingsOf({ params = {} }: Pick<FormNode, "params">): Settings {
  const pixels = Math.round(Number(params["max-pixels"]));
  const quality = Number(params["quality"]);
  const wished = pixels >= 100 && pixels <= 8000 ? pixels : PIXELS;
  return {
    pixels: wished,
    // More pixels than usual take more bytes, in the same measure; the server's limit is the end.
    bytes: Math.min(LARGEST_PICTURE, Math.round(BYTES * Math.max(1, (wished / PIXELS) ** 2))),
    quality: quality >= 1 && quality <= 100 ? quality / 100 : 0.8,
  };
}
