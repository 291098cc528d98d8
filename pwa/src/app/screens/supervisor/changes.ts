/** What is different in a record since somebody last decided about it. Pure. */
import { same } from "../../../shared/document";
import { fieldOf } from "../../../shared/positions";
import type { Value, Values } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import type { RecordHistory } from "../../data/history";

export interface FieldChange {
  readonly path: string;
  readonly from: Value | null;
  readonly to: Value | null;
}

/** The newest revision that anybody has decided about, or that counts; null when nobody has yet. */
export function lastDecided(record: RecordView): number | null {
  const known = [record.review?.rev, record.approved].filter((rev): rev is number => typeof rev === "number");
  return known.length ? Math.max(...known) : null;
}

/** Whether nobody has done anything about it yet, on this phone either. */
export function isNew(record: RecordView): boolean {
  return record.stage === "received" && lastDecided(record) === null && record.deciding === null;
}

/** Whether the history tells everything up to the revision that is shown. */
export function reaches(history: RecordHistory | null, rev: number): history is RecordHistory {
  return history !== null && history.history.some((entry) => entry.type === "revision" && entry.rev >= rev);
}

/** Fields that differ between revision `since` and what is shown now, with their values then and now, in no special order. */
export function changesSince(history: RecordHistory, since: number, shown: Values): FieldChange[] {
  const before = new Map<string, Value | null>();
  for (const entry of history.history) {
    if (entry.type !== "revision" || entry.rev <= since) continue;
    for (const [path, change] of Object.entries(entry.changes)) {
      if (!before.has(path)) before.set(path, change.from);
    }
  }
  return differing(before, shown);
}

function differing(before: ReadonlyMap<string, Value | null>, shown: Values): FieldChange[] {
  const found: FieldChange[] = [];
  for (const [path, from] of before) {
    const to = shown[path] ?? null;
    if (!same(from, to)) found.push({ path, from, to });
  }
  return found;
}

/** The same between two whole sets of values; for what this phone itself remembers, without any network. */
export function changesBetween(then: Values, shown: Values): FieldChange[] {
  const paths = new Set([...Object.keys(then), ...Object.keys(shown)]);
  return differing(new Map([...paths].map((path) => [path, then[path] ?? null])), shown);
}

/** In the order of the form's questions; what the form doesn't know comes last. */
export function inFormOrder<T extends { readonly path: string }>(items: readonly T[], fields: readonly string[]): T[] {
  const place = (path: string): number => {
    const found = fields.indexOf(fieldOf(path));
    return found < 0 ? fields.length : found;
  };
  return [...items].sort((a, b) => place(a.path) - place(b.path));
}

/** Who changed the record since that revision. */
export function authorsSince(history: RecordHistory, since: number): number[] {
  const found = history.history.filter((entry) => entry.type === "revision" && entry.rev > since).map((entry) => entry.by);
  return [...new Set(found)];
}
