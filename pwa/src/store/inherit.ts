/**
 * A number that is given up, and the one that takes its place on this phone.
 *
 * Rules:
 * - What was never in a request and what was held because its number was used twice is said anew under the new number.
 *   Everything else was answered under the old one, or still has to be: it is frozen and stays there.
 * - What was answered goes along too, to be offered again under the old number should the server be restored.
 * - Taken over first, let go of afterwards, each in one transaction: whatever stops in between is done again, and nothing
 *   is taken over twice.
 */

import type { EditMutation, Mutation } from "../shared/protocol";
import { closed } from "./closed";
import { START, readInherited, readProgress } from "./database";
import type { Former, OtherCopy, Reading, SentRow, Writing } from "./database";
import { keepFormer, readFormer } from "./former";
import { isCreation } from "./overlay";
import type { Draft, DraftBase, Saw } from "./types";
import { count, enqueue } from "./writes";

interface Left {
  readonly n: number;
  readonly mutation: Mutation;
  readonly form: number;
  readonly place: number;
  readonly saw?: Saw;
}

export interface Heritage {
  readonly from: number;
  /** In their order. */
  readonly rows: readonly Left[];
  /** What was answered under it and under numbers before it. */
  readonly former: Former;
  /** Numbers under which records were begun that were answered. */
  readonly creations: readonly number[];
  readonly drafts: readonly Draft[];
  /** Forms, places and the rest, so that a form opens under the new number at once, without network too. */
  readonly documents: readonly OtherCopy[];
  readonly people: readonly (readonly [number, string])[];
}

export async function heritageOf(transaction: Reading, from: number): Promise<Heritage> {
  const unsent = (await transaction.objectStore("outbox").getAll()).filter((row) => !row.frozen);
  const sent = await transaction.objectStore("sent").getAll();
  const twice = sent.filter(isTwice);
  const earlier = await readFormer(transaction);
  const answered = sent.filter((row) => !isTwice(row)).map(({ n, mutation, saw, answered: at }) => ({ n, mutation, answered: at, ...(saw && { saw }) }));
  const drafts = (await transaction.objectStore("drafts").getAll()).flatMap((row) => (row.draft ? [row.draft] : []));
  const documents = await transaction.objectStore("documents").getAll();
  const people = transaction.objectStore("people");
  const [ids, names] = [await people.getAllKeys(), await people.getAll()];
  return {
    from,
    former: { due: earlier.due, devices: { ...earlier.devices, [from]: answered } },
    rows: [...twice, ...unsent].sort((left, right) => left.n - right.n).map(left),
    creations: sent.filter((row) => isCreation(row.mutation)).map(({ n }) => n),
    drafts,
    documents: documents.filter(({ k }) => k !== "quarantine" && k !== "message"),
    people: ids.map((id, index) => [id, names[index] ?? ""]),
  };
}

/** Takes over what another number left; gives how many things are said anew. */
export async function inherit(transaction: Writing, device: number, heritage: Heritage): Promise<number> {
  const before = await readInherited(transaction);
  const numbers = new Map(Object.entries(before.numbers));
  const records = new Map(Object.entries(before.records));
  const key = (n: number): string => `${heritage.from}:${n}`;
  const known: Known = { numbers, records, creations: new Set(heritage.creations), key };
  const rows = heritage.rows.filter((row) => !numbers.has(key(row.n)) && !isSaidAnew(row, heritage.rows));
  for (const row of rows) {
    const n = await count(transaction, "mutation");
    if (isCreation(row.mutation)) records.set(row.mutation.record, `${device}-${await count(transaction, "record")}`);
    const anew = renumbered(row, n, known);
    await enqueue(transaction, anew.mutation, anew);
    numbers.set(key(row.n), n);
  }
  const drafts = heritage.drafts.filter((draft) => !before.drafts.includes(draft.id));
  for (const draft of drafts) {
    const record = draft.record ? (records.get(draft.record) ?? draft.record) : null;
    const base = draft.base && { base: { values: draft.base.values, ...rebased(draft.base, known) } };
    await transaction.objectStore("drafts").put({ id: draft.id, record, draft: { ...draft, record, ...base } });
  }
  await keepFormer(transaction, heritage.former);
  await furnish(transaction, heritage);
  const meta = { numbers: Object.fromEntries(numbers), records: Object.fromEntries(records) };
  await transaction.objectStore("meta").put({ ...meta, drafts: [...before.drafts, ...drafts.map(({ id }) => id)] }, "inherited");
  return rows.length;
}

/** The other number has it: here it is no more. */
export async function letGo(transaction: Writing, { rows, drafts }: Heritage): Promise<void> {
  for (const { n } of rows) {
    await transaction.objectStore("outbox").delete(n);
    const row = await transaction.objectStore("sent").get(n);
    if (row) await transaction.objectStore("sent").put(closed(row));
  }
  for (const { id } of drafts) await transaction.objectStore("drafts").delete(id);
  await forgetOthers(transaction);
}

/** What others wrote stays under the number in use alone: this one won't be told when it must go. */
async function forgetOthers(transaction: Writing): Promise<void> {
  for (const name of ["records", "documents", "histories", "people", "seen"] as const) await transaction.objectStore(name).clear();
  const { epoch, offset, generation } = await readProgress(transaction);
  await transaction.objectStore("meta").put({ ...START, epoch, offset, generation: generation + 1 }, "progress");
}

/** Its number was used for something else too: it is said anew. */
function isTwice(row: SentRow): boolean {
  return row.open === "held" && row.result.reason === "cloned";
}

/** A creation that was held and then offered again, whole, by its author's correction. */
function isSaidAnew(row: Left, rows: readonly Left[]): boolean {
  const { record } = row.mutation;
  return isCreation(row.mutation) && rows.some((later) => later.n > row.n && isCreation(later.mutation) && later.mutation.record === record);
}

function left({ n, mutation, form, place, saw }: Left): Left {
  return { n, mutation, form, place, ...(saw && { saw }) };
}

interface Known {
  readonly numbers: ReadonlyMap<string, number>;
  readonly records: ReadonlyMap<string, string>;
  /** Numbers under which this phone began records. */
  readonly creations: ReadonlySet<number>;
  readonly key: (n: number) => string;
}

type Basis = Pick<DraftBase, "rev" | "after" | "saw">;

/** A base that nobody knows: what stands there now is not taken for seen. */
const UNKNOWN: Basis = { rev: 0, after: [] };

function renumbered(row: Left, n: number, known: Known): Left {
  const record = known.records.get(row.mutation.record) ?? row.mutation.record;
  const { mutation, saw: seen, ...rest } = row;
  if (mutation.kind !== "edit" || isCreation(mutation)) return { ...row, n, mutation: { ...mutation, n, record } };
  const { after: before = [], ...said } = mutation;
  const { rev: base, after, saw } = rebased({ rev: mutation.base, after: before, ...(seen && { saw: seen }) }, known);
  const edit: EditMutation = { ...said, n, record, base, ...(after.length > 0 && { after }) };
  return { ...rest, n, mutation: edit, ...(saw && { saw }) };
}

/** What was answered under the old number can't be named; but for a creation: what that made is revision 1. */
function rebased(basis: Basis, { numbers, creations, key }: Known): Basis {
  const missing = basis.after.filter((n) => !numbers.has(key(n)));
  if (missing.some((n) => !creations.has(n))) return UNKNOWN;
  const after = basis.after.flatMap((n) => numbers.get(key(n)) ?? []);
  return { ...basis, after, rev: missing.length > 0 ? Math.max(basis.rev, 1) : basis.rev };
}

/** What is there before the first reading has ended is shown until then, and erased if that did not see it. */
async function furnish(transaction: Writing, { documents, people }: Heritage): Promise<void> {
  const meta = transaction.objectStore("meta");
  if (await meta.get("progress")) return;
  for (const copy of documents) await transaction.objectStore("documents").put({ ...copy, generation: 0 });
  for (const [id, name] of people) await transaction.objectStore("people").put(name, id);
  await meta.put({ ...START, generation: 1, sweeping: true }, "progress");
}
