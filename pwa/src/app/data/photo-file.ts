/** Photos and other media in a file that one phone gives another. */
import { isMediaName, type Photo, type Store } from "../../store";

export interface PhotoInFile {
  readonly name: string;
  readonly type: string;
  /** base64. */
  readonly bytes: string;
  readonly preview: { readonly type: string; readonly bytes: string } | null;
}

export interface PhotosInFile {
  /** Photos and other media that the server doesn't have yet, as far as a file can hold them. */
  readonly photos: readonly PhotoInFile[];
  /** How many more there are: on the phone that saved the file, and nowhere else. */
  readonly left: number;
}

/** Bytes of photos in one file: more would be too much for a phone to put together, or to read. */
const ROOM = 20_000_000;

/** Those of this phone's that are wanted, with their bytes, as far as there is room. */
export async function photosInFile(store: Store, isWanted: (photo: Photo) => boolean): Promise<PhotosInFile> {
  const wanted = (await store.photos()).filter(isWanted);
  const photos: PhotoInFile[] = [];
  let room = ROOM;
  for (const { name, type, preview } of wanted) {
    const [bytes, small] = [await store.piece(name, "whole"), await store.piece(name, "preview")];
    if (!bytes || bytes.byteLength > room) continue;
    room -= bytes.byteLength;
    photos.push({ name, type, bytes: toBase64(bytes), preview: small && preview ? { type: preview, bytes: toBase64(small) } : null });
  }
  return { photos, left: wanted.length - photos.length };
}

/** Bytes of a call's arguments: as many as engines take at once. */
const AT_ONCE = 8_192;

function toBase64(bytes: ArrayBuffer): string {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let from = 0; from < all.length; from += AT_ONCE) text += String.fromCharCode(...all.subarray(from, from + AT_ONCE));
  return btoa(text);
}

function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

export interface PhotosTaken {
  readonly taken: number;
  /** Damaged on the way: they don't have the content that their name says. */
  readonly wrong: number;
}

/** Keeps the file's photos on this phone: "waiting" to be sent from here, "kept" for a draft. Raises `StorageFull`. */
export async function takePhotos(store: Store, { photos }: Pick<PhotosInFile, "photos">, state: "waiting" | "kept" = "waiting"): Promise<PhotosTaken> {
  let taken = 0;
  for (const { name, type, bytes, preview } of photos) {
    const photo = await readPhoto(name, bytes);
    if (!photo) continue;
    await store.keepPhoto({ name, type, bytes: photo, preview: preview && { type: preview.type, bytes: fromBase64(preview.bytes) } }, state);
    taken += 1;
  }
  return { taken, wrong: photos.length - taken };
}

async function readPhoto(name: string, text: string): Promise<ArrayBuffer | null> {
  try {
    const bytes = fromBase64(text);
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return isMediaName(name) && name.startsWith(`${digest}.`) ? bytes : null;
  } catch {
    return null;
  }
}
