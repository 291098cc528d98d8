/** For tests: a phone with a fresh database, and documents as a server would send them. */

import type { FeedDocument, FormDocument, MutationResult, RecordDocument, SyncAnswer } from "../shared/protocol";
import type { Applied, Collected, Store } from "./contract";
import { openStore } from "./store";
import type { Draft } from "./types";

export const FIELDS = ["a", "b", "group/c", "many"] as const;
const WORD = { vi: "x", en: "x", km: "x" };

export const FORM: FormDocument = {
  k: "form",
  id: 3,
  key: "TEST-01",
  version: "1",
  current: true,
  compiled: { key: "TEST-01", version: "1", hash: "h", languages: ["vi"], title: WORD, fields: FIELDS, nodes: [] },
};

let devices = 100;

/** A store of its own that already has the form. */
export async function freshStore(): Promise<Store> {
  devices += 1;
  const store = await openStore(devices);
  await receive(store, { changes: { c1: [FORM] }, cursors: { c1: 1, p4: 0 } });
  return store;
}

export function answer(part: Partial<SyncAnswer> = {}): SyncAnswer {
  const empty = { results: [], changes: {}, cursors: {}, forget: [], people: {} };
  const rest = { more: false, reoffer: false, epoch: "e1", now: new Date().toISOString() };
  return { protocol: 1, ...empty, ...rest, ...part };
}

export const EVERYTHING = { mutations: 500, characters: 1_000_000 };

/** One exchange: whatever is collected now, answered so. */
export async function receive(store: Store, part: Partial<SyncAnswer>, sent?: Collected): Promise<Applied> {
  const collected = sent ?? (await store.collect(EVERYTHING));
  return store.apply(answer(part), { sent: collected, at: Date.now(), took: 0 });
}

export function draft(part: Partial<Draft> = {}): Draft {
  return { id: "d1", form: 3, place: 4, values: {}, updated: "2023-05-16T07:30:00+07:00", ...part };
}

/** Saves and submits a new record. */
export async function submitNew(store: Store, values: Draft["values"], id = `new-${Math.random()}`): Promise<string> {
  await store.saveDraft(draft({ id, values }));
  return store.submitDraft(id);
}

/** Opens the record's draft, changes it and submits it. */
export async function submitEdit(store: Store, record: string, values: Draft["values"]): Promise<void> {
  const open = await store.editRecord(record);
  if (!open) throw new Error("no such record");
  await store.saveDraft({ ...open, values: { ...open.values, ...values } });
  await store.submitDraft(open.id);
}

export function recordDocument(id: string, part: Partial<RecordDocument> = {}): RecordDocument {
  const times = { at: "2023-05-16T07:30:00+07:00", received: "2023-05-16T00:30:00Z" };
  const state = { rev: 1, hash: "h1", state: "submitted", approved: null, conflicts: [], review: null } as const;
  return { k: "record", id, form: 3, place: 4, by: 5, ...state, ...times, ...part };
}

export function applied(n: number, rev = 1, part: Partial<MutationResult> = {}): MutationResult {
  return { n, status: "applied", rev, hash: `h${rev}`, ...part };
}

export function inPlace(...documents: readonly FeedDocument[]): Readonly<Record<string, readonly FeedDocument[]>> {
  return { p4: documents };
}
