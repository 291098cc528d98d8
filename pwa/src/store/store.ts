/** One profile's store: reads, writes and the notices about them. The rules stand in `contract.ts`. */

import { DEFAULT_ZONE, dayIn, localIso } from "../shared/clock";
import type { DocumentKind, DocumentKinds, MessageDocument, Values } from "../shared/protocol";
import type { Decided, OutboxCopy, Resolution, Store } from "./contract";
import { noteKey, readInherited, readProgress } from "./database";
import type { Inherited } from "./database";
import type { Heritage } from "./inherit";
import { takeCopy } from "./outbox";
import * as photos from "./photos";
import type { Moved } from "./photos";
import { draftBase, overlay } from "./overlay";
import { allViews, piecesOf, viewOf } from "./pieces";
import { SyncPort } from "./port";
import type { Change, Draft, MediaBytes, NewPhoto, OutboxItem, Photo, Piece, RecordView } from "./types";
import * as writes from "./writes";

/** Opens the store of an enrolled device number. Raises `StorageUnavailable`. */
export async function openStore(device: number): Promise<Store> {
  const store = new ProfileStore(device);
  await store.refresh();
  return store;
}

/** One number's unsent work and drafts go over to the one that takes its place; gives how much is said anew. */
export async function takeOver(from: number, device: number): Promise<number> {
  const [old, next] = [new ProfileStore(from), new ProfileStore(device)];
  try {
    const heritage = await old.leave();
    const count = await next.take(heritage);
    await old.forgetLeft(heritage);
    await movePhotos(old, next);
    return count;
  } finally {
    old.close();
    next.close();
  }
}

/** One at a time, so that the phone needs room for one more only; stopped in between, the rest follows at the next start. */
async function movePhotos(old: ProfileStore, next: ProfileStore): Promise<void> {
  for (const { name } of await old.photos()) {
    const moved = await old.takePhoto(name);
    if (moved) await next.putPhoto(moved);
    await old.dropPhoto(name);
  }
}

class ProfileStore extends SyncPort implements Store {
  private offset = 0;
  zone = DEFAULT_ZONE;
  private askedToPersist = false;

  constructor(device: number) {
    super(device);
    this.changes.subscribe((changed) => {
      if (changed.has("documents") || changed.has("profile")) void this.refresh().catch(() => undefined);
    });
  }

  /** Reads the clock's offset and the campaign's zone again. */
  async refresh(): Promise<void> {
    const { progress, zone } = await this.database.read(async (transaction) => ({
      progress: await readProgress(transaction),
      zone: (await transaction.objectStore("documents").index("k").getAll("campaign")).at(0)?.doc,
    }));
    this.offset = progress.offset;
    if (zone?.k === "campaign") this.useZone(zone.zone);
  }

  /** Whoever shows what has come shows it by the server's clock, in the campaign's zone. */
  protected override landed(): Promise<void> {
    return this.refresh();
  }

  private useZone(zone: string): void {
    try {
      localIso(new Date(), zone);
      this.zone = zone;
    } catch {
      this.zone = DEFAULT_ZONE; // A zone that this browser doesn't know.
    }
  }

  /** A person's own words are on the disk now: ask the browser, once, not to clear them when it runs short of room. */
  private persist(): void {
    if (this.askedToPersist || typeof navigator === "undefined" || !("storage" in navigator)) return;
    this.askedToPersist = true;
    void navigator.storage.persist().catch(() => undefined);
  }

  // ---- drafts

  drafts(): Promise<Draft[]> {
    return this.database.read(async (transaction) => {
      const rows = await transaction.objectStore("drafts").getAll();
      const open = rows.flatMap((row) => (row.draft ? [row.draft] : []));
      return open.sort((left, right) => Date.parse(right.updated) - Date.parse(left.updated));
    });
  }

  draft(id: string): Promise<Draft | null> {
    return this.database.read(async (transaction) => (await transaction.objectStore("drafts").get(id))?.draft ?? null);
  }

  async saveDraft(draft: Draft): Promise<void> {
    await this.write((transaction) => writes.saveDraft(transaction, draft), "drafts");
    this.persist();
  }

  discardDraft(id: string): Promise<void> {
    return this.write((transaction) => writes.discardDraft(transaction, id), "drafts", "photos");
  }

  async itemNumbers(wanted: number): Promise<number> {
    return (await this.write((transaction) => writes.count(transaction, "item", wanted))) - wanted + 1;
  }

  editRecord(recordId: string): Promise<Draft | null> {
    return this.database.read(async (transaction) => {
      const rows = await transaction.objectStore("drafts").index("record").getAll(recordId);
      const open = rows.find((row) => row.draft)?.draft;
      if (open) return open;
      const pieces = await piecesOf(transaction, recordId);
      const view = overlay(pieces);
      if (!view) return null;
      const { form, place, values } = view;
      const updated = this.localNow();
      const id = `${recordId}:${Date.now().toString(36)}`;
      return { id, form, place, values, record: recordId, updated, base: draftBase(view, pieces, await readProgress(transaction)) };
    });
  }

  async submitDraft(id: string, at: string = this.localNow(), values?: Values): Promise<string> {
    const submission: writes.Submission = { id, at, device: this.device, ...(values && { values }) };
    const record = await this.write(
      (transaction) => writes.submitDraft(transaction, submission),
      "drafts",
      "outbox",
      "records",
      "photos",
    );
    this.persist();
    return record;
  }

  // ---- records

  records(): Promise<RecordView[]> {
    return this.database.read(allViews);
  }

  record(id: string): Promise<RecordView | null> {
    return this.database.read((transaction) => viewOf(transaction, id));
  }

  resolve(resolution: Resolution): Promise<void> {
    const at = this.localNow();
    return this.write((transaction) => writes.resolve(transaction, resolution, at), "outbox", "records");
  }

  review(decided: Decided): Promise<void> {
    const at = this.localNow();
    return this.write((transaction) => writes.review(transaction, decided, at), "outbox", "records");
  }

  move(record: string, place: number): Promise<void> {
    const at = this.localNow();
    return this.write((transaction) => writes.move(transaction, { record, place }, at), "outbox", "records");
  }

  cachedHistory<History>(recordId: string): Promise<History | null> {
    return this.kept<History>(recordId);
  }

  saveHistory(recordId: string, history: unknown): Promise<void> {
    return this.keep(recordId, recordId, history);
  }

  note<Note>(recordId: string): Promise<Note | null> {
    return this.kept<Note>(noteKey(recordId));
  }

  keepNote(recordId: string, note: unknown): Promise<void> {
    return this.keep(recordId, noteKey(recordId), note);
  }

  private kept<Kept>(key: string): Promise<Kept | null> {
    return this.database.read(
      async (transaction) => ((await transaction.objectStore("histories").get(key)) ?? null) as Kept | null,
    );
  }

  /** Kept only while the record itself is in this phone's scope. */
  private async keep(recordId: string, key: string, value: unknown): Promise<void> {
    await this.database.write(async (transaction) => {
      if (!(await transaction.objectStore("records").getKey(recordId))) return;
      await transaction.objectStore("histories").put(value, key);
    });
  }

  // ---- other documents, people

  feeds(): Promise<readonly string[]> {
    return this.database.read(async (transaction) => Object.keys((await readProgress(transaction)).cursors).sort());
  }

  documents<Kind extends DocumentKind>(kind: Kind): Promise<DocumentKinds[Kind][]> {
    return this.database.read(async (transaction) => {
      const copies = await transaction.objectStore("documents").index("k").getAll(kind);
      return copies.map((copy) => copy.doc as DocumentKinds[Kind]);
    });
  }

  document<Kind extends DocumentKind>(kind: Kind, id: string | number): Promise<DocumentKinds[Kind] | null> {
    return this.database.read(async (transaction) => {
      const copy = await transaction.objectStore("documents").get([kind, String(id)]);
      return (copy?.doc as DocumentKinds[Kind] | undefined) ?? null;
    });
  }

  readMessages(ids: readonly string[]): Promise<void> {
    const at = this.localNow();
    return this.write(async (transaction) => {
      const documents = transaction.objectStore("documents");
      for (const id of ids) {
        const copy = await documents.get(["message", id]);
        if (!copy) continue;
        const doc = { ...(copy.doc as MessageDocument), read: at };
        await documents.put({ ...copy, doc, seen: true });
      }
    }, "documents");
  }

  personName(id: number): Promise<string | null> {
    return this.database.read(async (transaction) => (await transaction.objectStore("people").get(id)) ?? null);
  }

  people(): Promise<ReadonlyMap<number, string>> {
    return this.database.read(async (transaction) => {
      const people = transaction.objectStore("people");
      const [ids, names] = [await people.getAllKeys(), await people.getAll()];
      return new Map(ids.map((id, index) => [id, names[index] ?? ""]));
    });
  }

  outbox(): Promise<OutboxItem[]> {
    return this.database.read(async (transaction) => {
      const rows = await transaction.objectStore("outbox").getAll();
      return rows.map(({ n, mutation, frozen, sending, result }) => ({ n, mutation, frozen, sending, result }));
    });
  }

  takeCopy(): Promise<OutboxCopy> {
    return takeCopy(this.database);
  }

  epoch(): Promise<string | null> {
    return this.database.read(async (transaction) => (await readProgress(transaction)).epoch);
  }

  // ---- photos and other media

  async keepPhoto(photo: NewPhoto, state: "kept" | "waiting" = "kept"): Promise<void> {
    await this.database.write((transaction) => photos.keep(transaction, photo, state), ["photos", "pieces"]);
    this.changes.announce("photos");
    this.persist();
  }

  photo(name: string): Promise<Photo | null> {
    return this.database.read(async (transaction) => (await transaction.objectStore("photos").get(name)) ?? null);
  }

  photos(): Promise<Photo[]> {
    return this.database.read((transaction) => transaction.objectStore("photos").getAll());
  }

  lacked(): Promise<Photo[]> {
    return this.database.read((transaction) => transaction.objectStore("photos").index("state").getAll("lacked"));
  }

  piece(name: string, piece: Piece): Promise<ArrayBuffer | null> {
    return this.database.read(async (transaction) => (await transaction.objectStore("pieces").get([name, piece])) ?? null);
  }

  uploadBegun(name: string, piece: Piece, address: string): Promise<void> {
    return this.database.write((transaction) => photos.begun(transaction, name, piece, address));
  }

  uploadLanded(name: string, piece: Piece): Promise<void> {
    return this.write((transaction) => photos.landed(transaction, name, piece), "photos");
  }

  uploadRefused(name: string, why: string | null): Promise<void> {
    return this.write((transaction) => photos.refuse(transaction, name, why), "photos");
  }

  seen(record: string, name: string): Promise<MediaBytes | null> {
    return this.database.read(async (transaction) => (await transaction.objectStore("seen").get([record, name])) ?? null);
  }

  see(record: string, name: string, picture: MediaBytes): Promise<void> {
    return this.database.write((transaction) => photos.see(transaction, { record, name }, picture));
  }

  takePhoto(name: string): Promise<Moved | null> {
    return this.database.read((transaction) => photos.take(transaction, name));
  }

  putPhoto(moved: Moved): Promise<void> {
    return this.write((transaction) => photos.put(transaction, moved), "photos");
  }

  dropPhoto(name: string): Promise<void> {
    return this.database.write((transaction) => photos.drop(transaction, name));
  }

  // ---- a new number

  async leave(): Promise<Heritage> {
    const { heritageOf } = await import("./inherit"); // Rarely needed, and by nobody in the first load.
    return this.database.read((transaction) => heritageOf(transaction, this.device));
  }

  async take(heritage: Heritage): Promise<number> {
    const { inherit } = await import("./inherit");
    return this.write((transaction) => inherit(transaction, this.device, heritage), "outbox", "drafts", "documents");
  }

  async forgetLeft(heritage: Heritage): Promise<void> {
    const { letGo } = await import("./inherit");
    return this.write((transaction) => letGo(transaction, heritage), "outbox", "drafts", "records");
  }

  inherited(): Promise<Inherited> {
    return this.database.read(readInherited);
  }

  // ---- time

  now(): Date {
    return new Date(Date.now() + this.offset);
  }

  localNow(): string {
    return localIso(this.now(), this.zone);
  }

  today(): string {
    return dayIn(this.now(), this.zone);
  }

  // ---- notices

  subscribe(changed: (changes: ReadonlySet<Change>) => void): () => void {
    return this.changes.subscribe(changed);
  }
}
