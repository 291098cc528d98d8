/** What a person does, as writes in one transaction each. */

import { difference, positions, squash } from "../shared/document";
import type { EditMutation, FieldSet, Mutation, ResolveMutation, Values } from "../shared/protocol";
import type { Decided, Resolution } from "./contract";
import { fieldsOf, readProgress } from "./database";
import type { Counters, OutboxRow, Writing } from "./database";
import { DraftUnknown, FormMissing, RecordChanged, RecordUnknown } from "./errors";
import { draftBase, onlyHeld, overlay, sawOf } from "./overlay";
import * as photos from "./photos";
import { piecesOf } from "./pieces";
import type { Draft, Saw } from "./types";

/** Takes the next number, or so many at once; gives the last one taken. */
export async function count(transaction: Writing, what: keyof Counters, taken = 1): Promise<number> {
  const meta = transaction.objectStore("meta");
  const counters = { record: 0, mutation: 0, item: 0, ...((await meta.get("counters")) as Counters | undefined) };
  const next = counters[what] + taken;
  await meta.put({ ...counters, [what]: next }, "counters");
  return next;
}

interface About {
  readonly form: number;
  readonly place: number;
  readonly saw?: Saw;
}

export async function enqueue(transaction: Writing, mutation: Mutation, { form, place, saw }: About): Promise<void> {
  const { n, record } = mutation;
  const row = { n, record, mutation, form, place, frozen: false, sending: false, result: null, ...(saw && { saw }) };
  await transaction.objectStore("outbox").add(row);
  if ("set" in mutation) await photos.claim(transaction, mutation.set, record);
}

/** The record's latest unanswered mutation, if it has never been in a request. */
async function lastUnsent(transaction: Writing, record: string): Promise<OutboxRow | null> {
  const last = (await transaction.objectStore("outbox").index("record").getAll(record)).at(-1);
  return last && !last.frozen ? last : null;
}

/**
 * Writes a draft. A draft of a record keeps what it was begun on. Typing that goes on in another tab after the draft
 * was submitted becomes an edit of the record that it became.
 */
export async function saveDraft(transaction: Writing, draft: Draft): Promise<void> {
  const drafts = transaction.objectStore("drafts");
  const before = await drafts.get(draft.id);
  const record = draft.record ?? before?.draft?.record ?? before?.submitted?.record ?? null;
  let base = draft.base ?? before?.draft?.base;
  if (record !== null && !base) {
    const pieces = await piecesOf(transaction, record);
    const view = overlay(pieces);
    base = view ? draftBase(view, pieces, await readProgress(transaction)) : { rev: 0, after: [], values: {} };
  }
  await drafts.put({ id: draft.id, record, draft: { ...draft, record, base } });
}

export async function discardDraft(transaction: Writing, id: string): Promise<void> {
  const drafts = transaction.objectStore("drafts");
  // The trace of a submitted draft stays: a second tab may still ask for it.
  const draft = (await drafts.get(id))?.draft;
  if (!draft) return;
  await drafts.delete(id);
  await photos.discard(transaction, draft.values);
}

export interface Submission {
  readonly id: string;
  readonly at: string;
  readonly device: number;
  readonly values?: Values;
}

/** The draft becomes a mutation, or part of one that was never sent; gives the record's id. */
export async function submitDraft(transaction: Writing, submission: Submission): Promise<string> {
  const drafts = transaction.objectStore("drafts");
  const row = await drafts.get(submission.id);
  if (!row) throw new DraftUnknown(submission.id);
  const { draft } = row;
  if (!draft) return row.submitted?.record ?? "";
  const fields = await fieldsOf(transaction, draft.form);
  if (!fields) throw new FormMissing(String(draft.form));
  const given: Given = { ...submission, draft, fields, values: submission.values ?? draft.values };
  const record = draft.record ? await submitEdit(transaction, draft.record, given) : await create(transaction, given);
  await drafts.put({ id: draft.id, record: null, draft: null, submitted: { record, at: Date.now() } });
  return record;
}

interface Given extends Submission {
  readonly draft: Draft;
  readonly fields: readonly string[];
  readonly values: Values;
}

async function create(transaction: Writing, given: Given, again?: string): Promise<string> {
  const { draft, at, device, fields, values } = given;
  const record = again ?? `${device}-${await count(transaction, "record")}`;
  const n = await count(transaction, "mutation");
  const { form, place } = draft;
  const set = difference({}, values, fields);
  await enqueue(transaction, { n, kind: "edit", record, base: 0, form, place, at, set }, { form, place });
  return record;
}

async function submitEdit(transaction: Writing, record: string, given: Given): Promise<string> {
  const { draft, at, fields, values } = given;
  const base = draft.base ?? { rev: 0, after: [], values: {} };
  const set = difference(base.values, values, fields);
  if (set.length === 0) return record;
  // The server never took this record in: a correction is the whole of it, offered again.
  if (onlyHeld(await piecesOf(transaction, record))) return create(transaction, given, record);
  const last = await lastUnsent(transaction, record);
  if (last?.mutation.kind === "edit" && last.mutation.base === base.rev && sameBase(last, base)) {
    await replace(transaction, last, { ...last.mutation, at, set: squashed(last.mutation, set, fields) });
    return record;
  }
  const n = await count(transaction, "mutation");
  const after = base.after.length > 0 ? { after: base.after } : {};
  await enqueue(transaction, { n, kind: "edit", record, base: base.rev, at, set, ...after }, { ...draft, ...(base.saw && { saw: base.saw }) });
  return record;
}

/** Made on the same revision of the same life of the server. */
function sameBase(one: { saw?: Saw }, other: { saw?: Saw }): boolean {
  return one.saw?.epoch === other.saw?.epoch && one.saw?.hash === other.saw?.hash;
}

function squashed(mutation: EditMutation, set: readonly FieldSet[], fields: readonly string[]): FieldSet[] {
  const both = squash(mutation.set, set, fields);
  // A record is created with its answers; a question emptied before it was ever sent is just not answered.
  return mutation.form === undefined ? both : both.filter(([, value]) => value !== null);
}

/** A form that is being filled in stands on what this says now, so it may not come to say more. */
async function isSeenByDraft(transaction: Writing, row: OutboxRow): Promise<boolean> {
  const drafts = await transaction.objectStore("drafts").index("record").getAll(row.record);
  return drafts.some(({ draft }) => draft?.base?.after.includes(row.n) === true);
}

async function replace(transaction: Writing, row: OutboxRow, mutation: Mutation): Promise<void> {
  await transaction.objectStore("outbox").put({ ...row, mutation });
  if (!("set" in mutation) || !("set" in row.mutation)) return;
  await photos.claim(transaction, mutation.set, row.record);
  await photos.release(transaction, row.mutation.set, mutation.set);
}

export async function resolve(transaction: Writing, resolution: Resolution, at: string): Promise<void> {
  const { record, rev, closes } = resolution;
  const copy = await transaction.objectStore("records").get(record);
  if (!copy) throw new RecordUnknown(record);
  if (copy.doc.rev !== rev) throw new RecordChanged(record);
  const fields = await fieldsOf(transaction, copy.doc.form);
  if (!fields) throw new FormMissing(String(copy.doc.form));
  const set = positions(resolution.set, fields);
  const { rev: base, form, place } = copy.doc;
  const about = { form, place, ...sawOf(copy.doc, copy, await readProgress(transaction)) };
  const last = await lastUnsent(transaction, record);
  const same = last?.mutation.kind === "resolve" && last.mutation.base === base && sameBase(last, about);
  if (same && !(await isSeenByDraft(transaction, last))) {
    const earlier: ResolveMutation = last.mutation;
    const all = [...new Set([...earlier.closes, ...closes])];
    await replace(transaction, last, { ...earlier, at, closes: all, set: squash(earlier.set, set, fields) });
    return;
  }
  const n = await count(transaction, "mutation");
  await enqueue(transaction, { n, kind: "resolve", record, base, at, closes, set }, about);
}

export async function review(transaction: Writing, decided: Decided, at: string): Promise<void> {
  const { record, rev, hash, decision, reason, notes, into } = decided;
  const copy = await transaction.objectStore("records").get(record);
  if (!copy) throw new RecordUnknown(record);
  const last = await lastUnsent(transaction, record);
  const more = { ...(notes && Object.keys(notes).length > 0 && { notes }), ...(into !== undefined && { into }) };
  const content = { kind: "review", record, rev, hash, decision, reason, at, ...more } as const;
  if (last?.mutation.kind === "review") {
    await replace(transaction, last, { n: last.n, ...content });
    return;
  }
  const n = await count(transaction, "mutation");
  await enqueue(transaction, { n, ...content }, copy.doc);
}

export async function move(transaction: Writing, to: { record: string; place: number }, at: string): Promise<void> {
  const { record, place } = to;
  const copy = await transaction.objectStore("records").get(record);
  if (!copy) throw new RecordUnknown(record);
  const { rev, place: from } = copy.doc;
  const last = await lastUnsent(transaction, record);
  const content = { kind: "move", record, rev, from, place, at } as const;
  if (last?.mutation.kind === "move") {
    await replace(transaction, last, { n: last.n, ...content });
    return;
  }
  const n = await count(transaction, "mutation");
  await enqueue(transaction, { n, ...content }, copy.doc);
}
