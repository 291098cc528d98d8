/** A campaign's figures in detail, as the server answers them, and what screens say of them. Pure. */
import type { Localized } from "../../shared/language";

export interface Figure {
  readonly numerator: number;
  readonly denominator: number | null;
}

export interface UnitFigure extends Figure {
  readonly place: number;
  readonly percent: string | null;
}

export interface Span {
  readonly from: string;
  readonly to: string;
}

/** A reporting period of the outcome window; null: not there yet, or nobody knows it. */
export interface Point extends Span {
  readonly now: number | null;
  readonly so_far: number | null;
  readonly same: number | null;
  readonly same_so_far: number | null;
}

export interface Details {
  readonly today: string;
  /** Below so many in what a share is of, it isn't given in percent. */
  readonly few: number;
  /** The office's own tile server, or "". */
  readonly tiles: string;
  readonly periods: readonly (Span & { readonly state: "open" | "prepared" | "signed"; readonly corrections: number })[];
  readonly places: readonly number[];
  readonly indicators: readonly {
    readonly code: string;
    readonly places: readonly UnitFigure[];
    readonly periods: readonly (Figure | null)[];
    readonly special: readonly (Figure | null)[];
  }[];
  readonly compared: readonly { readonly code: string; readonly points: readonly Point[] }[];
  readonly special: readonly (Span & { readonly name: Localized })[];
  readonly hazards: {
    readonly counts: Readonly<Partial<Record<HazardCount, string>>>;
    readonly middles: readonly { readonly place: number; readonly latitude: number; readonly longitude: number }[];
  } | null;
}

export type HazardCount = "waiting" | "in_work" | "late" | "done";
export const HAZARD_COUNTS: readonly HazardCount[] = ["waiting", "in_work", "late", "done"];

/** The percentage of a commune's share; none where it would be one of very few. */
export function percentOf(figure: UnitFigure, few: number): string | null {
  return figure.denominator !== null && figure.denominator >= few ? figure.percent : null;
}

export interface SamePeriod {
  /** The last day of both: of this year, and a year later than that of the year before. */
  readonly to: string;
  readonly now: number;
  readonly before: number;
}

/** The last whole period up to whose end both years are known: never a part of one against a whole one. */
export function samePeriod(points: readonly Point[], today: string): SamePeriod | null {
  for (const { to, so_far: now, same_so_far: before } of [...points].reverse()) {
    if (to < today && now !== null && before !== null) return { to, now, before };
  }
  return null;
}

/** The change in percent as Vietnamese offices write it, half-up with two decimals: "-18,74"; null for nothing before. */
export function changePercent(before: number, now: number): string | null {
  if (before === 0) return null;
  const part = 100 * Math.abs(now - before);
  const hundredths = Math.floor((200 * part + before) / (2 * before));
  const sign = now < before && hundredths > 0 ? "-" : "";
  const whole = String(Math.floor(hundredths / 100)).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${sign}${whole},${String(hundredths % 100).padStart(2, "0")}`;
}

export interface Lines {
  /** Days since the window's first: the beginning, each period's end, and today while one runs. */
  readonly days: readonly number[];
  readonly now: readonly (number | null)[];
  readonly before: readonly (number | null)[];
  /** The days on which periods end, with their dates. */
  readonly ends: readonly (readonly [day: number, date: string])[];
}

const DAY = 86_400_000;

/** What a chart draws: both years add up from 0, this one as far as today. */
export function linesOf(points: readonly Point[], today: string): Lines {
  const [first] = points;
  if (!first) return { days: [], now: [], before: [], ends: [] };
  const start = Date.parse(first.from);
  const dayOf = (date: string) => Math.round((Date.parse(date) - start) / DAY) + 1;
  const now = new Map<number, number>([[0, 0]]);
  const before = new Map<number, number>();
  if (points.some((point) => point.same_so_far !== null)) before.set(0, 0);
  for (const { from, to, so_far: sum, same_so_far: same } of points) {
    const at = to > today && from <= today ? dayOf(today) : dayOf(to);
    if (sum !== null) now.set(at, sum);
    if (same !== null) before.set(dayOf(to), same);
  }
  const ends = points.map(({ to }) => [dayOf(to), to] as const);
  const days = [...new Set([...now.keys(), ...before.keys(), ...ends.map(([day]) => day)])].sort((one, other) => one - other);
  return { days, now: days.map((day) => now.get(day) ?? null), before: days.map((day) => before.get(day) ?? null), ends };
}
