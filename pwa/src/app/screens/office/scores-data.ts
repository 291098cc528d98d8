/** What the server says of scores, and points as people write them. Pure. Points are whole hundredths. */
import type { Localized } from "../../../shared/language";
import { formatNumber } from "../../i18n/format";

export const COLUMNS = ["self", "verified", "final"] as const;
export type Column = (typeof COLUMNS)[number];
export const HUNDRED = 100;

interface Step {
  readonly at_least?: number;
  readonly more_than?: number;
  readonly points: number;
}

/** An item as the pack says it. */
export interface Defined {
  readonly code: string;
  readonly name: Localized;
  /** Absent of a mark that decides between equal totals: it is set or not. */
  readonly points?: number;
  readonly least?: number;
  readonly indicator?: string;
  readonly fall?: readonly Step[];
  readonly kept_zero?: number;
  readonly counts?: readonly Step[];
  readonly share_of?: number;
  readonly each_missing?: number;
  readonly optional?: boolean;
}

interface Named {
  readonly code: string;
  readonly name: Localized;
}

export interface Table {
  readonly source?: string;
  readonly groups: readonly (Named & { readonly items: readonly Defined[] })[];
  readonly bonus?: { readonly most: number; readonly items: readonly Defined[] };
  readonly deductions?: { readonly most: number; readonly items: readonly Defined[] };
  readonly limits: readonly (Named & { readonly rank: string; readonly indicator?: string })[];
  readonly ranks: readonly Named[];
  readonly ties: readonly { readonly code?: string; readonly name?: Localized; readonly group?: string }[];
}

export interface Total {
  readonly points: number | null;
  readonly rank: string | null;
  readonly limits: readonly string[];
  readonly groups: readonly { readonly code: string; readonly points: number; readonly of: number }[];
  readonly bonus: number;
  readonly deduction: number;
  readonly missing: number;
  readonly left: number;
}

export type Totals = Readonly<Record<Column, Total>>;

interface About {
  readonly version: number;
  readonly today: string;
  readonly running: boolean;
  readonly table: Table;
}

export interface Unit {
  readonly place: number;
  readonly name: Localized;
  readonly order: number | null;
  readonly columns: Totals;
}

export interface Overview extends About {
  readonly units: readonly Unit[];
}

export interface Entry {
  readonly item: string;
  readonly column: Column;
  readonly points: number | null;
  readonly counted: number | null;
  readonly records: number;
  readonly reason: string;
  readonly by: string;
  /** For whom, where somebody stood in. */
  readonly for: string | null;
  readonly at: string;
}

export interface Counted {
  readonly state: "counted" | "not_applicable" | "unknown";
  readonly points: number | null;
  readonly numerator: number;
  readonly denominator: number | null;
  readonly baseline: number | null;
  readonly records: number;
}

interface Mark {
  readonly points: number | null;
}

export type Refusal = "own-score" | "score-taken" | "score-unverified";

export interface Item {
  readonly code: string;
  readonly most: number;
  readonly counted: Counted | null;
  readonly entries: Readonly<Partial<Record<Column, Entry>>>;
  readonly follows: Readonly<Record<Column, Mark | null>>;
  readonly refused: Readonly<Record<Column, Refusal | null>>;
}

export interface Sheet extends About {
  readonly place: number;
  readonly name: Localized;
  readonly columns: Totals;
  readonly seen: number;
  readonly mine: readonly Column[];
  readonly items: readonly Item[];
  readonly limits: readonly { readonly code: string; readonly count: number | null }[];
  readonly history: readonly Entry[];
}

export interface Given {
  readonly item: string;
  readonly points: number | null;
  readonly reason: string;
}

/** "7,5" or "7.5" or "10" in hundredths; null for anything else, also for more than two decimals. */
export function readPoints(typed: string): number | null {
  const found = /^(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
  if (!found) return null;
  return Number(found[1]) * HUNDRED + Number((found[2] ?? "").padEnd(2, "0"));
}

/** Points to be read: "7,5"; in English "7.5". */
export function formatPoints(points: number): string {
  return formatNumber(points / HUNDRED, 2);
}

/** Points as they are put into the field, whatever the language. */
export function writePoints(points: number): string {
  return String(points / HUNDRED).replace(".", ",");
}

/** What stands in a column now: its own entry, else what it follows. */
export function standing(item: Item, column: Column): Mark | null {
  return item.entries[column] ?? item.follows[column];
}

/** Whether nothing but a reason's absence would be said of these points: they depart from what stands. */
export function needsReason(item: Item, column: Column, points: number | null): boolean {
  const follows = item.follows[column];
  const before = item.entries[column];
  return !follows || follows.points !== points || (before !== undefined && before.points !== points);
}

/** The items of the groups that can be put down in a column just as they stand. */
export function rest(sheet: Sheet, column: Column): Given[] {
  const groups = new Set(sheet.table.groups.flatMap((group) => group.items.map((item) => item.code)));
  return sheet.items.flatMap((item) => {
    const follows = item.follows[column];
    const open = groups.has(item.code) && !item.entries[column] && !item.refused[column];
    return open && follows ? [{ item: item.code, points: follows.points, reason: "" }] : [];
  });
}
