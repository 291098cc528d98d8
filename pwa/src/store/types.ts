/** What the store shows to the layers above it. */

import type { Conflict, Decision, FieldSet, Mutation, MutationResult, RecordState, Review, Stage, Values } from "../shared/protocol";

/** What a draft of an edit was begun on: the values shown then, and what the server's merge needs to know of them. */
export interface DraftBase {
  readonly rev: number;
  readonly after: readonly number[];
  readonly values: Values;
  /** The revision's content hash and the epoch of the server that gave it; absent before there is a revision. */
  readonly saw?: Saw;
}

export interface Saw {
  readonly epoch: string | null;
  readonly hash: string;
}

export interface Draft {
  readonly id: string;
  /** Form version id. */
  readonly form: number;
  readonly place: number;
  readonly values: Values;
  /** Where the person was in the form; the app's own. */
  readonly position?: string | number | null;
  /** Set: this edits that record. Absent: a new record. */
  readonly record?: string | null;
  /** ISO 8601, for showing. */
  readonly updated: string;
  /** Kept by the store: callers needn't give it. */
  readonly base?: DraftBase;
}

/**
 * waiting: saved on this phone, not sent. sending: in the request under way. on_server: acknowledged.
 * quarantined: the server keeps this phone's latest change aside until a person decides.
 */
export type LocalState = "waiting" | "sending" | "on_server" | "quarantined";

/** The server's copy of a record with this phone's unanswered mutations over it. */
export interface RecordView {
  readonly id: string;
  readonly form: number;
  readonly place: number;
  /** Null until the server has told who wrote it: it was made on this phone. */
  readonly by: number | null;
  /** 0 and "" until the server has answered. */
  readonly rev: number;
  readonly hash: string;
  readonly state: RecordState;
  readonly stage: Stage;
  readonly approved: number | null;
  readonly values: Values;
  readonly conflicts: readonly ConflictView[];
  readonly review: Review | null;
  /** The last step of the approval, whoever took it; the same as `review` where that was the last. */
  readonly step: Review | null;
  readonly at: string;
  readonly received: string | null;
  readonly local: LocalState;
  /** It has left this phone's scope; only what this phone still has to send of it is shown. */
  readonly gone: boolean;
  /** A decision of this phone's that the server has not answered yet. */
  readonly deciding: Decision | null;
  /** The place to which this phone sends it; the server has not answered yet. */
  readonly moving: number | null;
}

export interface ConflictView extends Conflict {
  readonly path: string;
  /** Resolved on this phone, not yet answered. */
  readonly resolving: boolean;
}

export interface OutboxItem {
  readonly n: number;
  readonly mutation: Mutation;
  /** It has been in a request, so it never changes again. */
  readonly frozen: boolean;
  /** It is in the request under way. */
  readonly sending: boolean;
  /** The last `retry` answer, if there was one. */
  readonly result: MutationResult | null;
}

/** An acknowledged mutation, kept 30 days in case the server is restored from a backup. */
export interface SentItem {
  readonly n: number;
  readonly mutation: Mutation;
  readonly result: MutationResult;
  /** When it was answered: milliseconds since 1970, this phone's own clock. */
  readonly answered: number;
}

/** A photo or another file of an answer: whole, and the small picture of it. */
export type Piece = "whole" | "preview";

/**
 * kept: on this phone, in no mutation yet. waiting: a mutation names it. lacked: the server said that it lacks it, so it
 * is being sent. sent: the server has it whole.
 */
export type PhotoState = "kept" | "waiting" | "lacked" | "sent";

export interface MediaBytes {
  readonly bytes: ArrayBuffer;
  /** Media type. */
  readonly type: string;
}

export interface NewPhoto extends MediaBytes {
  /** `<sha256 of the bytes>.<extension>`: what the answer is. */
  readonly name: string;
  readonly preview: MediaBytes | null;
}

export interface Photo {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly preview: string | null;
  readonly state: PhotoState;
  /** The server has the small picture. */
  readonly shown?: true;
  /** The server will not have it: the slug of its reason. */
  readonly refused?: string;
  readonly uploads?: Readonly<Partial<Record<Piece, string>>>;
}

export type Change = "drafts" | "outbox" | "records" | "documents" | "profile" | "photos";
export type { FieldSet };
