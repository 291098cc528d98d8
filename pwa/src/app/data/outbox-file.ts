/** The outbox as a file: what a phone that can't send gives to one that can. */
import { call } from "../../shared/api";
import type { Mutation, MutationResult } from "../../shared/protocol";
import { inTables } from "../../shared/tables";
import type { ProfileInfo } from "../../shared/profile";
import { isMediaName, type Store } from "../../store";

const KIND = "ben-outbox";
/** As many as one request takes. */
const MOST = 500;

export interface OutboxFile {
  readonly kind: typeof KIND;
  readonly version: 1;
  /** Whose number the mutations have. */
  readonly device: number;
  readonly person: { readonly id: number; readonly name: string };
  readonly epoch: string | null;
  readonly saved: string;
  /** The form versions whose positions the mutations speak of, for whoever reads the file by eye. */
  readonly forms: readonly { readonly id: number; readonly key: string; readonly version: string; readonly fields: readonly string[] }[];
  readonly mutations: readonly Mutation[];
  /** Photos and other media that the server doesn't have yet, as far as a file can hold them. */
  readonly photos: readonly PhotoInFile[];
  /** How many more there are: on the phone that saved the file, and nowhere else. */
  readonly left: number;
  /** By number: what it was made on, and in which life of the server that was seen. Absent in older files. */
  readonly saw?: Readonly<Record<string, { readonly epoch: string | null; readonly hash: string }>>;
}

interface PhotoInFile {
  readonly name: string;
  readonly type: string;
  /** base64. */
  readonly bytes: string;
  readonly preview: { readonly type: string; readonly bytes: string } | null;
}

/** Bytes of photos in one file: more would be too much for a phone to put together, or to read. */
const ROOM = 20_000_000;

/** Everything unsent. From now on it doesn't change any more: it has left the phone. */
export async function outboxFile(store: Store, profile: ProfileInfo): Promise<OutboxFile> {
  const { epoch, mutations, saw } = await store.takeCopy();
  const used = new Set(mutations.flatMap((mutation) => (mutation.kind === "edit" && mutation.form ? [mutation.form] : [])));
  const forms = (await store.documents("form")).filter((form) => used.has(form.id));
  const { photos, left } = await photosInFile(store);
  return {
    kind: KIND,
    version: 1,
    device: profile.device,
    person: profile.person,
    epoch,
    saved: store.localNow(),
    forms: forms.map(({ id, key, version, compiled }) => ({ id, key, version, fields: compiled.fields })),
    mutations,
    photos,
    left,
    saw,
  };
}

async function photosInFile(store: Store): Promise<Pick<OutboxFile, "photos" | "left">> {
  const waiting = (await store.photos()).filter(({ state }) => state === "waiting" || state === "lacked");
  const photos: PhotoInFile[] = [];
  let room = ROOM;
  for (const { name, type, preview } of waiting) {
    const [bytes, small] = [await store.piece(name, "whole"), await store.piece(name, "preview")];
    if (!bytes || bytes.byteLength > room) continue;
    room -= bytes.byteLength;
    photos.push({ name, type, bytes: toBase64(bytes), preview: small && preview ? { type: preview, bytes: toBase64(small) } : null });
  }
  return { photos, left: waiting.length - photos.length };
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

/** Keeps the file's photos on this phone, to be sent from here. Raises `StorageFull`. */
export async function takePhotos(store: Store, { photos }: OutboxFile): Promise<PhotosTaken> {
  let taken = 0;
  for (const { name, type, bytes, preview } of photos) {
    const photo = await readPhoto(name, bytes);
    if (!photo) continue;
    await store.keepPhoto({ name, type, bytes: photo, preview: preview && { type: preview.type, bytes: fromBase64(preview.bytes) } }, "waiting");
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

/** The file in a text that may be anything at all; null: it is none. The server looks at each mutation itself. */
export function readOutboxFile(text: string): OutboxFile | null {
  try {
    const found = JSON.parse(text) as Partial<OutboxFile> | null;
    if (found?.kind !== KIND || typeof found.device !== "number" || !Array.isArray(found.mutations)) return null;
    const fit = found.mutations.every((item: unknown) => typeof item === "object" && item !== null && "n" in item && "kind" in item);
    if (!fit || typeof found.person?.name !== "string") return null;
    // A file from before there were photos has none.
    return { ...(found as OutboxFile), photos: found.photos ?? [], left: found.left ?? 0 };
  } catch {
    return null;
  }
}

export interface HandingIn {
  readonly device: number;
  readonly epoch: string | null;
  readonly signal?: AbortSignal;
  /** Called after each request, with how many items have been answered. */
  readonly onLanded?: (count: number) => void;
}

/**
 * Hands it in, in the order of the numbers; gives what became of each item. Asked again, it is the same again. `epoch`: the
 * server's life that this phone knows; all is answered 'retry' if that has ended. `signal` ends it between two requests or
 * in the middle of one: what has landed has landed.
 */
export async function handIn(file: OutboxFile, by: HandingIn): Promise<MutationResult[]> {
  const { device, epoch, signal, onLanded } = by;
  const results: MutationResult[] = [];
  for (let from = 0; from < file.mutations.length; from += MOST) {
    const part = file.mutations.slice(from, from + MOST);
    const past = part.flatMap(({ n }) => {
      const seen = file.saw?.[n];
      return seen && seen.epoch !== epoch ? [[n, seen.hash] as const] : [];
    });
    const body = { device: file.device, epoch, ...inTables(part), ...(past.length > 0 && { saw: Object.fromEntries(past) }) };
    const answer = await call({ method: "POST", path: "/api/handins", body }, { device, gzip: true, ...(signal && { signal }) });
    results.push(...(answer as { results: MutationResult[] }).results);
    onLanded?.(results.length);
  }
  return results;
}
