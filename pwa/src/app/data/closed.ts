/**
 * What a signed reporting period means for a record. The server writes nothing into the records of a period that is signed:
 * their day tells it, and the server tells which of them wait to correct it.
 *
 * 1. A record that counts in a signed period is locked: what changes it asks for a correction.
 * 2. One that waits is late: it counts as it did before until the period's correction is signed.
 * 3. Any other of that period will wait, once it is approved.
 */
import type { CampaignDocument, CorrectionDocument, FormDocument, PeriodDocument, Stage } from "../../shared/protocol";
import type { RecordView, Store } from "../../store";
import { formatDate } from "../i18n/format";
import { useLive } from "../live";

export interface Closings {
  readonly periods: readonly PeriodDocument[];
  /** By record: the first day of the period that it waits to correct. */
  readonly late: ReadonlyMap<string, string>;
  /** Keys of the forms whose records count once the police have confirmed them. */
  readonly confirming: ReadonlySet<string>;
}

export interface Closed {
  readonly period: Pick<PeriodDocument, "from" | "to">;
  readonly as: "locked" | "late" | "coming";
}

type Known = Pick<RecordView, "id" | "stage" | "values" | "conflicts">;

const COUNTS: ReadonlySet<Stage> = new Set<Stage>(["approved", "confirmed", "taken"]);
/** At these a record counts for nothing, or has a lock and a correction of its own. */
const ELSEWHERE: ReadonlySet<Stage> = new Set<Stage>(["rejected", "merged", "locked", "corrected", "correcting", "drafted", "sent_back"]);

export function closingsOf(periods: readonly PeriodDocument[], corrections: readonly CorrectionDocument[], campaigns: readonly CampaignDocument[]): Closings {
  return {
    periods,
    late: new Map(corrections.map((each) => [each.id, each.period])),
    confirming: new Set(campaigns.flatMap((campaign) => campaign.confirmed ?? [])),
  };
}

/** Null: no signed period has to do with it. */
export function closedOf(closings: Closings, record: Known, form: Pick<FormDocument, "key" | "compiled"> | undefined): Closed | null {
  const waits = closings.late.get(record.id);
  const awaited = waits && closings.periods.find(({ from }) => from === waits);
  if (awaited) return { period: awaited, as: "late" };
  const path = form?.compiled.occurrence;
  const happened = path ? record.values[path] : undefined;
  if (!form || typeof happened !== "string" || ELSEWHERE.has(record.stage)) return null;
  const day = happened.slice(0, 10);
  const period = closings.periods.find(({ from, to, forms }) => forms.includes(form.key) && from <= day && day <= to);
  if (!period) return null;
  const counts = COUNTS.has(record.stage) && !(closings.confirming.has(form.key) && record.stage === "approved");
  return { period, as: counts && record.conflicts.length === 0 ? "locked" : "coming" };
}

export function periodWords({ from, to }: Closed["period"]): string {
  return `${formatDate(from)} – ${formatDate(to)}`;
}

export async function readClosings(store: Store): Promise<Closings> {
  return closingsOf(...(await Promise.all([store.documents("period"), store.documents("correction"), store.documents("campaign")])));
}

const NONE: Closings = closingsOf([], [], []);

export function useClosings(): Closings {
  return useLive(readClosings, [], ["documents"]) ?? NONE;
}
