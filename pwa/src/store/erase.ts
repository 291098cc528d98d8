/**
 * What else must go when a record leaves this phone: words that only repeat it.
 *
 * Rules:
 * - What a person typed themselves stays, also in a draft of a record that is gone; what they had been shown goes.
 * - A message stays, the reason that somebody wrote into it goes with the record it was about.
 * - The names of people whom nothing here mentions any more go with the feed that brought them.
 */

import type { Values } from "../shared/protocol";
import type { Writing } from "./database";
import { viewOf } from "./pieces";
import type { Draft } from "./types";

/** Stands for an answer that was there and isn't told any more. */
const SOMETHING = "…";

/** A draft cut down to what its author typed: sent, it says the same. */
export function ownWords(draft: Draft): Draft {
  const { base } = draft;
  if (!base) return draft;
  const same = (path: string): boolean => JSON.stringify(draft.values[path]) === JSON.stringify(base.values[path]);
  const typed = Object.entries(draft.values).filter(([path]) => !same(path));
  // An answer that the author took away is a word of theirs too: that there was one is kept, not what it said.
  const cleared = Object.keys(base.values).filter((path) => !(path in draft.values));
  const before: Values = Object.fromEntries(cleared.map((path) => [path, SOMETHING]));
  return { ...draft, values: Object.fromEntries(typed), base: { ...base, values: before } };
}

export async function stripDrafts(transaction: Writing): Promise<void> {
  const drafts = transaction.objectStore("drafts");
  for (const row of await drafts.getAll()) {
    if (!row.draft || row.record === null) continue;
    const view = await viewOf(transaction, row.record);
    if (!view || view.gone) await drafts.put({ ...row, draft: ownWords(row.draft) });
  }
}

/** Takes the reasons out of messages about records that are not here (any more). */
export async function stripMessages(transaction: Writing): Promise<void> {
  const documents = transaction.objectStore("documents");
  for (const copy of await documents.index("k").getAll("message")) {
    const { doc } = copy;
    if (doc.k !== "message" || !doc.record || !doc.text || (doc.kind !== "returned" && doc.kind !== "rejected")) continue;
    if (await transaction.objectStore("records").getKey(doc.record)) continue;
    await documents.put({ ...copy, doc: { ...doc, text: null } });
  }
}

export async function forgetNames(transaction: Writing): Promise<void> {
  const mentioned = new Set<number>();
  for (const { doc } of await transaction.objectStore("records").getAll()) {
    mentioned.add(doc.by);
    if (doc.review) mentioned.add(doc.review.by);
    for (const { head, theirs } of doc.conflicts) mentioned.add(head.by).add(theirs.by);
  }
  for (const { doc } of await transaction.objectStore("documents").getAll()) {
    if ((doc.k === "message" || doc.k === "quarantine") && doc.by !== null) mentioned.add(doc.by);
  }
  const people = transaction.objectStore("people");
  for (const id of await people.getAllKeys()) if (!mentioned.has(id)) await people.delete(id);
}
