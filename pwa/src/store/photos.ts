/**
 * Photos and other media of this phone's answers: their bytes by content name, apart from the records that name them.
 *
 * Rules:
 * - A name becomes an answer only after its bytes are on the disk (`keep` is a strict transaction of its own).
 * - `kept`: no mutation names it yet. `waiting`: one does, and whether the server has it is not known here. `lacked`: the
 *   server said that it hasn't. `sent`: the server has it whole.
 * - What waits or is lacked is never removed. What is kept goes with the last draft that names it.
 * - What the server has stays 30 days more, as a mutation does: restored from a backup it may lack it again.
 */

import type { FieldSet, Value, Values } from "../shared/protocol";
import { readProgress } from "./database";
import type { PhotoRow, Reading, Writing } from "./database";
import type { NewPhoto, Piece } from "./types";

const DAY = 24 * 3600 * 1000;
const KEPT = 30 * DAY;
/** As many names as one request may hold. */
const ASKED = 200;
const NAME = /^[0-9a-f]{64}\.[a-z0-9]{2,4}$/;

/** Whether an answer is the name of a photo or another file. */
export function isMediaName(value: Value | null | undefined): value is string {
  return typeof value === "string" && NAME.test(value);
}

export function namesIn(values: Values): string[] {
  return Object.values(values).filter(isMediaName);
}

export async function keep(transaction: Writing, photo: NewPhoto, state: "kept" | "waiting"): Promise<void> {
  const { name, type, bytes, preview } = photo;
  const before = await transaction.objectStore("photos").get(name);
  const pieces = transaction.objectStore("pieces");
  await pieces.put(bytes, [name, "whole"]);
  if (preview) await pieces.put(preview.bytes, [name, "preview"]);
  const about = { name, type, size: bytes.byteLength, preview: preview?.type ?? null, kept: Date.now() };
  // The same picture chosen again: whatever it was waiting for it still is.
  const now = before && before.state !== "kept" ? before.state : state;
  await transaction.objectStore("photos").put({ ...before, ...about, state: now });
}

/** A mutation names these from now on: the server is to have them. */
export async function claim(transaction: Writing, set: readonly FieldSet[], record: string): Promise<void> {
  const photos = transaction.objectStore("photos");
  for (const [, value] of set) {
    const row = isMediaName(value) ? await photos.get(value) : undefined;
    if (row) await photos.put({ ...row, record, state: row.state === "lacked" ? "lacked" : "waiting" });
  }
}

/** A mutation that was never sent named the first set and names the second instead: what only the first did goes back. */
export async function release(transaction: Writing, before: readonly FieldSet[], after: readonly FieldSet[]): Promise<void> {
  const names = new Set(after.map(([, value]) => value));
  const dropped = before.flatMap(([, value]) => (isMediaName(value) && !names.has(value) ? [value] : []));
  if (dropped.length === 0) return;
  const named = await namedByMutations(transaction);
  const photos = transaction.objectStore("photos");
  for (const name of dropped) {
    const row = await photos.get(name);
    if (row && row.state !== "sent" && !named.has(name)) await photos.put({ ...row, state: "kept" });
  }
}

async function namedByMutations(transaction: Writing): Promise<ReadonlySet<string>> {
  const rows = [...(await transaction.objectStore("outbox").getAll()), ...(await transaction.objectStore("sent").getAll())];
  const sets = rows.flatMap(({ mutation }) => ("set" in mutation ? mutation.set : []));
  return new Set(sets.flatMap(([, value]) => (isMediaName(value) ? [value] : [])));
}

/** What is asked about next. */
export function asked(transaction: Writing): Promise<string[]> {
  return transaction.objectStore("photos").index("state").getAllKeys("waiting", ASKED);
}

/** The server has said which of those it lacks; the others it has whole. */
export async function takeLacks(transaction: Writing, names: readonly string[], lacks: readonly string[], at: number): Promise<void> {
  const photos = transaction.objectStore("photos");
  for (const name of names) {
    const row = await photos.get(name);
    if (row?.state !== "waiting") continue;
    await photos.put(lacks.includes(name) ? { ...row, state: "lacked" } : { ...row, state: "sent", sent: at });
  }
}

/** The server was restored from a backup: what it had it may lack. */
export async function offerAgain(transaction: Writing): Promise<void> {
  const photos = transaction.objectStore("photos");
  for (const { sent: _sent, uploads: _uploads, shown: _shown, refused: _refused, ...row } of await photos.getAll()) {
    if (row.state !== "kept") await photos.put({ ...row, state: "waiting" });
  }
}

/** An upload of a piece has begun at this address of the server's. */
export async function begun(transaction: Writing, name: string, piece: Piece, address: string): Promise<void> {
  const photos = transaction.objectStore("photos");
  const row = await photos.get(name);
  if (row) await photos.put({ ...row, uploads: { ...row.uploads, [piece]: address } });
}

/** The server has the whole of this piece. */
export async function landed(transaction: Writing, name: string, piece: Piece): Promise<void> {
  const photos = transaction.objectStore("photos");
  const row = await photos.get(name);
  // After a restore it is asked about again, whatever was under way before.
  if (row?.state !== "lacked") return;
  if (piece === "preview") {
    await photos.put({ ...row, shown: true });
    return;
  }
  const { uploads: _uploads, ...rest } = row;
  const { offset } = await readProgress(transaction);
  await photos.put({ ...rest, state: "sent", sent: Date.now() + offset });
}

export async function refuse(transaction: Writing, name: string, why: string | null): Promise<void> {
  const photos = transaction.objectStore("photos");
  const row = await photos.get(name);
  if (!row) return;
  const { refused: _refused, uploads: _uploads, ...rest } = row;
  await photos.put(why === null ? rest : { ...rest, refused: why });
}

/** What nobody needs any more: kept and named by no draft, or sent long ago. `at`: the server's clock. */
export async function tidy(transaction: Writing, at: number): Promise<void> {
  const photos = transaction.objectStore("photos");
  const old = await photos.index("sent").getAll(IDBKeyRange.upperBound(at - KEPT));
  const kept = await photos.index("state").getAll("kept");
  // A photo is written a moment before the draft that names it.
  const forgotten = kept.filter((row) => row.kept < Date.now() - DAY);
  if (old.length + forgotten.length === 0) return;
  const named = await namedByDrafts(transaction);
  for (const row of [...old, ...forgotten]) if (!named.has(row.name)) await remove(transaction, row);
}

/** A draft was thrown away: what only it named goes with it. */
export async function discard(transaction: Writing, values: Values): Promise<void> {
  const names = namesIn(values);
  if (names.length === 0) return;
  const named = await namedByDrafts(transaction);
  for (const name of names) {
    const row = await transaction.objectStore("photos").get(name);
    if (row?.state === "kept" && !named.has(name)) await remove(transaction, row);
  }
}

async function namedByDrafts(transaction: Writing): Promise<ReadonlySet<string>> {
  const rows = await transaction.objectStore("drafts").getAll();
  return new Set(rows.flatMap(({ draft }) => (draft ? namesIn(draft.values) : [])));
}

async function remove(transaction: Writing, { name, record, preview, state }: PhotoRow): Promise<void> {
  const pieces = transaction.objectStore("pieces");
  const small = await pieces.get([name, "preview"]);
  // The record goes on being shown with it, as long as it is here.
  if (state === "sent" && record && small && preview) await see(transaction, { record, name }, { bytes: small, type: preview });
  await pieces.delete([name, "whole"]);
  await pieces.delete([name, "preview"]);
  await transaction.objectStore("photos").delete(name);
}

// ---------------------------------------------------------------- what came from the server to be looked at

/** Keeps the small picture of a record's answer, as long as the record itself is on this phone. */
export async function see(
  transaction: Writing,
  { record, name }: { readonly record: string; readonly name: string },
  seen: { readonly bytes: ArrayBuffer; readonly type: string },
): Promise<void> {
  if (await transaction.objectStore("records").getKey(record)) await transaction.objectStore("seen").put(seen, [record, name]);
}

/** The record has left this phone: what was loaded to show it goes too. */
export async function forgetSeen(transaction: Writing, record: string): Promise<void> {
  await transaction.objectStore("seen").delete(IDBKeyRange.bound([record], [record, []]));
}

// ---------------------------------------------------------------- a new number

export interface Moved {
  readonly row: PhotoRow;
  readonly whole: ArrayBuffer;
  readonly preview: ArrayBuffer | undefined;
}

export async function take(transaction: Reading, name: string): Promise<Moved | null> {
  const row = await transaction.objectStore("photos").get(name);
  const pieces = transaction.objectStore("pieces");
  const whole = await pieces.get([name, "whole"]);
  return row && whole ? { row, whole, preview: await pieces.get([name, "preview"]) } : null;
}

/** Puts what another number of this phone left; uploads under way were that number's. */
export async function put(transaction: Writing, { row, whole, preview }: Moved): Promise<void> {
  const { uploads: _uploads, ...rest } = row;
  const before = await transaction.objectStore("photos").get(row.name);
  const pieces = transaction.objectStore("pieces");
  await pieces.put(whole, [row.name, "whole"]);
  if (preview) await pieces.put(preview, [row.name, "preview"]);
  const state = row.state === "lacked" ? "waiting" : row.state;
  if (!before || before.state === "kept") await transaction.objectStore("photos").put({ ...rest, state });
}

export async function drop(transaction: Writing, name: string): Promise<void> {
  await transaction.objectStore("pieces").delete([name, "whole"]);
  await transaction.objectStore("pieces").delete([name, "preview"]);
  await transaction.objectStore("photos").delete(name);
}
