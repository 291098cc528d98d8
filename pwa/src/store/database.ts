/**
 * One profile's IndexedDB. Each use is one transaction; a lost connection is opened again and the use repeated once
 * (the transaction that was lost has left nothing). No room becomes `StorageFull`.
 */

import { openDB } from "idb";
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { Cursors, Mutation, MutationResult, OtherDocument, RecordDocument, Value } from "../shared/protocol";
import { StorageFull, StorageUnavailable } from "./errors";
import type { Draft, PhotoState, Piece, Saw } from "./types";

/** A record as the server has it; `values` are whole. */
export interface Copy {
  readonly id: string;
  readonly doc: RecordDocument & { readonly values: readonly (Value | null)[] };
  readonly feeds: readonly string[];
  /** In which reading of the feeds it was last seen; see `Progress.generation`. */
  readonly generation: number;
}

export interface OtherCopy {
  readonly k: string;
  readonly id: string;
  readonly doc: OtherDocument;
  readonly feeds: readonly string[];
  readonly generation: number;
  /** A message that was read here; it is told until the server's own document comes. */
  readonly seen?: true;
}

interface MutationRow {
  readonly n: number;
  readonly record: string;
  readonly mutation: Mutation;
  /** Form version and place of the record, also for mutations that don't carry them. */
  readonly form: number;
  readonly place: number;
  /** What an edit or a resolution was made on; after a restore the same number may be another revision. */
  readonly saw?: Saw;
  /** Offered again after a restore, and the copy here had it in it already. */
  readonly contained?: true;
}

export interface OutboxRow extends MutationRow {
  readonly frozen: boolean;
  readonly sending: boolean;
  readonly result: MutationResult | null;
}

export interface SentRow extends MutationRow {
  readonly result: MutationResult;
  /** By the server's clock, in milliseconds: a phone's own may jump, and what is kept 30 days must be. */
  readonly answered: number;
  /**
   * Absent: closed. `held`: in the server's quarantine. `landing`: applied, but the record's new state has not come
   * down yet, so it is still shown from here.
   */
  readonly open?: "held" | "landing";
}

/** A draft, or the trace of one that was submitted: asked again, it is still one mutation. */
export interface DraftRow {
  readonly id: string;
  readonly record: string | null;
  readonly draft: Draft | null;
  readonly submitted?: { readonly record: string; readonly at: number };
}

/** How far this phone has come. */
export interface Progress {
  readonly epoch: string | null;
  readonly cursors: Cursors;
  /** Server's clock minus this phone's, milliseconds. */
  readonly offset: number;
  /** Counts the readings of all feeds from their start: a server restored from a backup begins a new one. */
  readonly generation: number;
  /** A new reading is under way: when it has ended, what it didn't see again is erased. */
  readonly sweeping: boolean;
  /** Records whose values must be asked for. */
  readonly incomplete: readonly string[];
  /** Counts the answers that took a feed away: one to a request from before that brings nothing of it back. */
  readonly forgets: number;
  readonly last: string | null;
}

/** For how long what was answered is kept, in case the server is restored from a backup. */
export const KEPT = 30 * 24 * 3600 * 1000;

export const START: Progress = {
  epoch: null,
  cursors: {},
  offset: 0,
  generation: 0,
  sweeping: false,
  incomplete: [],
  forgets: 0,
  last: null,
};

export interface Counters {
  readonly record: number;
  readonly mutation: number;
  /** Items of repeats that this phone has added, or may add. */
  readonly item?: number;
}

export interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** What this number took over from one that was given up: `<old device>:<old n>` → n, old record → record, drafts. */
export interface Inherited {
  readonly numbers: Readonly<Record<string, number>>;
  readonly records: Readonly<Record<string, string>>;
  readonly drafts: readonly string[];
}

/** An answered mutation of a number that was given up. */
export interface FormerRow extends Pick<MutationRow, "n" | "mutation" | "saw"> {
  readonly answered: number;
}

/** By device number; `due`: the server was restored, and has not been offered it since. */
export interface Former {
  readonly due: boolean;
  readonly devices: Readonly<Record<string, readonly FormerRow[]>>;
}

export interface PhotoRow {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Media type of the small picture; null: there is none. */
  readonly preview: string | null;
  readonly state: PhotoState;
  /** When it was written here: this phone's own clock, milliseconds. */
  readonly kept: number;
  /** The record whose mutation names it. */
  readonly record?: string;
  /** The server has the small picture. */
  readonly shown?: true;
  /** The server will not have it: the slug of its reason. */
  readonly refused?: string;
  /** Where on the server an upload has begun. */
  readonly uploads?: Readonly<Partial<Record<Piece, string>>>;
  /** Since when the server has it whole: its own clock, milliseconds. */
  readonly sent?: number;
}

export interface Schema extends DBSchema {
  meta: { key: string; value: Progress | Counters | Lease | Inherited | Former };
  records: { key: string; value: Copy; indexes: { feeds: string } };
  outbox: { key: number; value: OutboxRow; indexes: { record: string } };
  sent: { key: number; value: SentRow; indexes: { answered: number; open: string; record: string } };
  drafts: { key: string; value: DraftRow; indexes: { record: string } };
  documents: { key: [string, string]; value: OtherCopy; indexes: { feeds: string; k: string } };
  people: { key: number; value: string };
  histories: { key: string; value: unknown };
  photos: { key: string; value: PhotoRow; indexes: { state: PhotoState; sent: number } };
  /** Bytes, apart from what is known of them: by name and piece. */
  pieces: { key: [string, Piece]; value: ArrayBuffer };
  /** Small pictures that came from the server: by record and name. */
  seen: { key: [string, string]; value: { readonly bytes: ArrayBuffer; readonly type: string } };
}

export type Names = StoreNames<Schema>;
export type Reading = IDBPTransaction<Schema, Names[]>;
export type Writing = IDBPTransaction<Schema, Names[], "readwrite">;

const VERSION = 2;
const FIRST: Names[] = ["meta", "records", "outbox", "sent", "drafts", "documents", "people", "histories"];
export const ALL: Names[] = [...FIRST, "photos", "pieces", "seen"];

/** Each version adds; what is there already is not touched. */
function upgrade(database: IDBPDatabase<Schema>, from: number): void {
  if (from < 1) addRecords(database);
  if (from < 2) addPhotos(database);
}

function addPhotos(database: IDBPDatabase<Schema>): void {
  const photos = database.createObjectStore("photos", { keyPath: "name" });
  photos.createIndex("state", "state");
  photos.createIndex("sent", "sent");
  database.createObjectStore("pieces");
  database.createObjectStore("seen");
}

function addRecords(database: IDBPDatabase<Schema>): void {
  database.createObjectStore("meta");
  database.createObjectStore("records", { keyPath: "id" }).createIndex("feeds", "feeds", { multiEntry: true });
  database.createObjectStore("outbox", { keyPath: "n" }).createIndex("record", "record");
  const sent = database.createObjectStore("sent", { keyPath: "n" });
  sent.createIndex("answered", "answered");
  sent.createIndex("open", "open");
  sent.createIndex("record", "record");
  database.createObjectStore("drafts", { keyPath: "id" }).createIndex("record", "record");
  const documents = database.createObjectStore("documents", { keyPath: ["k", "id"] });
  documents.createIndex("feeds", "feeds", { multiEntry: true });
  documents.createIndex("k", "k");
  database.createObjectStore("people");
  database.createObjectStore("histories");
}

const LOST: ReadonlySet<string> = new Set(["InvalidStateError", "UnknownError"]);

export class Database {
  private connection: Promise<IDBPDatabase<Schema>> | null = null;
  private lost = false;

  constructor(private readonly name: string) {}

  /** Reads in one consistent transaction. */
  read<Result>(work: (transaction: Reading) => Promise<Result>): Promise<Result> {
    return this.repeated(async (connection) => {
      const transaction = connection.transaction(ALL, "readonly");
      return this.finish(transaction, work(transaction));
    });
  }

  /** Writes all or nothing; resolves when it is on the disk. `work` may await nothing but its transaction. */
  write<Result>(work: (transaction: Writing) => Promise<Result>, stores: Names[] = ALL): Promise<Result> {
    return this.repeated(async (connection) => {
      const transaction = connection.transaction(stores, "readwrite", { durability: "strict" });
      return this.finish(transaction, work(transaction as Writing));
    });
  }

  /** What is being read or written is still finished; the next use opens the database again. */
  close(): void {
    const { connection } = this;
    this.connection = null;
    void connection?.then(
      (open) => open.close(),
      () => undefined,
    );
  }

  private async finish<Result>(transaction: Reading | Writing, work: Promise<Result>): Promise<Result> {
    const done = transaction.done;
    done.catch(() => undefined); // Seen below; without this a failed `work` would leave it unhandled.
    try {
      const result = await work;
      await done;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has already ended.
      }
      // If the browser has cut it off, only the transaction knows why; what was asked of it meanwhile or afterwards doesn't.
      throw transaction.error && !isAbort(transaction.error) ? transaction.error : error;
    }
  }

  private async repeated<Result>(use: (connection: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result> {
    try {
      return await this.once(use);
    } catch (error) {
      if (!this.lost && !(error instanceof Error && LOST.has(error.name))) throw translated(error);
      this.close();
    }
    try {
      return await this.once(use);
    } catch (error) {
      throw translated(error);
    }
  }

  private async once<Result>(use: (connection: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result> {
    this.lost = false;
    this.connection ??= this.open();
    let connection: IDBPDatabase<Schema>;
    try {
      connection = await this.connection;
    } catch (error) {
      this.connection = null;
      throw error;
    }
    return use(connection);
  }

  private async open(): Promise<IDBPDatabase<Schema>> {
    const drop = (): void => {
      this.lost = true;
      this.connection = null;
    };
    const opened = await openDB<Schema>(this.name, VERSION, {
      upgrade,
      terminated: drop,
      blocking: () => {
        drop();
        opened.close(); // A newer version of the app in another tab wants to upgrade.
      },
    });
    // A page that was left must not keep what another one waits for; come back to, it opens its database again.
    if ("addEventListener" in globalThis) addEventListener("pagehide", () => this.close(), { once: true });
    return opened;
  }
}

function isAbort(error: DOMException): boolean {
  return error.name === "AbortError";
}

/** The browser's storage errors in our words; our own errors as they are. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "QuotaExceededError") return new StorageFull("no room left on this phone", { cause: error });
  const browsers = ["InvalidStateError", "UnknownError", "SecurityError", "VersionError", "NotAllowedError"];
  if (browsers.includes(error.name)) return new StorageUnavailable(error.message, { cause: error });
  return error;
}

/** Under which key of `histories` the app's note about a record is kept. */
export function noteKey(recordId: string): string {
  return `note:${recordId}`;
}

export async function readProgress(transaction: Reading | Writing): Promise<Progress> {
  const found = await transaction.objectStore("meta").get("progress");
  return { ...START, ...(found as Progress | undefined) };
}

/** What this number has taken over from those before it. */
export async function readInherited(transaction: Reading | Writing): Promise<Inherited> {
  const found = await transaction.objectStore("meta").get("inherited");
  return (found as Inherited | undefined) ?? { numbers: {}, records: {}, drafts: [] };
}

export async function fieldsOf(transaction: Reading | Writing, form: number): Promise<readonly string[] | null> {
  const found = await transaction.objectStore("documents").get(["form", String(form)]);
  return found?.doc.k === "form" ? found.doc.compiled.fields : null;
}
