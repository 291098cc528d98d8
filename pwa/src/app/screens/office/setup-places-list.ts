/**
 * What a list of places asks for, of which the server read the rows: those that aren't known are added, those that are
 * known by code or name get the list's names. Pure.
 */
import { fold } from "../../../shared/fold";
import type { ReadList } from "./list-reading";
import type { Change } from "./setup-data";
import { isThere, KINDS, type Done, type PlaceKind, type PlaceLine } from "./setup-places-data";

const LONGEST = { vi: 120, en: 120, km: 200, code: 16, kind: 40, parent: 120 } as const;

type Column = keyof typeof LONGEST;

/** A row as it is written; "" where it says nothing. */
export interface ListedPlace extends Readonly<Record<Column, string>> {
  /** As the spreadsheet counts them, from 1. */
  readonly line: number;
}

export type PlaceList = ReadList<ListedPlace>;

const KIND_WORDS: Readonly<Record<string, PlaceKind>> = {
  tinh: "tinh",
  huyen: "huyen",
  xa: "xa",
  "thi tran": "thi_tran",
  phuong: "phuong",
  ap: "ap",
  khom: "khom",
  truong: "school",
  "truong hoc": "school",
  "co quan": "agency",
};

export type ListFault = "name" | "kind" | "parent" | "long" | "twice";

export interface Fault {
  readonly row: number;
  /** The heading as it is written. */
  readonly column: string;
  readonly why: ListFault;
}

export interface Meant {
  readonly changes: readonly Change[];
  /** The row of each change. */
  readonly rows: readonly number[];
  readonly faults: readonly Fault[];
  /** Rows that say what is so already. */
  readonly same: number;
}

export interface Known {
  readonly places: readonly PlaceLine[];
  readonly today: string;
  /** Where and since when a place is that the list doesn't say it of. */
  readonly parent: string;
  readonly on: string;
}

export function meantBy({ rows, headings }: PlaceList, known: Known): Meant {
  const faults: Fault[] = [];
  const made: { change: Change; row: number }[] = [];
  const met = new Set<string>();
  let same = 0;
  for (const row of rows) {
    const fault = (column: Column, why: ListFault) => faults.push({ row: row.line, column: headings[column] ?? "", why });
    const long = (Object.keys(LONGEST) as Column[]).find((column) => row[column].length > LONGEST[column]);
    const who = `${fold(row.vi)} ${fold(row.parent)}`;
    if (!row.vi) fault("vi", "name");
    else if (long) fault(long, "long");
    else if (met.has(who)) fault("vi", "twice");
    else {
      const done = doneOf(row, headings["vi"] ?? "", known);
      if (done === null) same += 1;
      else if (typeof done === "string") fault(done, done);
      else made.push({ change: { part: "places", code: null, value: done }, row: row.line });
    }
    met.add(who);
  }
  return { changes: made.map(({ change }) => change), rows: made.map(({ row }) => row), faults, same };
}

/** What a row asks for; null: it is so already; else the column that can't be understood. */
function doneOf(row: ListedPlace, heading: string, { places, today, parent, on }: Known): Done | null | "kind" | "parent" {
  const there = places.filter((place) => isThere(place, today));
  const named = (text: string) => there.filter((place) => fold(place.name["vi"] ?? "") === fold(text) || isCode(place, text));
  const above = row.parent ? named(row.parent) : [];
  if (row.parent && above.length !== 1) return "parent";
  const within = (place: PlaceLine) => !above.length || place.parent === above[0]?.id;
  const mine = there.filter((place) => place.mine);
  const coded = mine.find((place) => place.code === row.code) ?? mine.find((place) => isCode(place, row.code));
  const same = coded ?? mine.find((place) => fold(place.name["vi"] ?? "") === fold(row.vi) && within(place));
  const name = Object.fromEntries((["vi", "en", "km"] as const).flatMap((language) => (row[language] ? [[language, row[language]]] : [])));
  const code = row.code && !(same && isCode(same, row.code)) ? { code: row.code } : {};
  if (same) {
    const whole = { ...same.name, ...name };
    const differs = JSON.stringify(whole) !== JSON.stringify(same.name) || code.code;
    return differs ? { do: "rename", place: same.key, name: whole, on: null, ...code } : null;
  }
  const kind = kindOf(row.kind, row.vi, heading);
  if (!kind) return "kind";
  return { do: "add", parent: above[0]?.key ?? parent, kind, name, on, ...code };
}

/** Whether a place has this code; spreadsheets take the zeros before a number away. */
function isCode({ code }: PlaceLine, written: string): boolean {
  const bare = (text: string) => text.replace(/^0+/, "");
  return Boolean(code && bare(written)) && bare(code ?? "") === bare(written);
}

/** The kind that is written, else the one that the name begins with, else the one that the column is of ("Tên ấp"). */
function kindOf(written: string, name: string, heading: string): PlaceKind | null {
  const said = fold(written);
  if (said) return KIND_WORDS[said] ?? KINDS.find((kind) => kind === said) ?? null;
  const words = Object.keys(KIND_WORDS);
  const column = ` ${fold(heading).replace(/[^\p{L}]+/gu, " ")} `;
  const begins = words.find((word) => fold(name).startsWith(`${word} `)) ?? words.find((word) => column.includes(` ${word} `));
  return begins ? (KIND_WORDS[begins] ?? null) : "xa";
}
