import { describe, expect, test } from "vitest";

import type { CompiledForm, Expression } from "../shared/form";
import vectors from "../../../tests/vectors/xpath.json?raw";
import { contextOf, prepare } from "./evaluate";
import { inZone, momentOf, showDay } from "./moments";
import { Record } from "./record";
import { isNodes, type Result } from "./results";
import { validate } from "./validate";

type Values = { [path: string]: unknown };

interface Vectors {
  now: string;
  forms: { [name: string]: CompiledForm };
  documents: { [name: string]: Values };
  expressions: { form: string; document: string | Values; at?: string; text: string; tree: Expression; value: unknown; now?: string }[];
  checks: { form: string; why: string; document: string | Values; wrong: [string, string][]; changed?: string[]; now?: string }[];
}

const { now: usual, forms, documents, expressions, checks } = JSON.parse(vectors) as Vectors;

function formOf(name: string): CompiledForm {
  const form = forms[name];
  if (!form) throw new Error(`no form ${name}`);
  return form;
}

function documentOf(document: string | Values): Values {
  return typeof document === "string" ? (documents[document] ?? {}) : document;
}

function asJson(value: Result, offset: number): unknown {
  if (isNodes(value)) return { nodes: value.map((spot) => spot.text()) };
  if (typeof value === "object") return { [value.timed ? "datetime" : "date"]: showDay(value, offset) };
  if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
  return value === 0 ? 0 : value;
}

describe("an expression in a form gives what the shared vectors say", () => {
  test.each(expressions.map((item) => [`${item.text} ${item.at ?? ""}`, item] as const))("%s", (_text, item) => {
    const moment = momentOf(item.now ?? usual);
    const random = mulberry(7);
    const record = new Record(formOf(item.form), { random, live: false, changed: null }, moment);
    record.fill(documentOf(item.document));
    const at = record.find(item.at ?? "");
    if (!at) throw new Error(`no ${item.at ?? ""}`);
    const given = asJson(prepare(item.tree)(contextOf(record, at)), moment.offset);
    const { value } = item;
    if (typeof value === "object" && value !== null && "near" in value) {
      expect(Number(given) / Number(value.near)).toBeCloseTo(1, 12);
    } else expect(given).toStrictEqual(value);
  });
});

describe("a document is checked as the shared vectors say", () => {
  test.each(checks.map((item) => [item.why, item] as const))("%s", (_why, item) => {
    const changed = item.changed === undefined ? {} : { changed: new Set(item.changed) };
    const found = validate(formOf(item.form), documentOf(item.document), inZoneText(item.now ?? usual), changed);
    expect(found.map((violation) => [violation.path, violation.kind])).toStrictEqual(item.wrong);
  });
});

function inZoneText(now: string): Date {
  return new Date(inZone(now).milliseconds);
}

/** A small generator, so that runs are alike. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
