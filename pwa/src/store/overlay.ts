/**
 * What is shown of a record: the server's copy with this phone's own changes over it, in their order.
 *
 * Rules:
 * - Waiting changes and applied ones whose new state hasn't come down yet are shown over the copy.
 * - Over a copy that had a change in it before it was offered again to a restored server, that change is not shown: the
 *   copy may be newer, and who edits it has not seen what was there before.
 * - What the server holds in quarantine is shown only where there is nothing else of the record.
 */

import { applyChanges, contentValues, decode } from "../shared/positions";
import type { Decision, FieldSet, Mutation, RecordDocument, Stage } from "../shared/protocol";
import type { Copy, Progress } from "./database";
import type { DraftBase, LocalState, RecordView, Saw } from "./types";

export interface Own {
  readonly mutation: Mutation;
  readonly form: number;
  readonly place: number;
  readonly standing: "waiting" | "sending" | "landing" | "held";
  readonly contained: boolean;
}

export interface Pieces {
  readonly id: string;
  readonly copy: Copy | null;
  /** In the order of their numbers. */
  readonly own: readonly Own[];
  readonly fields: readonly string[];
}

type Seen = Pick<RecordView, "rev" | "hash">;

/** Null: nothing of this record is on the phone. */
export function overlay(pieces: Pieces): RecordView | null {
  const { id, copy, own, fields } = pieces;
  const last = own.at(-1);
  if (!copy && !last) return null;
  const doc = copy?.doc;
  const shown = own.filter((item) => isShown(item, pieces));
  return {
    id,
    form: doc?.form ?? last?.form ?? 0,
    place: doc?.place ?? last?.place ?? 0,
    by: doc?.by ?? null,
    rev: doc?.rev ?? 0,
    hash: doc?.hash ?? "",
    state: doc?.state ?? "submitted",
    stage: stageOf(doc),
    approved: doc?.approved ?? null,
    values: shown.reduce(
      (values, item) => applyChanges(values, decode(setOf(item.mutation), fields)),
      contentValues(doc ?? {}, fields),
    ),
    conflicts: (doc?.conflicts ?? []).map((conflict) => ({
      ...conflict,
      path: conflict.path ?? fields[conflict.field ?? -1] ?? "",
      resolving: own.some((item) => closes(item, conflict.id)),
    })),
    review: doc?.review ?? null,
    step: doc?.step ?? doc?.review ?? null,
    at: shown.at(-1)?.mutation.at ?? doc?.at ?? last?.mutation.at ?? "",
    received: doc?.received ?? null,
    local: localState(own),
    gone: !copy && !own.some((item) => isCreation(item.mutation)),
    deciding: deciding(own),
    moving: moving(own),
  };
}

function stageOf(doc: Pick<RecordDocument, "state" | "stage"> | undefined): Stage {
  const { state = "submitted", stage } = doc ?? {};
  return stage ?? (state === "submitted" ? "received" : state);
}

/** What an edit begun now would be based on. */
export function draftBase(view: RecordView, pieces: Pieces, progress: Progress): DraftBase {
  const seen = pieces.own.filter(
    (item) => ["edit", "resolve"].includes(item.mutation.kind) && item.standing !== "held" && isShown(item, pieces),
  );
  return { rev: view.rev, after: seen.map((item) => item.mutation.n), values: view.values, ...sawOf(view, pieces.copy, progress) };
}

/** The revision that a change is made on, so that it is known again after the server was restored. */
export function sawOf({ rev, hash }: Seen, copy: Copy | null, { epoch, generation }: Progress): { saw?: Saw } {
  // A copy that the reading under way has not met is of an earlier life of the server.
  const current = !copy || copy.generation === generation;
  return rev > 0 ? { saw: { epoch: current ? epoch : null, hash } } : {};
}

export function isCreation(mutation: Mutation): boolean {
  return mutation.kind === "edit" && mutation.base === 0 && mutation.form !== undefined;
}

/** Nothing of the record has been accepted: it is in the quarantine from its creation on. */
export function onlyHeld({ copy, own }: Pick<Pieces, "copy" | "own">): boolean {
  return !copy && own.some((item) => isCreation(item.mutation)) && own.every((item) => item.standing === "held");
}

function isShown(item: Own, pieces: Pieces): boolean {
  if (item.mutation.kind === "review" || item.mutation.kind === "move") return false;
  if (pieces.copy && item.contained) return false;
  return item.standing !== "held" || (!pieces.copy && pieces.own.every((other) => other.standing === "held"));
}

function setOf(mutation: Mutation): readonly FieldSet[] {
  return mutation.kind === "review" || mutation.kind === "move" ? [] : mutation.set;
}

function closes(item: Own, conflict: number): boolean {
  return item.mutation.kind === "resolve" && item.standing !== "held" && item.mutation.closes.includes(conflict);
}

function localState(own: readonly Own[]): LocalState {
  if (own.some((item) => item.standing === "sending")) return "sending";
  if (own.some((item) => item.standing === "waiting")) return "waiting";
  return own.at(-1)?.standing === "held" ? "quarantined" : "on_server";
}

function deciding(own: readonly Own[]): Decision | null {
  for (const { mutation, standing } of [...own].reverse()) {
    if (mutation.kind === "review" && (standing === "waiting" || standing === "sending")) return mutation.decision;
  }
  return null;
}

function moving(own: readonly Own[]): number | null {
  for (const { mutation, standing } of [...own].reverse()) {
    if (mutation.kind === "move" && (standing === "waiting" || standing === "sending")) return mutation.place;
  }
  return null;
}
