/**
 * Running an expression: ODK XPath semantics over one document. Twin of `server/forms/evaluate.py`, whose rules stand
 * there; both run the same vectors (tests/vectors/expressions.json). Never throws for a tree that the server compiled.
 */

import { dayOf, FARTHEST_DAY, momentOf, readDay, showDay, type Day, type Moment } from "./moments";
import type { Expression as Expr } from "../shared/form";
import type { Answers } from "./types";

/** What an expression gives. */
export type Result = string | number | boolean | Day;

interface Context {
  readonly document: Answers;
  readonly own: unknown;
  readonly now: Moment;
}

const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const SPACES = /[ \t\r\n]+/;

/** The value of `expr`; `self` is what `.` means. `now`: a `Date`, or ISO 8601 with an offset (see `momentOf`). */
export function evaluate(expr: Expr, document: Answers, self: unknown, now: Date | string): Result {
  return run(expr, { document, own: self, now: momentOf(now) });
}

/** Whether `expr` is true at a moment. */
export function holds(expr: Expr, document: Answers, self: unknown, now: Moment): boolean {
  return asBoolean(run(expr, { document, own: self, now }));
}

function run(expr: Expr, context: Context): Result {
  switch (expr[0]) {
    case "lit":
      return expr[1];
    case "path":
      return asStored(Object.hasOwn(context.document, expr[1]) ? context.document[expr[1]] : null);
    case "self":
      return asStored(context.own);
    case "neg":
      return -asNumber(run(expr[1], context), context.now.offset);
    case "op":
      return operate(expr, context);
    case "fn":
      return call(expr, context);
    default:
      return "";
  }
}

/** The text of a document's value; '' for what a document can't hold. */
export function asStored(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? asText(value, 0) : "";
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string").join(" ");
  return "";
}

/** XPath's boolean(): text is true unless empty, a number unless 0 or NaN, a moment always. */
export function asBoolean(value: Result): boolean {
  if (typeof value === "object") return true;
  return Boolean(value);
}

/** XPath's number(), with dates as days. */
export function asNumber(value: Result, offset: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "object") return value.days;
  const text = trimmed(value);
  if (NUMBER.test(text)) return Number(text);
  return readDay(text, offset)?.days ?? Number.NaN;
}

/** XPath's string(): numbers without exponent, moments in ISO 8601 (date-times with milliseconds and offset). */
export function asText(value: Result, offset: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "object") return showDay(value, offset);
  if (typeof value === "number") return plain(value);
  return value ? "true" : "false";
}

/** A number's shortest digits, without an exponent. */
function plain(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(match[4]);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}

function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

function operate(expr: Extract<Expr, readonly ["op", ...unknown[]]>, context: Context): Result {
  const [, sign, first, second] = expr;
  const left = run(first, context);
  if (sign === "or") return asBoolean(left) || asBoolean(run(second, context));
  if (sign === "and") return asBoolean(left) && asBoolean(run(second, context));
  const right = run(second, context);
  const offset = context.now.offset;
  if (sign === "=") return equal(left, right, offset);
  if (sign === "!=") return !equal(left, right, offset);
  const a = asNumber(left, offset);
  const b = asNumber(right, offset);
  switch (sign) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "div":
      return a / b;
    case "mod":
      return Number.isFinite(a) ? a % b : Number.NaN;
    default:
      return "";
  }
}

function equal(left: Result, right: Result, offset: number): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return asBoolean(left) === asBoolean(right);
  if (typeof left !== "string" || typeof right !== "string") return asNumber(left, offset) === asNumber(right, offset);
  return left === right;
}

function call(expr: Extract<Expr, readonly ["fn", ...unknown[]]>, context: Context): Result {
  const [, name, ...parts] = expr;
  if (name === "if") {
    const [test, yes, no] = parts as [Expr, Expr, Expr];
    return run(asBoolean(run(test, context)) ? yes : no, context);
  }
  const values = parts.map((part) => run(part, context));
  const offset = context.now.offset;
  const ofNumbers = OF_NUMBERS[name];
  if (ofNumbers !== undefined) return ofNumbers(values.map((value) => asNumber(value, offset)));
  const ofTexts = OF_TEXTS[name];
  if (ofTexts !== undefined) {
    const [a = "", b = "", c = ""] = values.map((value) => asText(value, offset));
    return name === "concat" ? values.map((value) => asText(value, offset)).join("") : ofTexts(a, b, c);
  }
  const [first = "", second = ""] = values;
  if (name === "not") return !asBoolean(first);
  if (name === "boolean") return asBoolean(first);
  if (name === "selected-at") return selectedAt(asText(first, offset), asNumber(second, offset));
  return moment(name, first, context.now);
}

function moment(name: string, argument: Result, now: Moment): Result {
  if (name === "now") return dayOf(now);
  if (name === "today") return { days: Math.floor(dayOf(now).days), timed: false };
  const days = asNumber(argument, now.offset);
  if (name === "decimal-date-time") return days;
  if (!(Math.abs(days) < FARTHEST_DAY)) return "";
  return name === "date" ? { days: Math.floor(days), timed: false } : { days, timed: true };
}

/** Half goes up, towards positive infinity (XPath 1.0, section 4.4). */
function round(value: number): number {
  const low = Math.floor(value);
  return value - low < 0.5 || !Number.isFinite(value) ? low : low + 1;
}

const OF_NUMBERS: Readonly<Record<string, (values: number[]) => number>> = {
  number: ([a = 0]) => a,
  int: ([a = 0]) => Math.trunc(a),
  floor: ([a = 0]) => Math.floor(a),
  ceiling: ([a = 0]) => Math.ceil(a),
  round: ([a = 0]) => round(a),
  abs: ([a = 0]) => Math.abs(a),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

/** The choice at `index`, counted from 0; '' where there is none. */
function selectedAt(text: string, index: number): string {
  return (Number.isInteger(index) ? words(text)[index] : undefined) ?? "";
}

function translate(text: string, before: string, after: string): string {
  const table = new Map<string, string>();
  const replacements = Array.from(after);
  Array.from(before).forEach((sign, place) => {
    if (!table.has(sign)) table.set(sign, replacements[place] ?? "");
  });
  return Array.from(text).map((sign) => table.get(sign) ?? sign).join("");
}

const patterns = new Map<string, RegExp>();

/** The server has checked the pattern: only what Python and browsers read alike, and nothing that runs for ever. */
function matches(text: string, pattern: string): boolean {
  return fits(text, `^(?:${coreOf(pattern)})$`);
}

/** Whether the pattern is found anywhere in the text. */
function fits(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(pattern, "su");
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

function coreOf(pattern: string): string {
  const core = pattern.startsWith("^") ? pattern.slice(1) : pattern;
  return core.endsWith("$") && !core.endsWith("\\$") ? core.slice(0, -1) : core;
}

function before(text: string, mark: string): string {
  return mark !== "" && text.includes(mark) ? text.slice(0, text.indexOf(mark)) : "";
}

function after(text: string, mark: string): string {
  return text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : "";
}

const OF_TEXTS: Readonly<Record<string, (a: string, b: string, c: string) => Result>> = {
  string: (a) => a,
  concat: (a) => a,
  coalesce: (a, b) => (a === "" ? b : a),
  contains: (a, b) => a.includes(b),
  "starts-with": (a, b) => a.startsWith(b),
  "ends-with": (a, b) => a.endsWith(b),
  "substring-before": before,
  "substring-after": after,
  "string-length": (a) => Array.from(a).length,
  "normalize-space": (a) => words(a).join(" "),
  translate,
  selected: (a, b) => words(a).includes(trimmed(b)),
  "count-selected": (a) => words(a).length,
  regex: matches,
  match: fits,
  "boolean-from-string": (a) => a === "1" || a === "true",
};
