/** Documents come down, stay in the feeds they came by, and are erased with the last of them. */

import { applySet } from "../shared/document";
import { applyChanges, contentOf, contentValues, decode } from "../shared/positions";
import type { Content } from "../shared/positions";
import type { FeedDocument, GoneDocument, OtherDocument, QuarantineDocument, RecordDocument } from "../shared/protocol";
import { closed } from "./closed";
import { fieldsOf, noteKey } from "./database";
import type { Copy, SentRow, Writing } from "./database";
import { isCreation } from "./overlay";

export interface Landing {
  readonly generation: number;
  /** Whether the copies here are of the same life of the server as the answer. */
  readonly trusted: boolean;
  /** Numbers that this very answer calls applied. */
  readonly answered: ReadonlySet<number>;
}

type Changes = readonly (readonly [string, readonly FeedDocument[]])[];

/** Stores what came; gives the ids of records whose values could not be rebuilt here. */
export async function takeChanges(transaction: Writing, changes: Changes, landing: Landing): Promise<string[]> {
  const incomplete: string[] = [];
  for (const [feed, documents] of changes) {
    for (const document of documents) {
      if ("gone" in document) await takeGone(transaction, feed, document);
      else if (document.k !== "record") await takeOther(transaction, document, { feed, landing });
      else if (!(await takeRecord(transaction, document, { feed, landing }))) incomplete.push(document.id);
    }
  }
  return incomplete;
}

interface Place {
  readonly feed: string;
  readonly landing: Landing;
}

function withFeed(feeds: readonly string[] | undefined, feed: string): string[] {
  return [...new Set([...(feeds ?? []), feed])];
}

async function takeOther(transaction: Writing, doc: OtherDocument, { feed, landing }: Place): Promise<void> {
  const documents = transaction.objectStore("documents");
  const id = String(doc.id);
  const before = await documents.get([doc.k, id]);
  await documents.put({ k: doc.k, id, doc, feeds: withFeed(before?.feeds, feed), generation: landing.generation });
  if (doc.k === "quarantine") await settle(transaction, doc);
}

/** A person has decided about an item of this phone's. */
async function settle(transaction: Writing, item: QuarantineDocument): Promise<void> {
  if (item.status === "held") return;
  const sent = transaction.objectStore("sent");
  const row = await sent.get(item.n);
  if (row?.open === "held" && row.record === item.record) await sent.put(closed(row));
}

async function takeRecord(transaction: Writing, document: RecordDocument, place: Place): Promise<boolean> {
  const { feed, landing } = place;
  const records = transaction.objectStore("records");
  const before = (await records.get(document.id)) ?? null;
  const sent = await transaction.objectStore("sent").index("record").getAll(document.id);
  const landed = sent.filter((row) => row.open === "landing" && (row.result.rev ?? 0) <= document.rev);
  const rebuilt = document.values ? document : await rebuild(transaction, document, { before, landed, landing });
  const { values = [], more } = rebuilt ?? before?.doc ?? {};
  await records.put({
    id: document.id,
    doc: { ...document, values, ...(more?.length ? { more } : {}) },
    feeds: withFeed(before?.feeds, feed),
    generation: landing.generation,
  });
  for (const row of landed) await transaction.objectStore("sent").put(closed(row));
  return rebuilt !== null;
}

interface Known {
  readonly before: Copy | null;
  readonly landed: readonly SentRow[];
  readonly landing: Landing;
}

/** Values that the server left out because this phone sent them just so; null if this phone can't be sure of them. */
async function rebuild(transaction: Writing, document: RecordDocument, known: Known): Promise<Content | null> {
  const { before, landed, landing } = known;
  // A copy of an earlier reading may be of another life of the server.
  if (!landing.trusted || (before && before.generation !== landing.generation)) return null;
  const first = landed[0];
  if (!first) return before?.doc.rev === document.rev ? before.doc : null;
  if (!before && !isCreation(first.mutation)) return null;
  // Only an applied edit means 'exactly as sent'; a resolution may have been decided over newer values.
  const sure = landed.every((row) => row.mutation.kind === "edit" && landing.answered.has(row.n));
  if (!sure) return null;
  // An edit of another revision than the copy's was merged into what is not here.
  if (landed.some(({ mutation }) => basedOn(mutation) !== (before?.doc.rev ?? 1))) return null;
  const sets = landed.map(({ mutation }) => (mutation.kind === "edit" ? mutation.set : []));
  if (!before?.doc.more && sets.every((set) => set.every((entry) => entry.length === 2))) {
    return { values: sets.reduce<Copy["doc"]["values"]>(applySet, before?.doc.values ?? []) };
  }
  const fields = await fieldsOf(transaction, document.form);
  if (!fields) return null;
  const start = contentValues(before?.doc ?? {}, fields);
  return contentOf(sets.reduce((values, set) => applyChanges(values, decode(set, fields)), start), fields);
}

/** The revision that an edit was made on; one of a record not yet answered stands on its creation. */
function basedOn(mutation: SentRow["mutation"]): number {
  return mutation.kind === "edit" ? mutation.base || 1 : 0;
}

async function takeGone(transaction: Writing, feed: string, document: GoneDocument): Promise<void> {
  const id = String(document.id);
  if (document.k === "record") {
    const copy = await transaction.objectStore("records").get(id);
    if (copy) await leave(transaction, copy, feed);
    return;
  }
  const documents = transaction.objectStore("documents");
  const copy = await documents.get([document.k, id]);
  if (!copy) return;
  const feeds = copy.feeds.filter((other) => other !== feed);
  await (feeds.length > 0 ? documents.put({ ...copy, feeds }) : documents.delete([copy.k, copy.id]));
}

async function leave(transaction: Writing, copy: Copy, feed: string): Promise<void> {
  const feeds = copy.feeds.filter((other) => other !== feed);
  if (feeds.length > 0) await transaction.objectStore("records").put({ ...copy, feeds });
  else await eraseRecord(transaction, copy.id);
}

async function eraseRecord(transaction: Writing, id: string): Promise<void> {
  await transaction.objectStore("records").delete(id);
  await transaction.objectStore("histories").delete(id);
  await transaction.objectStore("histories").delete(noteKey(id));
}

/** Erases what came by this feed alone; what this phone still has to send is not touched. */
export async function forget(transaction: Writing, feed: string): Promise<void> {
  for (const copy of await transaction.objectStore("records").index("feeds").getAll(feed)) {
    await leave(transaction, copy, feed);
  }
  const needed = await formsInUse(transaction);
  const documents = transaction.objectStore("documents");
  for (const copy of await documents.index("feeds").getAll(feed)) {
    const { k, id } = copy;
    // A form says nothing of anybody, and without it a person couldn't read their own words.
    if (k === "form" && needed.has(id)) await documents.put({ ...copy, feeds: copy.feeds.filter((other) => other !== feed) });
    else await takeGone(transaction, feed, { k: k as OtherDocument["k"], id, gone: true });
  }
}

/** Ids of the forms in which there is something here that this person typed and nobody has taken in. */
async function formsInUse(transaction: Writing): Promise<ReadonlySet<string>> {
  const waiting = await transaction.objectStore("outbox").getAll();
  const held = await transaction.objectStore("sent").index("open").getAll();
  const drafts = await transaction.objectStore("drafts").getAll();
  const forms = [...waiting.map((row) => row.form), ...held.map((row) => row.form), ...drafts.flatMap((row) => row.draft?.form ?? [])];
  return new Set(forms.map(String));
}

/** A reading from the start has ended: what it did not see is not there any more. */
export async function eraseUnseen(transaction: Writing, generation: number): Promise<void> {
  for (const copy of await transaction.objectStore("records").getAll()) {
    if (copy.generation < generation) await eraseRecord(transaction, copy.id);
  }
  const documents = transaction.objectStore("documents");
  for (const copy of await documents.getAll()) {
    if (copy.generation < generation) await documents.delete([copy.k, copy.id]);
  }
}

/** The whole of a record that was asked for: its values are taken unless something newer is here already. */
export async function takeWhole(transaction: Writing, id: string, document: RecordDocument | null): Promise<void> {
  const records = transaction.objectStore("records");
  const before = await records.get(id);
  if (!before || !document?.values || document.rev < before.doc.rev) return;
  await records.put({ ...before, doc: { ...document, values: document.values } });
}
