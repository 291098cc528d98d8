/**
 * A number that is given up, and the one that takes its place on this phone.
 *
 * Rules:
 * - What was never in a request and what was held because its number was used twice is said anew under the new number.
 *   Everything else was answered under the old one, or still has to be: it is frozen and stays there.
 * - Taken over first, let go of afterwards, each in one transaction: whatever stops in between is done again, and nothing
 *   is taken over twice.
 */

import type { EditMutation, Mutation } from "../shared/protocol";
import { closed } from "./closed";
import { START } from "./database";
import type { Inherited, OtherCopy, Reading, Writing } from "./database";
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
  readonly drafts: readonly Draft[];
  /** Forms, places and the rest, so that a form opens under the new number at once, without network too. */
  readonly documents: readonly OtherCopy[];
  readonly people: readonly (readonly [number, string])[];
}

const NONE: Inherited = { numbers: {}, records: {}, drafts: [] };

export async function heritageOf(transaction: Reading, from: number): Promise<Heritage> {
  const unsent = (await transaction.objectStore("outbox").getAll()).filter((row) => !row.frozen);
  const held = await transaction.objectStore("sent").index("open").getAll("held");
  const twice = held.filter((row) => row.result.reason === "cloned");
  const drafts = (await transaction.objectStore("drafts").getAll()).flatMap((row) => (row.draft ? [row.draft] : []));
  const documents = await transaction.objectStore("documents").getAll();
  const people = transaction.objectStore("people");
  const [ids, names] = [await people.getAllKeys(), await people.getAll()];
  return {
    from,
    rows: [...twice, ...unsent].sort((left, right) => left.n - right.n).map(left),
    drafts,
    documents: documents.filter(({ k }) => k !== "quarantine" && k !== "message"),
    people: ids.map((id, index) => [id, names[index] ?? ""]),
  };
}

/** Takes over what another number left; gives how many things are said anew. */
export async function inherit(transaction: Writing, device: number, heritage: Heritage): Promise<number> {
  const before = await inherited(transaction);
  const known = { numbers: new Map(Object.entries(before.numbers)), records: new Map(Object.entries(before.records)) };
  const key = (n: number): string => `${heritage.from}:${n}`;
  const rows = heritage.rows.filter((row) => !known.numbers.has(key(row.n)) && !isSaidAnew(row, heritage.rows));
  for (const row of rows) {
    const n = await count(transaction, "mutation");
    if (isCreation(row.mutation)) known.records.set(row.mutation.record, `${device}-${await count(transaction, "record")}`);
    await enqueue(transaction, renumbered(row.mutation, n, known, key), row);
    known.numbers.set(key(row.n), n);
  }
  const drafts = heritage.drafts.filter((draft) => !before.drafts.includes(draft.id));
  for (const draft of drafts) {
    const record = draft.record ? (known.records.get(draft.record) ?? draft.record) : null;
    const base = draft.base && { base: rebased(draft.base, known.numbers, key) };
    await transaction.objectStore("drafts").put({ id: draft.id, record, draft: { ...draft, record, ...base } });
  }
  await furnish(transaction, heritage);
  const meta = { numbers: Object.fromEntries(known.numbers), records: Object.fromEntries(known.records) };
  await transaction.objectStore("meta").put({ ...meta, drafts: [...before.drafts, ...drafts.map(({ id }) => id)] }, "inherited");
  return rows.length;
}

export async function inherited(transaction: Reading | Writing): Promise<Inherited> {
  return ((await transaction.objectStore("meta").get("inherited")) as Inherited | undefined) ?? NONE;
}

/** The other number has it: here it is no more. */
export async function letGo(transaction: Writing, { rows, drafts }: Heritage): Promise<void> {
  for (const { n } of rows) {
    await transaction.objectStore("outbox").delete(n);
    const row = await transaction.objectStore("sent").get(n);
    if (row) await transaction.objectStore("sent").put(closed(row));
  }
  for (const { id } of drafts) await transaction.objectStore("drafts").delete(id);
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
}

function renumbered(mutation: Mutation, n: number, known: Known, key: (n: number) => string): Mutation {
  const record = known.records.get(mutation.record) ?? mutation.record;
  if (mutation.kind !== "edit") return { ...mutation, n, record };
  const { after = [], ...rest } = mutation;
  const follows = after.flatMap((earlier) => known.numbers.get(key(earlier)) ?? []);
  const base = baseOf(rest.base, { creates: rest.form !== undefined, follows });
  return { ...rest, n, record, base, ...(follows.length > 0 && { after: follows }) } satisfies EditMutation;
}

/** Typed over a creation that was answered under the old number: what that made is revision 1. */
function baseOf(base: number, { creates, follows }: { creates: boolean; follows: readonly number[] }): number {
  return base === 0 && !creates && follows.length === 0 ? 1 : base;
}

function rebased(base: DraftBase, numbers: ReadonlyMap<string, number>, key: (n: number) => string): DraftBase {
  const after = base.after.flatMap((earlier) => numbers.get(key(earlier)) ?? []);
  return { ...base, after, rev: baseOf(base.rev, { creates: false, follows: after }) };
}

/** What is there before the first reading has ended is shown until then, and erased if that did not see it. */
async function furnish(transaction: Writing, { documents, people }: Heritage): Promise<void> {
  const meta = transaction.objectStore("meta");
  if (await meta.get("progress")) return;
  for (const copy of documents) await transaction.objectStore("documents").put({ ...copy, generation: 0 });
  for (const [id, name] of people) await transaction.objectStore("people").put(name, id);
  await meta.put({ ...START, generation: 1, sweeping: true }, "progress");
}
