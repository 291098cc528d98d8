/**
 * The store: everything one profile keeps on this phone.
 *
 * Rules:
 * - Whatever a person typed is written in one strict transaction: ids, mutation and draft together. A promise resolves
 *   only when that transaction is complete; before that nobody may say 'saved'.
 * - A mutation that has been in a request is frozen: it never changes again. Edits before that are squashed into it.
 * - Shown = the server's copy with this phone's unanswered mutations over it, in their order.
 * - No room (`StorageFull`): nothing is half written.
 */

import type {
  Cursors,
  Decision,
  DocumentKind,
  DocumentKinds,
  Mutation,
  RecordDocument,
  SyncAnswer,
  Value,
  Values,
} from "../shared/protocol";
import type { Inherited } from "./database";
import type { Change, Draft, MediaBytes, NewPhoto, OutboxItem, Photo, Piece, RecordView, Saw } from "./types";

export interface Decided {
  readonly record: string;
  readonly rev: number;
  readonly hash: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly notes?: Readonly<Record<string, string>>;
  readonly into?: string;
}

export interface Resolution {
  readonly record: string;
  /** The revision that the person looked at. */
  readonly rev: number;
  readonly closes: readonly number[];
  /** The values chosen, by leaf path; null clears. */
  readonly set: Readonly<Record<string, Value | null>>;
}

/** What the sync loop sends: mutations, now frozen, and how far this phone has read. */
export interface Collected {
  readonly epoch: string | null;
  readonly cursors: Cursors;
  /** Which reading of the feeds this is; an answer to an earlier reading moves no cursor. */
  readonly generation: number;
  readonly forgets: number;
  readonly mutations: readonly Mutation[];
  /** By number: the content hash of the revision that it was made on, where that was in an earlier epoch. */
  readonly saw: Readonly<Record<string, string>>;
  /** How many mutations there still are beyond these. */
  readonly left: number;
  /** Names of photos of which this phone doesn't know whether the server has them. */
  readonly photos: readonly string[];
  /** Messages that were read here, of which the server doesn't say so yet. */
  readonly seen: readonly number[];
}

export interface Applied {
  readonly retried: readonly number[];
  /** Kept mutations are in the outbox again: the server was restored from a backup. */
  readonly reoffered: boolean;
  readonly renumber: boolean;
  readonly revoked: boolean;
}

/** The store as the sync loop sees it. */
export interface SyncStore {
  readonly device: number;
  close(): void;
  collect(limit: Limit): Promise<Collected>;
  /** The request under way came to nothing: its mutations stay, frozen. */
  release(): Promise<void>;
  apply(answer: SyncAnswer, received: Received): Promise<Applied>;
  /** Records whose values this phone couldn't rebuild by itself: they must be asked for. */
  incomplete(): Promise<readonly string[]>;
  /** The whole record document that was asked for; null: the server shows none. */
  complete(id: string, document: RecordDocument | null): Promise<void>;
  /** What numbers that were given up must offer again first, in parts; `handedIn` once the server has all of them. */
  due(): Promise<readonly Handing[]>;
  handedIn(): Promise<void>;
  /** A lease on sending, for browsers without Web Locks: false while somebody else holds it. */
  lease(owner: string, milliseconds: number, what?: string): Promise<boolean>;
  lastSync(): Promise<string | null>;
}

/** The store as the sending of photos sees it. */
export interface PhotoStore {
  readonly device: number;
  /** What the server said that it lacks. */
  lacked(): Promise<Photo[]>;
  piece(name: string, piece: Piece): Promise<ArrayBuffer | null>;
  /** An upload has begun at this address: it is gone on with there, also after a restart. */
  uploadBegun(name: string, piece: Piece, address: string): Promise<void>;
  uploadLanded(name: string, piece: Piece): Promise<void>;
  /** The server will not have it, and why (a problem's slug); it stays on this phone. Null: it may be tried again. */
  uploadRefused(name: string, why: string | null): Promise<void>;
  lease(owner: string, milliseconds: number, what?: string): Promise<boolean>;
}

export interface Store extends SyncStore, PhotoStore {
  // Photos and other media
  /**
   * Writes it; resolves when it is on the disk, and only then may its name become an answer. `state`: "waiting" for one
   * of another phone's that is to be sent from here. Raises `StorageFull`.
   */
  keepPhoto(photo: NewPhoto, state?: "kept" | "waiting"): Promise<void>;
  photo(name: string): Promise<Photo | null>;
  /** All that are on this phone, without their bytes. */
  photos(): Promise<Photo[]>;
  /** The small picture of a record's answer that was loaded before. */
  seen(record: string, name: string): Promise<MediaBytes | null>;
  see(record: string, name: string, picture: MediaBytes): Promise<void>;

  // Drafts
  drafts(): Promise<Draft[]>;
  draft(id: string): Promise<Draft | null>;
  /** Writes the draft; resolves when it is on the disk. Raises `StorageFull`. */
  saveDraft(draft: Draft): Promise<void>;
  discardDraft(id: string): Promise<void>;
  /** So many numbers for items of repeats, which nobody else on this phone gets: the first of them. Raises `StorageFull`. */
  itemNumbers(count: number): Promise<number>;
  /**
   * The draft that edits this record: the open one, or a new one begun on the values shown now (not yet written:
   * `saveDraft` it, with its `base`, at the first change). Null: no such record here.
   */
  editRecord(recordId: string): Promise<Draft | null>;
  /**
   * The draft becomes a mutation and is removed, in one transaction; gives the record's id. `values` are sent in place
   * of the draft's (hidden questions removed). Asked twice for one draft, in whatever tab: one mutation, the same id.
   */
  submitDraft(id: string, at?: string, values?: Values): Promise<string>;

  // Records
  records(): Promise<RecordView[]>;
  record(id: string): Promise<RecordView | null>;
  /** Rejects with `RecordChanged` where another revision has come since the person looked at it. */
  resolve(resolution: Resolution): Promise<void>;
  review(decided: Decided): Promise<void>;
  /** The record, as it is seen now, is to go to another place. */
  move(record: string, place: number): Promise<void>;
  cachedHistory<History>(recordId: string): Promise<History | null>;
  saveHistory(recordId: string, history: unknown): Promise<void>;
  /** What the app remembers of this person's work on a record (a reason being typed); it goes when the record goes. */
  note<Note>(recordId: string): Promise<Note | null>;
  keepNote(recordId: string, note: unknown): Promise<void>;

  // Other documents, people
  /** Which feeds come down to this phone: other ones when the person's roles have changed. */
  feeds(): Promise<readonly string[]>;
  documents<Kind extends DocumentKind>(kind: Kind): Promise<DocumentKinds[Kind][]>;
  document<Kind extends DocumentKind>(kind: Kind, id: string | number): Promise<DocumentKinds[Kind] | null>;
  /** Messages that the person has looked at here. */
  readMessages(ids: readonly string[]): Promise<void>;
  personName(id: number): Promise<string | null>;
  people(): Promise<ReadonlyMap<number, string>>;

  outbox(): Promise<OutboxItem[]>;
  /** Everything unsent, frozen from now on, for a file that somebody else may hand in. */
  takeCopy(): Promise<OutboxCopy>;
  /** The server's life that this phone last heard of. */
  epoch(): Promise<string | null>;
  /** What this number took over from one that was given up. */
  inherited(): Promise<Inherited>;
  /** The server's clock as far as this phone knows it (its own clock + the offset of the last answer). */
  now(): Date;
  /** `now()` as local time of the campaign with its offset: what a mutation's `at` is. */
  localNow(): string;
  /** Where local time is counted: the campaign's zone, by its IANA name. */
  readonly zone: string;
  /** Today in the campaign's zone, as 2023-05-16. */
  today(): string;

  /** Calls back after each committed change, whoever made it: this page, another tab, the service worker. */
  subscribe(changed: (changes: ReadonlySet<Change>) => void): () => void;
}

/** An outbox to be carried by hand. `saw`: by number, what each was made on, and in which life of the server. */
export interface OutboxCopy {
  readonly epoch: string | null;
  readonly mutations: readonly Mutation[];
  readonly saw: Readonly<Record<string, Saw>>;
}

/** What was answered under a number that was given up, to be offered again to a restored server. */
export interface Handing extends Pick<Collected, "epoch" | "mutations" | "saw"> {
  readonly device: number;
}

export interface Limit {
  readonly mutations: number;
  readonly characters: number;
  /** Numbers of mutations to leave where they are. */
  readonly except?: ReadonlySet<number>;
}

export interface Received {
  /** The request that this answers. */
  readonly sent: Collected;
  /** When the answer came and how long the round trip took: milliseconds of the phone's own clock. */
  readonly at: number;
  readonly took: number;
}

