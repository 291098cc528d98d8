/** What a value of each question type looks like in a document: shapes and bounds. Twin of `server/forms/values.py`. */

import { readDay } from "./moments";
import type { FormNode } from "../shared/form";
import type { Value } from "../shared/protocol";
import type { ViolationKind } from "./types";

export const LONGEST_TEXT = 4000;
export const LARGEST_INTEGER = 999_999_999;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DATETIME =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
const GEOPOINT =
  /^(-?[0-9]{1,2}(?:\.[0-9]{1,12})?) (-?[0-9]{1,3}(?:\.[0-9]{1,12})?)(?: -?[0-9]{1,5}(?:\.[0-9]{1,12})?(?: [0-9]{1,6}(?:\.[0-9]{1,12})?)?)?$/;
// Control characters except tab and newline, and halves of characters.
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]/u;

/** Whether a value says nothing: null, '' or no choice. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What kind of violation a value that isn't empty is in itself, or null. */
export function fault(node: FormNode, value: unknown): ViolationKind | null {
  if (node.t === "integer") {
    return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= LARGEST_INTEGER ? null : "type";
  }
  if (node.t === "select") return faultOfChoices(node, value);
  if (typeof value !== "string") return "type";
  switch (node.t) {
    case "select1":
      return node.choices?.some((choice) => choice.v === value) === true ? null : "choice";
    case "text":
      if (value.length > LONGEST_TEXT && Array.from(value).length > LONGEST_TEXT) return "length";
      return UNWANTED.test(value) ? "type" : null;
    case "date":
      return DATE.test(value) && readDay(value, 0) !== null ? null : "type";
    case "datetime":
      return DATETIME.test(value) && readDay(value, 0) !== null ? null : "type";
    case "geopoint":
      return isGeopoint(value) ? null : "type";
    default:
      return "type";
  }
}

/** Choices come in the form's order, each at most once, so that equal answers are equal values. */
function faultOfChoices(node: FormNode, value: unknown): ViolationKind | null {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return "type";
  const wanted = inOrder(node, value);
  return wanted.length === value.length && wanted.every((name, place) => name === value[place]) ? null : "choice";
}

/** 'latitude longitude [altitude [accuracy]]' in degrees (WGS 84) and metres, as ODK writes it. */
function isGeopoint(value: string): boolean {
  const match = GEOPOINT.exec(value);
  return match !== null && Math.abs(Number(match[1])) <= 90 && Math.abs(Number(match[2])) <= 180;
}

/** The chosen names that the question knows, in the form's order. */
export function inOrder(node: FormNode, chosen: readonly string[]): string[] {
  return (node.choices ?? []).map((choice) => choice.v).filter((name) => chosen.includes(name));
}

/**
 * A value as a document keeps it: text in NFC without spaces around it, choices in the form's order, nothing as null.
 * What was typed stays as it is otherwise, right or wrong.
 */
export function tidy(node: FormNode, value: Value | null): Value | null {
  if (value === null || isEmpty(value)) return null;
  if (typeof value === "number") return value;
  if (typeof value !== "string") return inOrder(node, value);
  const text = value.normalize("NFC").trim();
  return text === "" ? null : text;
}
