/**
 * A list of places as an office has it (pasted from a spreadsheet, or a CSV file), into what is to be done: those that
 * aren't known are added, those that are known by code or name get the list's names. Pure.
 */
import { fold } from "../../../shared/fold";
import type { Change } from "./setup-data";
import { isThere, KINDS, type Done, type PlaceKind, type PlaceLine } from "./setup-places-data";

export const MOST_ROWS = 500;
export const MOST_TEXT = 200_000;
/** The headings stand in one of the first rows, below whatever title there is. */
const HEADING_ROWS = 10;
const LONGEST = { vi: 120, en: 120, km: 200, code: 16, kind: 40, parent: 120 } as const;

type Column = keyof typeof LONGEST;

/** Headings without diacritics, by what they are of. */
const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  vi: ["ten", "ten dia ban", "ten don vi", "ten xa", "ten tieng viet", "dia ban", "don vi", "vi", "name", "name vi"],
  en: ["ten tieng anh", "tieng anh", "english", "name en", "en"],
  km: ["ten tieng khmer", "tieng khmer", "khmer", "name km", "km"],
  code: ["ma", "ma dia ban", "ma don vi", "ma xa", "ma so", "code"],
  kind: ["loai", "cap", "loai don vi", "kind"],
  parent: ["thuoc", "truc thuoc", "cap tren", "parent"],
};

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
  /** As the spreadsheet counts them, from 1. */
  readonly row: number;
  /** The heading as it is written. */
  readonly column: string;
  readonly why: ListFault;
}

export interface Read {
  readonly changes: readonly Change[];
  /** The row of each change. */
  readonly rows: readonly number[];
  readonly faults: readonly Fault[];
  /** Rows that say what is so already. */
  readonly same: number;
  /** Why nothing could be read at all. */
  readonly refused: "heading" | "empty" | "rows" | "text" | null;
}

export interface Known {
  readonly places: readonly PlaceLine[];
  readonly today: string;
  /** Where and since when a place is that the list doesn't say it of. */
  readonly parent: string;
  readonly on: string;
}

const NOTHING: Read = { changes: [], rows: [], faults: [], same: 0, refused: null };

export function readList(text: string, known: Known): Read {
  if (text.length > MOST_TEXT) return { ...NOTHING, refused: "text" };
  const table = cellsOf(text);
  const at = table.slice(0, HEADING_ROWS).findIndex((cells) => columnsOf(cells).has("vi"));
  if (at < 0) return { ...NOTHING, refused: table.some(filled) ? "heading" : "empty" };
  const heads = table[at] ?? [];
  const columns = columnsOf(heads);
  const rows = table.slice(at + 1).map((cells, index) => ({ cells, row: at + index + 2 })).filter(({ cells }) => filled(cells));
  if (!rows.length) return { ...NOTHING, refused: "empty" };
  if (rows.length > MOST_ROWS) return { ...NOTHING, refused: "rows" };
  return readRows(rows, { columns, heads, known });
}

interface Headed {
  readonly columns: ReadonlyMap<Column, number>;
  readonly heads: readonly string[];
  readonly known: Known;
}

function readRows(rows: readonly { readonly cells: readonly string[]; readonly row: number }[], headed: Headed): Read {
  const { columns, heads } = headed;
  const faults: Fault[] = [];
  const made: { change: Change; row: number }[] = [];
  const met = new Set<string>();
  let same = 0;
  for (const { cells, row } of rows) {
    const cell = (column: Column): string => (cells[columns.get(column) ?? -1] ?? "").trim().normalize("NFC");
    const fault = (column: Column, why: ListFault) => faults.push({ row, column: heads[columns.get(column) ?? 0] ?? "", why });
    const long = [...columns.keys()].find((column) => cell(column).length > LONGEST[column]);
    const who = `${fold(cell("vi"))} ${fold(cell("parent"))}`;
    if (!cell("vi")) fault("vi", "name");
    else if (long) fault(long, "long");
    else if (met.has(who)) fault("vi", "twice");
    else {
      const done = doneOf(cell, headed.known);
      if (done === null) same += 1;
      else if (typeof done === "string") fault(done, done);
      else made.push({ change: { part: "places", code: null, value: done }, row });
    }
    met.add(who);
  }
  return { changes: made.map(({ change }) => change), rows: made.map(({ row }) => row), faults, same, refused: null };
}

/** What a row asks for; null: it is so already; else the column that can't be understood. */
function doneOf(cell: (column: Column) => string, { places, today, parent, on }: Known): Done | null | "kind" | "parent" {
  const there = places.filter((place) => isThere(place, today));
  const code = cell("code");
  const named = (text: string) => there.filter((place) => fold(place.name["vi"] ?? "") === fold(text) || place.code === text);
  const above = cell("parent") ? named(cell("parent")) : [];
  if (cell("parent") && above.length !== 1) return "parent";
  const within = (place: PlaceLine) => !above.length || place.parent === above[0]?.id;
  const mine = there.filter((place) => place.mine);
  const same = mine.find((place) => code && place.code === code) ?? mine.find((place) => fold(place.name["vi"] ?? "") === fold(cell("vi")) && within(place));
  const name = Object.fromEntries((["vi", "en", "km"] as const).flatMap((language) => (cell(language) ? [[language, cell(language)]] : [])));
  if (same) {
    const whole = { ...same.name, ...name };
    const differs = JSON.stringify(whole) !== JSON.stringify(same.name) || (code && code !== same.code);
    return differs ? { do: "rename", place: same.key, name: whole, on: null, ...(code ? { code } : {}) } : null;
  }
  const kind = kindOf(cell("kind"), cell("vi"));
  if (!kind) return "kind";
  return { do: "add", parent: above[0]?.key ?? parent, kind, name, on, ...(code ? { code } : {}) };
}

/** The kind that is written, else the one that the name begins with. */
function kindOf(written: string, name: string): PlaceKind | null {
  const said = fold(written);
  if (said) return KIND_WORDS[said] ?? KINDS.find((kind) => kind === said) ?? null;
  const begins = Object.keys(KIND_WORDS).find((word) => fold(name).startsWith(`${word} `));
  return begins ? (KIND_WORDS[begins] ?? null) : "xa";
}

function filled(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.trim());
}

function columnsOf(cells: readonly string[]): ReadonlyMap<Column, number> {
  const found = new Map<Column, number>();
  cells.forEach((cell, index) => {
    const head = fold(cell.trim()).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    for (const [column, words] of Object.entries(HEADINGS) as [Column, readonly string[]][]) {
      if (words.includes(head) && !found.has(column)) found.set(column, index);
    }
  });
  return found;
}

/** Rows of cells: parted by tabs, semicolons or commas, whichever there is most of; quoted as spreadsheets quote. */
function cellsOf(text: string): string[][] {
  const start = text.slice(0, 2000);
  const mark = ["\t", ";", ","].reduce((best, one) => (start.split(one).length > start.split(best).length ? one : best));
  const rows: string[][] = [];
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at] ?? "";
    if (quoted && sign === '"' && plain[at + 1] === '"') {
      cell += sign;
      at += 1;
    } else if (sign === '"' && (quoted || !cell)) quoted = !quoted;
    else if (!quoted && (sign === mark || sign === "\n")) {
      cells.push(cell);
      cell = "";
      if (sign === "\n") rows.push(cells.splice(0));
    } else cell += sign;
  }
  return [...rows, [...cells, cell]];
}
