/** Documents come down, stay in the feeds they came by, and are erased with the last of them. */

import { applySet } from "../shared/document";
import { applyChanges, contentOf, contentValues, decode } from "../shared/positions";
import type { Content } from "../shared/positions";
import type { FeedDocument, GoneDocument, OtherDocument, QuarantineDocument, RecordDocument } from "../shared/protocol";
import { closed } from "./closed";
import { fieldsOf, noteKey, readProgress } from "./database";
import type { Copy, Progress, SentRow, Writing } from "./database";
import { isCreation } from "./overlay";
import { forgetSeen } from "./photos";

export interface Landing {
  readonly generation: number;
  /** Whether the copies here are of the same life of the server as the answer. */
  readonly trusted: boolean;
  /** Numbers that this very answer calls applied. */
  readonly answered: ReadonlySet<number>;
}

type Changes = readonly (readonly [string, readonly FeedDocument[]])[];

/**
 * What the phone has of the records of a page: asked for at once, since a form that is opened or saved meanwhile waits
 * until the page has landed, and each answer that is waited for costs a slow phone some milliseconds.
 */
interface Here {
  readonly copies: Map<string, Copy>;
  /** Applied, and not come down yet. */
  readonly landing: Map<string, readonly SentRow[]>;
}

async function readHere(transaction: Writing, changes: Changes): Promise<Here> {
  const ids = changes.flatMap(([, documents]) => documents.flatMap((one) => (one.k === "record" && !("gone" in one) ? [one.id] : [])));
  const records = transaction.objectStore("records");
  const open = transaction.objectStore("sent").index("open").getAll("landing");
  const found = await Promise.all([...new Set(ids)].map((id) => records.get(id)));
  const landing = new Map<string, SentRow[]>();
  for (const row of await open) landing.set(row.record, [...(landing.get(row.record) ?? []), row]);
  return { copies: new Map(found.flatMap((copy) => (copy ? [[copy.id, copy]] : []))), landing };
}

/** Stores what came; gives the ids of records whose values could not be rebuilt here. */
export async function takeChanges(transaction: Writing, changes: Changes, landing: Landing): Promise<string[]> {
  const incomplete: string[] = [];
  const here = await readHere(transaction, changes);
  const gone: (readonly [string, GoneDocument])[] = [];
  for (const [feed, documents] of changes) {
    for (const document of documents) {
      if ("gone" in document) gone.push([feed, document]);
      else if (document.k !== "record") await takeOther(transaction, document, { feed, landing });
      else if (!(await takeRecord(transaction, document, { feed, landing, here }))) incomplete.push(document.id);
    }
  }
  // What is gone from one feed may have come by another: its copy is needed to rebuild that.
  for (const [feed, document] of gone) await takeGone(transaction, feed, document);
  return incomplete;
}

interface Place {
  readonly feed: string;
  readonly landing: Landing;
}

/** The feeds of a document; what an earlier reading knew of them may be of another life of the server. */
function withFeed(before: Pick<Copy, "feeds" | "generation"> | null | undefined, { feed, landing }: Place): string[] {
  const known = before?.generation === landing.generation ? before.feeds : [];
  return [...new Set([...known, feed])];
}

async function takeOther(transaction: Writing, doc: OtherDocument, place: Place): Promise<void> {
  const documents = transaction.objectStore("documents");
  const id = String(doc.id);
  const before = await documents.get([doc.k, id]);
  await documents.put({ k: doc.k, id, doc, feeds: withFeed(before, place), generation: place.landing.generation });
  if (doc.k === "quarantine") await settle(transaction, doc);
}

/** A person has decided about an item of this phone's. */
async function settle(transaction: Writing, item: QuarantineDocument): Promise<void> {
  if (item.status === "held") return;
  const sent = transaction.objectStore("sent");
  const row = await sent.get(item.n);
  if (row?.open === "held" && row.record === item.record) await sent.put(closed(row));
}

/** The transaction says whether it could be written; nobody waits for each copy by itself. */
function put(transaction: Writing, { copies }: Here, copy: Copy): void {
  copies.set(copy.id, copy);
  transaction.objectStore("records").put(copy).catch(() => undefined);
}

async function takeRecord(transaction: Writing, document: RecordDocument, place: Place & { readonly here: Here }): Promise<boolean> {
  const { landing, here } = place;
  const before = here.copies.get(document.id) ?? null;
  const sent = here.landing.get(document.id) ?? [];
  const landed = sent.filter((row) => (row.result.rev ?? 0) <= document.rev);
  const rebuilt = document.values ? document : await rebuild(transaction, document, { before, landed, landing });
  if (!rebuilt) {
    // Until its values have come the record stays as it was, own changes over it: an edit names what its author saw.
    if (before) put(transaction, here, { ...before, feeds: [...new Set([...before.feeds, place.feed])] });
    return false;
  }
  const { values = [], more } = rebuilt;
  const doc = { ...document, values, ...(more?.length ? { more } : {}) };
  put(transaction, here, { id: document.id, doc, feeds: withFeed(before, place), generation: landing.generation });
  here.landing.set(document.id, sent.filter((row) => !landed.includes(row)));
  await close(transaction, landed);
  return true;
}

async function close(transaction: Writing, rows: readonly SentRow[]): Promise<void> {
  for (const row of rows) await transaction.objectStore("sent").put(closed(row));
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
  await forgetSeen(transaction, id);
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

/** A reading from the start has ended: what it did not see, and nobody must be asked for, is not there any more. */
export async function eraseUnseen(
  transaction: Writing,
  { generation, incomplete }: Pick<Progress, "generation" | "incomplete">,
): Promise<void> {
  for (const copy of await transaction.objectStore("records").getAll()) {
    if (copy.generation < generation && !incomplete.includes(copy.id)) await eraseRecord(transaction, copy.id);
  }
  const documents = transaction.objectStore("documents");
  for (const copy of await documents.getAll()) {
    if (copy.generation < generation) await documents.delete([copy.k, copy.id]);
  }
}

/** The whole of a record that was asked for: its values are taken unless something newer is here already. */
export async function takeWhole(transaction: Writing, id: string, document: RecordDocument | null): Promise<void> {
  const records = transaction.objectStore("records");
  const { generation, cursors } = await readProgress(transaction);
  const before = await records.get(id);
  const current = before?.generation === generation;
  if (!document?.values) {
    if (before && !current) await eraseRecord(transaction, id);
    return;
  }
  const feed = `p${document.place}`;
  if (cursors[feed] === undefined || (current && document.rev < before.doc.rev)) return;
  const doc = { ...document, values: document.values };
  const feeds = current ? [...new Set([...before.feeds, feed])] : [feed];
  await records.put({ id, doc, feeds, generation });
  const sent = await transaction.objectStore("sent").index("record").getAll(id);
  await close(transaction, sent.filter((row) => row.open === "landing"));
}
