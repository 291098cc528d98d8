/**
 * What the campaign asks of a place in the days to come, and how far the place is. Pure: from documents that the phone holds,
 * nothing is guessed. `today`: a plain date.
 */
import { dayIn } from "../../shared/clock";
import type { CampaignDocument, FormDocument, HazardMap, IndicatorDocument, MilestoneDocument } from "../../shared/protocol";
import type { RecordView, Store } from "../../store";
import { daysBetween } from "../i18n/format";

/** How far ahead is looked. */
const WEEK = 7;

export interface Goal {
  readonly value: number;
  readonly goal: number;
}

/** A target that is worked towards, in its own unit: of a share, how many of all it takes. Null: there is none. */
export function goalOf({ kind, target, numerator, denominator, window }: IndicatorDocument): Goal | null {
  if (window !== "activity" || target?.at_least === undefined || numerator === null) return null;
  if (kind === "at_least") return { value: numerator, goal: target.at_least };
  if ((kind !== "covered" && kind !== "ratio") || !denominator) return null;
  return { value: numerator, goal: Math.ceil((target.at_least * denominator) / 100) };
}

export function isMet({ value, goal }: Goal): boolean {
  return value >= goal;
}

/** What tells whether a figure is of days that still run. */
export interface AsOf {
  readonly campaigns: readonly CampaignDocument[];
  /** The day on which this phone last heard everything, so that its figures are of that day. Null: never. */
  readonly heard: string | null;
  readonly today: string;
}

export async function readAsOf(store: Store): Promise<AsOf> {
  const last = await store.lastSync();
  const heard = last === null ? null : dayIn(new Date(last), store.zone);
  return { campaigns: await store.documents("campaign"), heard, today: store.today() };
}

/** The days of the month on which reporting months begin, where the phone knows them. */
const BEGINS: Readonly<Record<string, number>> = { BATGT_15_14: 15, BATGT_16_15: 16, CAL: 1 };
const MONTHS = { month: 1, quarter: 3 } as const;

/** The same for two days of one reporting month or quarter: from its first day on a month is the next one's, where it begins late. */
function spanOf(day: string, { calendar = "" }: CampaignDocument, per: "month" | "quarter"): string | number {
  const begins = BEGINS[calendar];
  if (begins === undefined) return day;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const months = year * 12 + month - 1 + Number(begins > 1 && date >= begins);
  return Math.floor(months / MONTHS[per]);
}

/** Whether it is of the month or quarter that runs, as far as is known here: a figure names no days, and may be an older one. */
function isRunning({ campaign: id, per }: IndicatorDocument, { campaigns, heard, today }: AsOf): boolean {
  const campaign = campaigns.find((each) => each.id === id);
  const days = (campaign?.windows as Partial<Record<string, { from: string; to: string }>> | null | undefined)?.["activity"];
  if (!campaign || !days || today < days.from || days.to < today || !per || heard === null) return false;
  return spanOf(heard, campaign, per) === spanOf(today, campaign, per);
}

/** What is asked of this month or quarter and isn't there yet: what a week long ago lacks can't be made up for. */
export function stillAsked(indicators: readonly IndicatorDocument[], places: ReadonlySet<number>, asOf: AsOf): IndicatorDocument[] {
  return indicators
    .filter((each) => places.has(each.place) && isRunning(each, asOf))
    .filter((each) => {
      const goal = goalOf(each);
      return goal !== null && !isMet(goal);
    })
    .sort((one, other) => one.position - other.position);
}

/** The one that stands for a place's progress: the first of its activities that has a goal, one that isn't met before one that is. */
export function progressOf(indicators: readonly IndicatorDocument[], place: number, asOf: AsOf): IndicatorDocument | null {
  const goals = indicators.filter((each) => each.place === place && goalOf(each) !== null && (!each.per || isRunning(each, asOf)));
  const rank = (each: IndicatorDocument) => Number(isMet(goalOf(each) as Goal)) * 1_000 + each.position;
  return [...goals].sort((one, other) => rank(one) - rank(other))[0] ?? null;
}

/** Dates of the campaign that come within the week. */
export function datesNear(milestones: readonly MilestoneDocument[], today: string): MilestoneDocument[] {
  const near = (on: string) => on >= today && daysBetween(today, on) <= WEEK;
  return milestones
    .filter(({ type, on }) => type === "date" && on !== null && near(on))
    .sort((one, other) => (one.on ?? "").localeCompare(other.on ?? ""));
}

export interface HazardDue {
  readonly record: RecordView;
  readonly due: string;
}

/** Approved hazards that are not dealt with and are due within the week or were due before, the oldest date first. */
export function hazardsDue(records: readonly RecordView[], map: HazardMap | null | undefined, { forms, today }: { forms: ReadonlyMap<number, FormDocument>; today: string }): HazardDue[] {
  if (!map) return [];
  const done = new Set(map.states.done);
  return records
    .flatMap((record): HazardDue[] => {
      const due = record.values[map.due];
      if (record.gone || record.approved === null || forms.get(record.form)?.key !== map.form || typeof due !== "string") return [];
      if (done.has(String(record.values[map.status])) || daysBetween(today, due.slice(0, 10)) > WEEK) return [];
      return [{ record, due: due.slice(0, 10) }];
    })
    .sort((one, other) => one.due.localeCompare(other.due));
}
