/** A list of people that is to be added: its rows as they are written and mended, and what each of them will do. */
import type { ReadList } from "./list-reading";

/** A row as it is written; what was chosen on screen goes before its texts. */
export interface Row {
  /** Its number in the file: no two rows have the same. */
  readonly line: number;
  readonly name: string;
  readonly role: string;
  readonly place: string;
  readonly language: string;
  readonly place_id?: number | null;
  /** Who has this name already is somebody else, or the same person. */
  readonly namesake?: "other" | "same" | null;
}

export type FieldName = "name" | "role" | "place" | "language";

export interface Fault {
  readonly field: FieldName;
  readonly code: string;
  /** Places that may be meant. */
  readonly candidates: readonly number[];
}

/** Somebody of the same name: a person who is there, or who comes with an earlier row. */
export interface Same {
  readonly name: string;
  readonly role: string;
  readonly place: number;
  readonly person: number | null;
  readonly line: number | null;
}

export type Outcome = "new" | "known" | "twice" | "namesake" | "left" | "fault";

/** What a row will do, or has done. */
export interface Line {
  readonly outcome: Outcome;
  readonly name: string;
  readonly role: string | null;
  readonly place: number | null;
  readonly language: string;
  readonly faults: readonly Fault[];
  readonly others: readonly Same[];
  readonly person: number | null;
}

/** What is kept until it is added or dropped. */
export interface Draft extends ReadList<Row> {
  /** The file's name; null: it was pasted. */
  readonly file: string | null;
  /** Typed or pasted, and not read yet. */
  readonly pasted: string;
  /** Who came out of this list so far, for their cards. */
  readonly added: readonly number[];
}

export const EMPTY: Draft = { rows: [], headings: {}, left_out: [], file: null, pasted: "", added: [] };

export type Lines = ReadonlyMap<Row, Line>;

/** Where a row stands on the screen: it asks something, somebody will be added, or nothing happens. */
export type Group = "asking" | "new" | "nothing";

/** A row that isn't looked at yet stands where it asks for something. */
export function groupOf(line: Line | undefined): Group {
  if (line?.outcome === "new") return "new";
  return line && line.outcome !== "fault" && line.outcome !== "namesake" ? "nothing" : "asking";
}

/** The fault of a field; undefined: none. */
export function faultOf(line: Line | undefined, field: FieldName): Fault | undefined {
  return line?.faults.find((fault) => fault.field === field);
}

/** The rows that will be added; null: something isn't looked at yet. */
export function toAdd(rows: readonly Row[], lines: Lines): readonly Row[] | null {
  return rows.every((row) => lines.has(row)) ? rows.filter((row) => lines.get(row)?.outcome === "new") : null;
}

/**
 * The rows after one of them is changed. What is chosen for a text that means nothing is chosen for every row that has the
 * same text there: a list of hundreds is mended once.
 */
export function changed(rows: readonly Row[], lines: Lines, row: Row, over: Partial<Row>): Row[] {
  const like = alike(rows, lines, row, over.place_id ? "place" : over.role ? "role" : "name");
  return rows.map((one) => (one === row || like.includes(one) ? { ...one, ...over } : one));
}

/** Other rows with the same wrong text in a field. */
export function alike(rows: readonly Row[], lines: Lines, row: Row, field: FieldName): Row[] {
  if (field === "name" || !faultOf(lines.get(row), field)) return [];
  return rows.filter((one) => one !== row && one[field] === row[field] && faultOf(lines.get(one), field));
}

/** What is left of a list after people were added: what still asks something, to be looked at anew. */
export function afterAdding(rows: readonly Row[], lines: Lines, sent: readonly Row[], answered: readonly Line[]): Row[] {
  const now = new Map<Row, Line>(lines);
  sent.forEach((row, index) => {
    const line = answered[index];
    if (line) now.set(row, line);
  });
  return rows.filter((row) => groupOf(now.get(row)) === "asking").map((row) => ({ ...row }));
}

/** Those of an answer who are people now: who was added, and who was there already (an answer may have been lost). */
export function peopleOf(answered: readonly Line[]): number[] {
  return answered.flatMap(({ outcome, person }) => (person !== null && (outcome === "new" || outcome === "known") ? [person] : []));
}
