/**
 * The inbox: which records wait for me, and in which order. Pure.
 *
 * 1. A record waits for me when the next step is my role's, it isn't mine, and I have not decided it already.
 * 2. How soon a record must be answered says the campaign (`review` of its pack), counted from when this state of it was
 *    written. What the campaign calls urgent comes before everything else.
 * 3. Then what must be answered soonest; what has no time limit comes last.
 * 4. Of two that are equally urgent the older one; of two of the same moment the lower record number, so that the order never jumps.
 */
import { SECOND_PERSON, stepsAt, waitsAt } from "../../../shared/approval";
import type { Decision, FormDocument, ReviewDeadline } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import { fits } from "../../../shared/fold";

/** A campaign's deadline, with the zone in which its working days are counted. */
export interface Deadline extends ReviewDeadline {
  readonly zone: string;
}

export interface Waiting {
  readonly record: RecordView;
  readonly form: FormDocument | null;
  /** The deadline that counts for it, if any. */
  readonly deadline: Deadline | null;
  /** Since when it waits, and until when it should be answered (Infinity: any time): milliseconds since 1970. */
  readonly since: number;
  readonly due: number;
  /** Some question has two answers that nobody has chosen between. */
  readonly conflicted: boolean;
}

export interface Mine {
  readonly person: number;
  /** Places where I may review. */
  readonly places: ReadonlySet<number>;
  /** By place, the roles in which I take steps of the approval there. */
  readonly roles: ReadonlyMap<number, ReadonlySet<string>>;
  /** The form versions whose records the police confirm. */
  readonly confirmed: ReadonlySet<number>;
  /** Records of a signed period: its signature takes them up and locks them, all at once. */
  readonly closed: ReadonlySet<string>;
}

const NO_ROLES: ReadonlySet<string> = new Set();

/** The steps that my roles allow at the stage where the record is, the way forward first. */
export function stepsOf(record: RecordView, mine: Mine): readonly Decision[] {
  const steps = [...stepsAt(record.stage, mine.roles.get(record.place) ?? NO_ROLES, mine.confirmed.has(record.form)).keys()];
  return mine.closed.has(record.id) ? steps.filter((step) => step !== "take" && step !== "lock") : steps;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function fitsDeadline({ form: key, above_zero: path }: Deadline, record: RecordView, form: FormDocument | null): boolean {
  if (key !== undefined && key !== form?.key) return false;
  if (path === undefined) return true;
  const value = record.values[path];
  return typeof value === "number" && value > 0;
}

export function deadlineOf(deadlines: readonly Deadline[], record: RecordView, form: FormDocument | null): Deadline | null {
  return deadlines.find((deadline) => fitsDeadline(deadline, record, form)) ?? null;
}

/** A first version waits since the server got it; a corrected one since it was corrected. */
export function waitingSince(record: RecordView): number {
  const written = Date.parse(record.at);
  const received = record.received ? Date.parse(record.received) : Number.NaN;
  if (record.rev <= 1 && !Number.isNaN(received)) return received;
  return Number.isNaN(written) ? received : written;
}

function afterWorkingDays(from: number, days: number, zone: string): number {
  const weekday = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: zone });
  let at = from;
  for (let left = days; left > 0; ) {
    at += DAY;
    if (!weekday.format(at).startsWith("S")) left -= 1;
  }
  return at;
}

export function dueAt(deadline: Deadline | null, since: number): number {
  if (deadline?.hours !== undefined) return since + deadline.hours * HOUR;
  return deadline?.working_days === undefined ? Infinity : afterWorkingDays(since, deadline.working_days, deadline.zone);
}

export function conflicted(record: RecordView): boolean {
  return record.conflicts.some((conflict) => !conflict.resolving);
}

export function waitsForMe(record: RecordView, mine: Mine): boolean {
  return (
    record.rev > 0 &&
    !record.gone &&
    (record.deciding === null || record.deciding === "check") &&
    record.by !== null &&
    record.by !== mine.person &&
    waitsAt(record.stage, stepsOf(record, mine)) &&
    !isSecond(record, mine)
  );
}

/** Whether I prepared what is to be signed now: somebody else signs it. */
export function isSecond(record: RecordView, mine: Mine): boolean {
  return record.step?.by === mine.person && stepsOf(record, mine).some((step) => SECOND_PERSON.has(step));
}

/** Mine that only somebody else may approve. */
export function waitsForOthers(record: RecordView, mine: Mine): boolean {
  return record.state === "submitted" && record.by === mine.person && !record.gone && mine.places.has(record.place);
}

export function isUrgent(item: Waiting): boolean {
  return item.deadline?.label !== undefined;
}

export function isOverdue(item: Waiting, now: number): boolean {
  return item.due < now;
}

export function byUrgency(a: Waiting, b: Waiting): number {
  const first = Number(isUrgent(b)) - Number(isUrgent(a));
  const sooner = a.due === b.due ? 0 : a.due - b.due; // Infinity from itself is no number.
  return first || sooner || a.since - b.since || compareIds(a.record.id, b.record.id);
}

/** "17-9" before "17-10". */
export function compareIds(a: string, b: string): number {
  const [deviceA = 0, numberA = 0] = a.split("-").map(Number);
  const [deviceB = 0, numberB = 0] = b.split("-").map(Number);
  return deviceA - deviceB || numberA - numberB;
}

export interface Known {
  readonly forms: ReadonlyMap<number, FormDocument>;
  readonly deadlines: readonly Deadline[];
}

export function inbox(records: readonly RecordView[], { forms, deadlines }: Known, mine: Mine): Waiting[] {
  return records
    .filter((record) => waitsForMe(record, mine))
    .map((record) => {
      const form = forms.get(record.form) ?? null;
      // The campaign's times are the commune's; what the offices behind it do, they do by the month.
      const first = record.stage === "received" || record.stage === "checking";
      const deadline = first ? deadlineOf(deadlines, record, form) : null;
      const since = waitingSince(record);
      return { record, form, deadline, since, due: dueAt(deadline, since), conflicted: conflicted(record) };
    })
    .sort(byUrgency);
}

export interface Filter {
  /** Form key, or "" for all. */
  readonly form: string;
  /** Place id, or 0 for all. */
  readonly place: number;
  /** A stage, or "" for all. */
  readonly stage: string;
  readonly conflicts: boolean;
  readonly text: string;
}

export const NO_FILTER: Filter = { form: "", place: 0, stage: "", conflicts: false, text: "" };

/** Whether a record is found by a text: by the number of a record only that one is, else by its words. */
export function finds(all: readonly { readonly id: string }[], text: string): (id: string, textsOf: () => readonly string[]) => boolean {
  const wanted = text.trim();
  if (wanted === "") return () => true;
  if (all.some(({ id }) => id === wanted)) return (id) => id === wanted;
  return (_, textsOf) => fits(textsOf(), wanted);
}

/** What is shown of the queue. `textsOf`: the words by which an item can be found. */
export function filtered(queue: readonly Waiting[], filter: Filter, textsOf: (item: Waiting) => readonly string[]): Waiting[] {
  const isFound = finds(queue.map(({ record }) => record), filter.text);
  return queue.filter(
    (item) =>
      (filter.form === "" || item.form?.key === filter.form) &&
      (filter.place === 0 || item.record.place === filter.place) &&
      (filter.stage === "" || item.record.stage === filter.stage) &&
      (!filter.conflicts || item.conflicted) &&
      isFound(item.record.id, () => textsOf(item)),
  );
}

const WEEK = 7 * DAY;

export interface DecidedByMe {
  readonly today: number;
  readonly week: number;
  /** Sent back by me, and with their authors still. */
  readonly returned: number;
}

/** On how many records the latest word is mine: of today and of the last seven days. `day`: the campaign's day of a moment. */
export function decidedBy(records: readonly RecordView[], me: number, { now, day }: { now: number; day: (at: Date) => string }): DecidedByMe {
  const today = day(new Date(now));
  const mine = records.flatMap((record) => {
    const last = [record.step, record.review].find((each) => each?.by === me);
    return last && record.rev > 0 ? [{ at: Date.parse(last.at), returned: record.state === "returned" }] : [];
  });
  return {
    today: mine.filter(({ at }) => day(new Date(at)) === today).length,
    week: mine.filter(({ at }) => now - at < WEEK).length,
    returned: mine.filter(({ returned }) => returned).length,
  };
}

/** The record to go to after this one: the next below it, else the first of what is left; null when all is done. */
export function nextAfter(queue: readonly Waiting[], order: readonly string[], id: string): string | null {
  const left = new Set(queue.map((item) => item.record.id));
  left.delete(id);
  const place = order.indexOf(id);
  const below = order.slice(place + 1).find((other) => left.has(other));
  return below ?? queue.find((item) => item.record.id !== id)?.record.id ?? null;
}
