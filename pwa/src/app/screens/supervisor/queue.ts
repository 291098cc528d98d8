/**
 * The inbox: which records wait for me, and in which order. Pure.
 *
 * 1. A record waits for me where I may review, when it is submitted, isn't mine, and I have not decided it already.
 * 2. A report of deaths comes before everything else.
 * 3. Then what must be answered soonest: an accident within a day, anything else within three working days, a report of
 *    deaths within two hours (the office's rule for its supervisors), counted from when this state of it was written.
 * 4. Of two that are equally urgent the older one; of two of the same moment the lower record number, so that the order never jumps.
 */
import type { FormDocument } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import { fits } from "./fold";

export type Urgency = "deaths" | "accident" | "other";

export interface Waiting {
  readonly record: RecordView;
  readonly form: FormDocument | null;
  readonly urgency: Urgency;
  /** Since when it waits, and until when it should be answered: milliseconds since 1970. */
  readonly since: number;
  readonly due: number;
  /** Some question has two answers that nobody has chosen between. */
  readonly conflicted: boolean;
}

export interface Mine {
  readonly person: number;
  /** Places where I may review. */
  readonly places: ReadonlySet<number>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WORKING_DAYS = 3;
/** Vietnam keeps one zone without summer time. */
const ZONE_OFFSET = 7 * HOUR;

export function urgencyOf(record: RecordView, form: FormDocument | null): Urgency {
  const dead = Object.entries(record.values).some(
    ([path, value]) => /(^|\/)deaths/.test(path) && typeof value === "number" && value > 0,
  );
  if (dead) return "deaths";
  return form?.key.startsWith("TNGT-") ? "accident" : "other";
}

/** A first version waits since the server got it; a corrected one since it was corrected. */
export function waitingSince(record: RecordView): number {
  const written = Date.parse(record.at);
  const received = record.received ? Date.parse(record.received) : Number.NaN;
  if (record.rev <= 1 && !Number.isNaN(received)) return received;
  return Number.isNaN(written) ? received : written;
}

function afterWorkingDays(from: number, days: number): number {
  let at = from;
  for (let left = days; left > 0; ) {
    at += DAY;
    const weekday = new Date(at + ZONE_OFFSET).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return at;
}

export function dueAt(urgency: Urgency, since: number): number {
  if (urgency === "deaths") return since + 2 * HOUR;
  return urgency === "accident" ? since + DAY : afterWorkingDays(since, WORKING_DAYS);
}

export function conflicted(record: RecordView): boolean {
  return record.conflicts.some((conflict) => !conflict.resolving);
}

export function waitsForMe(record: RecordView, mine: Mine): boolean {
  return (
    record.state === "submitted" &&
    record.rev > 0 &&
    !record.gone &&
    record.deciding === null &&
    record.by !== null &&
    record.by !== mine.person &&
    mine.places.has(record.place)
  );
}

/** Mine that only somebody else may approve. */
export function waitsForOthers(record: RecordView, mine: Mine): boolean {
  return record.state === "submitted" && record.by === mine.person && !record.gone && mine.places.has(record.place);
}

export function byUrgency(a: Waiting, b: Waiting): number {
  const deaths = Number(b.urgency === "deaths") - Number(a.urgency === "deaths");
  return deaths || a.due - b.due || a.since - b.since || compareIds(a.record.id, b.record.id);
}

/** "17-9" before "17-10". */
export function compareIds(a: string, b: string): number {
  const [deviceA = 0, numberA = 0] = a.split("-").map(Number);
  const [deviceB = 0, numberB = 0] = b.split("-").map(Number);
  return deviceA - deviceB || numberA - numberB;
}

export function inbox(records: readonly RecordView[], forms: ReadonlyMap<number, FormDocument>, mine: Mine): Waiting[] {
  return records
    .filter((record) => waitsForMe(record, mine))
    .map((record) => {
      const form = forms.get(record.form) ?? null;
      const urgency = urgencyOf(record, form);
      const since = waitingSince(record);
      return { record, form, urgency, since, due: dueAt(urgency, since), conflicted: conflicted(record) };
    })
    .sort(byUrgency);
}

export interface Filter {
  /** Form key, or "" for all. */
  readonly form: string;
  /** Place id, or 0 for all. */
  readonly place: number;
  readonly conflicts: boolean;
  readonly text: string;
}

export const NO_FILTER: Filter = { form: "", place: 0, conflicts: false, text: "" };

/** What is shown of the queue. `textsOf`: the words by which an item can be found. */
export function filtered(queue: readonly Waiting[], filter: Filter, textsOf: (item: Waiting) => readonly string[]): Waiting[] {
  return queue.filter(
    (item) =>
      (filter.form === "" || item.form?.key === filter.form) &&
      (filter.place === 0 || item.record.place === filter.place) &&
      (!filter.conflicts || item.conflicted) &&
      fits(textsOf(item), filter.text),
  );
}

/** The record to go to after this one: the next below it, else the first of what is left; null when all is done. */
export function nextAfter(queue: readonly Waiting[], order: readonly string[], id: string): string | null {
  const left = new Set(queue.map((item) => item.record.id));
  left.delete(id);
  const place = order.indexOf(id);
  const below = order.slice(place + 1).find((other) => left.has(other));
  return below ?? queue.find((item) => item.record.id !== id)?.record.id ?? null;
}
