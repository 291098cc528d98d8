/** What a value of each question type looks like in a document: shapes and bounds. Twin of `server/forms/values.py`. */

import { isEmpty } from "./empty";
import { asNumber, asText, plain, words, type Result } from "./results";
import { readDay, readTime, showDay } from "./moments";
import type { FormNode, LeafType } from "../shared/form";
import type { Value } from "../shared/protocol";
import type { ViolationKind } from "./types";

export const LONGEST_TEXT = 4000;
/** Of texts that nobody types: what a calculation joins can be long. */
const LONGEST_MADE = 100_000;
export const LARGEST_INTEGER = 999_999_999;
const LARGEST_DECIMAL = 1e15;
const MOST_POINTS = 5000;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DATETIME =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
const GEOPOINT =
  /^(-?[0-9]{1,2}(?:\.[0-9]{1,12})?) (-?[0-9]{1,3}(?:\.[0-9]{1,12})?)(?: -?[0-9]{1,5}(?:\.[0-9]{1,12})?(?: [0-9]{1,6}(?:\.[0-9]{1,12})?)?)?$/;
const FILE = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;
// Control characters except tab and newline, and halves of characters.
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]/u;

/** The places of a question's choices by their names. */
export type Ranks = ReadonlyMap<string, number>;

const written = new WeakMap<FormNode, Ranks>();

/** The choices that are written at the question. */
export function ranksOf(node: FormNode): Ranks {
  let ranks = written.get(node);
  if (!ranks) written.set(node, (ranks = new Map((node.choices ?? []).map((choice, place) => [choice.v, place]))));
  return ranks;
}

/** What its values are. */
export function kindOf(node: FormNode): LeafType {
  if (node.t === "calculate" || node.t === "hidden") return node.type ?? node.t;
  return node.t as LeafType;
}

/** What kind of violation a value that isn't empty is in itself, or null. `ranks`: the choices that there are now. */
export function fault(node: FormNode, value: unknown, ranks: Ranks = ranksOf(node)): ViolationKind | null {
  switch (node.t === "range" ? "range" : kindOf(node)) {
    case "integer":
      return isInteger(value) ? null : "type";
    case "decimal":
      return isDecimal(value) ? null : "type";
    case "range":
      return isInRange(node, value) ? null : "type";
    case "select":
      return faultOfList(value, (names) => isRising(names, ranks));
    case "rank":
      return faultOfList(value, (names) => names.length === ranks.size && isOfAll(names, ranks));
    default:
      return typeof value === "string" ? faultOfText(node, value, ranks) : "type";
  }
}

function faultOfText(node: FormNode, value: string, ranks: Ranks): ViolationKind | null {
  const isMade = node.t === "calculate" || node.t === "hidden";
  switch (kindOf(node)) {
    case "select1":
      return ranks.has(value) ? null : "choice";
    case "date":
      return DATE.test(value) && readDay(value, 0) !== null ? null : "type";
    case "datetime":
      return DATETIME.test(value) && readDay(value, 0) !== null ? null : "type";
    case "time":
      return readTime(value, 0) !== null ? null : "type";
    case "geopoint":
      return isPoint(value) ? null : "type";
    case "geotrace":
      return faultOfPoints(value, 2, false);
    case "geoshape":
      return faultOfPoints(value, 4, true);
    case "image":
    case "audio":
    case "video":
    case "file":
      return FILE.test(value) ? null : "type";
    case "acknowledge":
      return value === "OK" ? null : "type";
    default: {
      const most = isMade ? LONGEST_MADE : LONGEST_TEXT;
      if (value.length > most && Array.from(value).length > most) return "length";
      return UNWANTED.test(value) ? "type" : null;
    }
  }
}

function isInteger(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= LARGEST_INTEGER;
}

function isDecimal(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= LARGEST_DECIMAL;
}

/** Between the ends, whole steps from the first. */
function isInRange(node: FormNode, value: unknown): boolean {
  if (!isDecimal(value) || (node.type !== "decimal" && !isInteger(value))) return false;
  if (!node.range) return true;
  const [from, to, by] = node.range;
  if (value < Math.min(from, to) || value > Math.max(from, to)) return false;
  const steps = (value - from) / by;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function faultOfList(value: unknown, fits: (names: readonly string[]) => boolean): ViolationKind | null {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return "type";
  return fits(value) ? null : "choice";
}

/** Choices come in the form's order, each at most once, so that equal answers are equal values. */
function isRising(names: readonly string[], ranks: Ranks): boolean {
  let last = -1;
  return names.every((name) => {
    const rank = ranks.get(name) ?? -1;
    const rises = rank > last;
    last = rank;
    return rises;
  });
}

function isOfAll(names: readonly string[], ranks: Ranks): boolean {
  return new Set(names).size === names.length && names.every((name) => ranks.has(name));
}

/** 'latitude longitude [altitude [accuracy]]' in degrees (WGS 84) and metres, as ODK writes it. */
function isPoint(value: string): boolean {
  const match = GEOPOINT.exec(value);
  return match !== null && Math.abs(Number(match[1])) <= 90 && Math.abs(Number(match[2])) <= 180;
}

/** Points separated by ';'; where the line is `closed` its last is its first. */
function faultOfPoints(value: string, fewest: number, closed: boolean): ViolationKind | null {
  const points = value.split(";");
  if (points.length > MOST_POINTS) return "length";
  if (points.length < fewest || !points.every(isPoint)) return "type";
  return !closed || points[0] === points[points.length - 1] ? null : "type";
}

/** The chosen names that there are, in the order of the choices. */
function inOrder(ranks: Ranks, chosen: readonly string[]): string[] {
  const known = [...new Set(chosen)].filter((name) => ranks.has(name));
  return known.sort((left, right) => (ranks.get(left) ?? 0) - (ranks.get(right) ?? 0));
}

/**
 * A value as a document keeps it: text in NFC without spaces around it, choices in the form's order, nothing as null.
 * What was typed stays as it is otherwise, right or wrong; choices that there aren't any more are left out.
 */
export function tidy(node: FormNode, value: Value | null, ranks: Ranks = ranksOf(node)): Value | null {
  if (value === null || isEmpty(value)) return null;
  if (typeof value === "number") return value;
  if (typeof value !== "string") {
    // What is new among the choices goes to the end of a rank.
    const names = node.t === "rank" ? ranked(value, ranks) : inOrder(ranks, value);
    return names.length > 0 ? names : null;
  }
  if (node.t === "select1" && node.items && !ranks.has(value)) return null;
  // What nobody typed is as it was made.
  if (node.calculate !== undefined || node.t === "hidden") return value;
  const text = value.normalize("NFC").trim();
  return text === "" ? null : text;
}

function ranked(value: readonly string[], ranks: Ranks): string[] {
  const known = value.filter((name) => ranks.has(name));
  return known.length > 0 ? [...new Set([...known, ...ranks.keys()])] : [];
}

/** A value's text in expressions. */
export function textOf(node: FormNode, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") {
    const text = plain(value);
    const kind = node.t === "range" ? node.type : kindOf(node);
    return kind === "decimal" && !text.includes(".") ? `${text}.0` : text;
  }
  return Array.isArray(value) ? value.join(" ") : "";
}

/** What an expression gave, as a value of the question; null where it gave nothing that could be one, or no number. */
export function valueOf(node: FormNode, given: Result, offset: number): Value | null {
  if (Number.isNaN(given)) return null;
  const text = asText(given, offset);
  if (text === "") return null;
  const kind = node.t === "range" ? (node.type ?? "integer") : kindOf(node);
  switch (kind) {
    case "integer":
    case "decimal": {
      const number = asNumber(text, offset);
      if (!Number.isFinite(number)) return null;
      return kind === "integer" ? Math.trunc(number) + 0 : number;
    }
    case "select":
    case "rank": {
      const names = words(text);
      return names.length > 0 ? names : null;
    }
    case "date":
    case "datetime": {
      const day = readDay(text, offset);
      if (!day) return text;
      if (kind === "date") return showDay({ days: Math.floor(day.days), timed: false }, offset);
      return day.timed ? text : showDay({ days: day.days, timed: true }, offset);
    }
    default:
      return text;
  }
}
