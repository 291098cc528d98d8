/**
 * The sync protocol's words and shapes, version 1 (docs/protocol.md). Types only: what arrives from the network is
 * checked by `guards.ts` before it is believed.
 */

import type { CompiledForm } from "./form";
import type { Localized } from "./language";

export const PROTOCOL = 1;

export type Scalar = string | number;
/** text, date, date-time, GPS point and select one are strings; integers numbers; select multiple a list. */
export type Value = Scalar | readonly string[];
/** What a record holds, by leaf path; a question without an answer is absent. */
export type Values = Readonly<Record<string, Value>>;
/**
 * `[position in the form version's fields, value]`; null clears. Inside a repeat the id of each item around the field
 * follows, the outermost first; at the repeat's own position the value is the item's place in the order.
 */
export type FieldSet = readonly [number, Value | null, ...string[]];
/** The steps of the approval (`approval.ts` says whose they are). */
export type Decision = "check" | "approve" | "return" | "reject" | "merge" | "confirm" | "take" | "lock" | "correct";
/** Where a record stands in its approval. */
export type Stage =
  | "received"
  | "checking"
  | "returned"
  | "rejected"
  | "merged"
  | "approved"
  | "confirmed"
  | "taken"
  | "locked"
  | "corrected"
  | "correcting"
  | "drafted"
  | "sent_back";
export type RecordState = "submitted" | "returned" | "approved" | "rejected";

export interface EditMutation {
  readonly n: number;
  readonly kind: "edit";
  readonly record: string;
  /** The revision this was written on; 0 creates, with `form` and `place`. */
  readonly base: number;
  readonly form?: number;
  readonly place?: number;
  readonly at: string;
  readonly set: readonly FieldSet[];
  /** Own mutations of the record that were unanswered when this was written. */
  readonly after?: readonly number[];
}

export interface ResolveMutation {
  readonly n: number;
  readonly kind: "resolve";
  readonly record: string;
  readonly base: number;
  readonly at: string;
  /** Conflict ids that this decision closes. */
  readonly closes: readonly number[];
  readonly set: readonly FieldSet[];
}

export interface ReviewMutation {
  readonly n: number;
  readonly kind: "review";
  readonly record: string;
  readonly rev: number;
  readonly hash: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly at: string;
  /** Remarks on single fields, by path. */
  readonly notes?: Readonly<Record<string, string>>;
  /** The record of the same thing that this one is merged into. */
  readonly into?: string;
}

export interface MoveMutation {
  readonly n: number;
  readonly kind: "move";
  readonly record: string;
  /** The revision and the place that were seen. */
  readonly rev: number;
  readonly from: number;
  readonly place: number;
  readonly at: string;
}

export type Mutation = EditMutation | ResolveMutation | ReviewMutation | MoveMutation;

export type ResultStatus = "applied" | "merged" | "conflict" | "stale" | "quarantined" | "duplicate" | "retry";

export interface MutationResult {
  readonly n: number;
  readonly status: ResultStatus;
  readonly rev?: number | null;
  readonly hash?: string | null;
  readonly conflicts?: readonly number[];
  readonly reason?: string | null;
  readonly detail?: unknown;
  /** What the first answer was, for a duplicate. */
  readonly first?: ResultStatus | null;
  /** The phone's storage was cloned or restored: it must take a new device number. */
  readonly renumber?: boolean;
}

export interface Side {
  readonly value: Value | null;
  readonly by: number;
  readonly at: string;
  readonly device: number;
}

export interface Conflict {
  readonly id: number;
  /** Position in the form version's fields; null in an item of a repeat, and for what the version doesn't know. */
  readonly field: number | null;
  readonly path?: string;
  readonly base: Value | null;
  readonly head: Side;
  readonly theirs: Side;
}

export interface Review {
  readonly decision: Decision;
  readonly reason: string | null;
  readonly by: number;
  readonly at: string;
  readonly rev: number;
  readonly notes?: Readonly<Record<string, string>>;
  readonly into?: string;
}

export interface RecordDocument {
  readonly k: "record";
  readonly id: string;
  readonly form: number;
  readonly place: number;
  readonly by: number;
  readonly rev: number;
  readonly hash: string;
  readonly state: RecordState;
  /** Where `state` doesn't tell it. */
  readonly stage?: Stage;
  /** The last step, where it is no verdict that the author reads. */
  readonly step?: Review;
  /** The approved revision, if any. */
  readonly approved: number | null;
  /** By position, trailing nulls cut; absent: applied exactly as this phone sent it. */
  readonly values?: readonly (Value | null)[];
  /** What is in items of repeats, and by path what the form version doesn't know. */
  readonly more?: readonly (readonly [number | string, Value | null, ...string[]])[];
  readonly at: string;
  readonly received: string;
  readonly conflicts: readonly Conflict[];
  readonly review: Review | null;
}

export interface QuarantineDocument {
  readonly k: "quarantine";
  readonly id: string;
  readonly record: string | null;
  readonly by: number;
  readonly device: number;
  readonly n: number;
  readonly reason: string;
  readonly detail: unknown;
  readonly payload: Mutation;
  readonly at: string;
  readonly place: number | null;
  readonly status: "held" | "released" | "discarded";
}

export interface FormDocument {
  readonly k: "form";
  readonly id: number;
  readonly key: string;
  readonly version: string;
  /** The newest version that isn't retired, whoever it is for. */
  readonly current: boolean;
  readonly compiled: CompiledForm;
  /** The roles that may begin a record with it; all who may write, without them. */
  readonly roles?: readonly string[];
  /** The places, with those below them, where one may be begun; everywhere, without them. */
  readonly places?: readonly number[];
  /** Since when nobody may begin one. */
  readonly retired?: string;
}

/** How soon a record is to be reviewed: in hours or in working days. Of a campaign's lines the first that fits counts. */
export interface ReviewDeadline {
  /** Key of the form that it is for; every form without it. */
  readonly form?: string;
  /** Path of a question whose answer must be more than 0. */
  readonly above_zero?: string;
  readonly hours?: number;
  readonly working_days?: number;
  /** Comes before everything else, and this is why. */
  readonly label?: Localized;
}

export interface CampaignDocument {
  readonly k: "campaign";
  readonly id: number;
  readonly key: string;
  readonly name: Localized;
  readonly place: number;
  readonly plan: {
    readonly number: string;
    readonly date: string;
    readonly issuer: string | Localized;
    readonly theme: string | Localized;
    readonly purposes: readonly Localized[];
    readonly requirements: readonly Localized[];
  };
  readonly windows: unknown;
  readonly zone: string;
  /** How its reporting months are cut. */
  readonly calendar?: string;
  readonly review: readonly ReviewDeadline[];
  /** Keys of the forms whose records the police confirm. */
  readonly confirmed?: readonly string[];
  readonly hazards?: HazardMap | null;
  readonly rehearsal: boolean;
}

/** Which records are hazards, and what their answers mean: questions' paths, states by their answers. */
export interface HazardMap {
  readonly form: string;
  readonly point: string;
  readonly kind: string;
  readonly status: string;
  readonly due: string;
  readonly states: Readonly<Partial<Record<"waiting" | "in_work" | "done", readonly string[]>>>;
}

export interface PlaceDocument {
  readonly k: "place";
  readonly id: number;
  readonly code: string;
  readonly kind: string;
  readonly name: Localized;
  readonly parent: number | null;
  readonly from?: string;
  /** The first day on which it is no more, and the place that it then goes into as a whole. */
  readonly to?: string | null;
  readonly into?: number | null;
}

export interface IndicatorDocument {
  readonly k: "indicator";
  readonly id: string;
  readonly campaign: number;
  readonly code: string;
  readonly place: number;
  readonly name: Localized;
  readonly unit: Localized;
  readonly position: number;
  readonly kind: "reduction" | "all_of" | "at_most" | "at_least" | "count" | "ratio" | "rate" | "days_since" | "distinct" | "covered" | "median";
  readonly window: "outcome" | "activity";
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly baseline: number | null;
  readonly target: {
    readonly minimum?: number;
    readonly stretch?: number;
    /** So many fewer than the baseline. */
    readonly fewer?: number;
    readonly at_most?: number;
    readonly at_least?: number;
    readonly source?: string;
  } | null;
  readonly verdict: "no_baseline" | "met" | "exceeded" | "not_met" | "held_zero" | "increased" | "progress" | "shown";
  readonly percent: string | null;
  readonly budget: number | null;
  readonly provisional: boolean;
  readonly closed: boolean;
  /** The code of the indicator of what is reported and not confirmed. */
  readonly reports?: string;
  /** The mildest class that counts. */
  readonly severity?: string;
  /** A rate is of so many of its fact. */
  readonly times?: number;
  /** Days are counted from here; whether it is the day on which it last happened, or that before the first. */
  readonly since?: string;
  readonly happened?: boolean;
  /** The last day that counts. */
  readonly until?: string;
  readonly per?: "month" | "quarter";
  readonly every?: "week" | "period";
}

export interface MilestoneDocument {
  readonly k: "milestone";
  readonly id: string;
  readonly code: string;
  readonly type: "date" | "threshold" | "streak" | "guard" | "first" | "deadline";
  readonly place: number;
  readonly name: Localized;
  readonly on: string | null;
  readonly threshold: number | null;
  readonly indicator: string | null;
  readonly reached: string | null;
  readonly retracted: string | null;
}

export interface MessageDocument {
  readonly k: "message";
  readonly id: string;
  readonly kind:
    | "returned"
    | "rejected"
    | "conflict"
    | "decided"
    | "quarantined"
    | "released"
    | "discarded"
    | "moved"
    | "late"
    | "corrected"
    | "stands_in"
    | "milestone"
    | "guard"
    | "deadline"
    | "asked"
    | "overdue"
    | "escalated"
    | "to_vote"
    | "to_check"
    | "to_clear"
    | "to_list"
    | "to_grant";
  readonly record: string | null;
  readonly text?: string | null;
  readonly by: number | null;
  readonly at: string;
  /** The id of a milestone's document; of a nomination its campaign's. */
  readonly about?: string;
  /** Where something waits. */
  readonly place?: number;
  /** Since when it doesn't hold any more. */
  readonly withdrawn?: string;
  readonly read?: string;
}

/** A reporting period that is signed, in its last version. */
export interface PeriodDocument {
  readonly k: "period";
  readonly id: string;
  readonly campaign: number;
  readonly from: string;
  readonly to: string;
  readonly version: number;
  readonly signed: string;
  /** Keys of the forms whose records count in it. */
  readonly forms: readonly string[];
}

/** A record that came too late for a signed period, and waits to correct it. `id` is the record's. */
export interface CorrectionDocument {
  readonly k: "correction";
  readonly id: string;
  readonly place: number;
  /** The first day of the period. */
  readonly period: string;
}

/** Documents other than records, by kind. */
export interface DocumentKinds {
  form: FormDocument;
  campaign: CampaignDocument;
  place: PlaceDocument;
  indicator: IndicatorDocument;
  milestone: MilestoneDocument;
  message: MessageDocument;
  quarantine: QuarantineDocument;
  period: PeriodDocument;
  correction: CorrectionDocument;
}

export type DocumentKind = keyof DocumentKinds;
export type OtherDocument = DocumentKinds[DocumentKind];

/** A document that has left this feed. */
export interface GoneDocument {
  readonly k: DocumentKind | "record";
  readonly id: string | number;
  readonly gone: true;
}

export type FeedDocument = RecordDocument | OtherDocument | GoneDocument;
export type Cursors = Readonly<Record<string, number>>;

/** Edits of one shape by column, whole numbers as steps: all create (`form`, `place`) or none does (`base`). */
export interface EditTable {
  readonly form?: number;
  readonly place?: number;
  readonly base?: readonly number[];
  readonly fields: readonly number[];
  readonly n: readonly number[];
  readonly device: readonly number[];
  readonly counter: readonly number[];
  /** Seconds since 1970, UTC. */
  readonly at: readonly number[];
  readonly values: readonly (readonly (Value | null)[])[];
}

export interface SyncRequest {
  readonly protocol: typeof PROTOCOL;
  readonly epoch: string | null;
  readonly cursors: Cursors;
  readonly mutations: readonly Mutation[];
  readonly tables: readonly EditTable[];
  /** By number: the content hash of the base, where its author saw it in an earlier epoch. */
  readonly saw?: Readonly<Record<string, string>>;
  readonly photos: readonly string[];
  /** Messages that were read here and don't say so yet. */
  readonly seen?: readonly number[];
}

export interface SyncAnswer {
  readonly protocol: typeof PROTOCOL;
  readonly epoch: string;
  readonly now: string;
  readonly results: readonly MutationResult[];
  readonly changes: Readonly<Record<string, readonly FeedDocument[]>>;
  readonly cursors: Cursors;
  readonly forget: readonly string[];
  readonly more: boolean;
  /** Of the photos asked about, those that the server does not have whole yet; absent: it didn't say. */
  readonly lacks?: readonly string[];
  /** With `more`: how many documents are still to come. */
  readonly left?: number;
  readonly reoffer: boolean;
  readonly people: Readonly<Record<string, string>>;
}
