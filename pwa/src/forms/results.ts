/** What expressions give, and how one kind becomes another. */

import { readDay, showDay, type Day } from "./moments";

/** A node of the record or of a list, as expressions see it. */
export interface Spot {
  /** '' for what holds a root, which is no element. */
  readonly name: string;
  /** Null for what holds the root. */
  readonly up: Spot | null;
  /** Holds a text and no nodes. */
  readonly leaf: boolean;
  /** Its place among the nodes around it, where that never changes: in a list. */
  readonly place?: number;
  below(): readonly Spot[];
  /** Of a leaf its text, of others that of all leaves in it. */
  text(): string;
  /** The nodes of one name below it. */
  named(name: string): readonly Spot[];
  attribute?(name: string): string | undefined;
  /** The nodes of that name whose leaf `column` has this text, where that can be looked up. */
  having?(name: string, column: string, text: string): readonly Spot[] | null;
}

/** What an expression gives. */
export type Result = string | number | boolean | Day | readonly Spot[];

const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const SPACES = /[ \t\r\n]+/;

export function isNodes(value: Result): value is readonly Spot[] {
  return Array.isArray(value);
}

/**
 * XPath's boolean(): text is true unless empty, a number unless 0 or NaN, a moment always; nodes where one of them has
 * nodes or a text.
 */
export function asBoolean(value: Result): boolean {
  if (isNodes(value)) return value.some((spot) => !spot.leaf || spot.text() !== "");
  return typeof value === "object" || Boolean(value);
}

/** XPath's number(), with dates as days. */
export function asNumber(value: Result, offset: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isNodes(value)) return value[0] === undefined ? Number.NaN : asNumber(value[0].text(), offset);
  if (typeof value === "object") return value.days;
  const text = trimmed(value);
  if (NUMBER.test(text)) return Number(text);
  return readDay(text, offset)?.days ?? Number.NaN;
}

/** XPath's string(): numbers without exponent, moments in ISO 8601 (date-times with milliseconds and offset). */
export function asText(value: Result, offset: number): string {
  if (typeof value === "string") return value;
  if (isNodes(value)) return value[0]?.text() ?? "";
  if (typeof value === "object") return showDay(value, offset);
  if (typeof value === "number") return plain(value);
  return value ? "true" : "false";
}

/** Each node's text; what is no nodes is one. */
export function texts(value: Result, offset: number): string[] {
  return isNodes(value) ? value.map((spot) => spot.text()) : [asText(value, offset)];
}

/** Each node's number; what is no nodes is one. */
export function numbers(value: Result, offset: number): number[] {
  return isNodes(value) ? value.map((spot) => asNumber(spot.text(), offset)) : [asNumber(value, offset)];
}

/** A number's shortest digits, without an exponent. */
export function plain(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(match[4]);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

export function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}

export function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/** XPath's '=': with nodes, whether one of them is equal. */
export function equal(left: Result, right: Result, offset: number): boolean {
  return compared(left, right, (a, b) => same(a, b, offset));
}

/** XPath's '!=': with nodes, whether one of them differs. */
export function unequal(left: Result, right: Result, offset: number): boolean {
  return compared(left, right, (a, b) => !same(a, b, offset));
}

type One = string | number | boolean | Day;

function compared(left: Result, right: Result, test: (a: One, b: One) => boolean): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return test(asBoolean(left), asBoolean(right));
  if (isNodes(left)) return left.some((spot) => compared(spot.text(), right, test));
  if (isNodes(right)) return right.some((spot) => test(left, spot.text()));
  return test(left, right);
}

function same(left: One, right: One, offset: number): boolean {
  if (typeof left === "boolean" || (typeof left === "string" && typeof right === "string")) return left === right;
  return asNumber(left, offset) === asNumber(right, offset);
}

/** '<' and the like: with nodes, whether it is so for one of them. */
export function ordered(left: Result, right: Result, test: (a: number, b: number) => boolean, offset: number): boolean {
  if (isNodes(left)) return left.some((spot) => ordered(spot.text(), right, test, offset));
  if (isNodes(right)) return right.some((spot) => ordered(left, spot.text(), test, offset));
  return test(asNumber(left, offset), asNumber(right, offset));
}
