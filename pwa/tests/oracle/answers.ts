/** Seeded answers: for each type a few that fit and, drawn from the form's own expressions, some that its rules refuse. */

import type { CompiledForm, Expression, FormNode } from "../../src/shared/form";
import type { Value, Values } from "../../src/shared/protocol";
import type { OdkNode } from "./engine";

/** A generator of numbers in [0, 1) that always gives the same for a seed (mulberry32). */
export function chance(seed: string): () => number {
  let state = 2166136261;
  for (const sign of seed) state = Math.imul(state ^ (sign.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

/** Every node of the form by path. */
export function formNodes(form: CompiledForm): Map<string, FormNode> {
  const found = new Map<string, FormNode>();
  const visit = (nodes: readonly FormNode[]): void => {
    for (const node of nodes) {
      found.set(node.path, node);
      visit(node.children ?? []);
    }
  };
  visit(form.nodes);
  visit(form.hidden ?? []);
  return found;
}

/** Texts and numbers that the form's expressions name: answers near them are those that decide something. */
export interface Literals {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  /** Names of the questions that say how many items a repeat has. */
  readonly counts: ReadonlySet<string>;
}

export function literals(form: CompiledForm): Literals {
  const numbers = new Set<number>();
  const texts = new Set<string>();
  const visit = (tree: unknown): void => {
    if (!Array.isArray(tree)) return;
    const [kind, value] = tree as unknown as Expression;
    if (kind === "lit" && typeof value === "number") numbers.add(value);
    if (kind === "lit" && typeof value === "string" && value.length < 40) texts.add(value);
    tree.forEach(visit);
  };
  for (const node of formNodes(form).values()) {
    for (const part of [node.relevant, node.constraint, node.required, node.readonly, node.calculate, node.count]) visit(part);
    visit(node.items?.from);
    for (const action of node.set ?? []) visit(action.value);
  }
  return { numbers: [...numbers], texts: [...texts], counts: counts(form) };
}

/** Questions that a repeat's count reads, by themselves or through calculates. */
function counts(form: CompiledForm): Set<string> {
  const found = new Set<string>();
  const nodes = [...formNodes(form).values()];
  const visit = (tree: unknown): void => {
    if (!Array.isArray(tree)) return;
    const last = tree.at(-1) as unknown;
    if (typeof last === "string" && tree[0] !== "lit") {
      const name = last.split("/").at(-1) ?? "";
      if (name === "" || found.has(name)) return;
      found.add(name);
      for (const node of nodes) if (node.path.split("/").at(-1) === name) visit(node.calculate);
    } else tree.forEach(visit);
  };
  for (const node of nodes) visit(node.count);
  return found;
}

const TEXTS = ["", "a", "Nguyễn Văn An", "ភូមិ", "12", "-3.5", "0", "two words", "x@y.vn", "2024-02-29", "b c d", "0912345678"];
const NUMBERS = [0, 1, 2, 3, 5, 10, 18, 99, 100, -1];
const DATES = ["2024-02-29", "2026-03-17", "2026-03-18", "1969-12-31", "2030-01-01"];
const TIMES = ["07:30:00.000+07:00", "23:59:59.000+07:00", "00:00:00.000+07:00"];
const DATETIMES = ["2026-03-17T07:30:00.000+07:00", "2024-12-31T23:30:00.000+07:00", "2026-03-17T15:45:30.250+07:00"];
// As ODK's engine writes numbers, so that what reads them as text reads the same.
const POINTS = ["10.5 106.25 3.0 4.5", "9.81 106.3 0.0 0.0", "-33.86 151.21 12.0 8.0", "0.001 0.0 0.0 0.0"];
const LINES = [POINTS.slice(0, 2).join(";"), POINTS.slice(0, 3).join(";")];
const SHAPES = [
  "10.0 106.0 0.0 0.0;10.0 106.01 0.0 0.0;10.01 106.01 0.0 0.0;10.0 106.0 0.0 0.0",
  "9.0 105.0 0.0 0.0;9.0 105.1 0.0 0.0;9.1 105.05 0.0 0.0;9.0 105.0 0.0 0.0",
];
export const PICTURE = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";

/** An answer for this question, null to take it away; undefined where none can be given. */
export function answerFor(node: FormNode, odk: OdkNode, said: Literals, random: () => number): Value | null | undefined {
  // a repeat of nine hundred million items would be the end of either
  const counts = said.counts.has(node.path.split("/").at(-1) ?? "");
  if (counts) return asCount(node, Number(odk.currentState.instanceValue ?? 0), random);
  if (random() < 0.12) return null;
  const options = (odk.currentState.valueOptions ?? []).map((option) => option.value);
  switch (node.t) {
    case "select1":
      return pick(options, random);
    case "select": {
      const some = [...new Set(options)].filter(() => random() < 0.5);
      return some.length > 0 ? some : null;
    }
    case "rank":
      return [...options].map((value) => ({ value, by: random() })).sort((a, b) => a.by - b.by).map(({ value }) => value);
    case "integer":
      return pick(near(said.numbers).filter((value) => Number.isInteger(value) && Math.abs(value) < 1e9), random);
    case "decimal":
      return pick([...near(said.numbers), 0.5, 2.25, -7.125], random);
    case "range":
      return onScale(node, random);
    case "text":
    case "barcode":
      return pick([...TEXTS, ...said.texts, ...said.numbers.map(String)].map((text) => text.trim().normalize("NFC")), random) ?? null;
    default:
      return ofFixed(node, random);
  }
}

/**
 * Never fewer than before: what was typed in items beyond a count is kept here and comes back with them, where ODK's
 * engine throws it away (docs/xlsform.md).
 */
function asCount(node: FormNode, before: number, random: () => number): Value | undefined {
  const few = Math.max(before || 0, Math.floor(random() * 4));
  if (node.t === "integer" || node.t === "decimal") return few;
  return node.t === "text" ? String(few) : undefined;
}

function near(numbers: readonly number[]): number[] {
  return [...NUMBERS, ...numbers.flatMap((value) => [value, value - 1, value + 1])];
}

function onScale(node: FormNode, random: () => number): number | undefined {
  if (node.range === undefined) return undefined;
  const [start, end, step] = node.range;
  const steps = Math.floor((end - start) / step + 1e-9);
  return Number((start + Math.floor(random() * (steps + 1)) * step).toFixed(6));
}

function ofFixed(node: FormNode, random: () => number): Value | undefined {
  const table: Partial<Record<FormNode["t"], readonly string[]>> = {
    date: DATES,
    time: TIMES,
    datetime: DATETIMES,
    geopoint: POINTS,
    geotrace: LINES,
    geoshape: SHAPES,
    acknowledge: ["OK"],
    image: [`${PICTURE}.jpg`],
    audio: [`${PICTURE}.ogg`],
    video: [`${PICTURE}.mp4`],
    file: [`${PICTURE}.pdf`],
  };
  return pick(table[node.t] ?? [], random);
}

/** Types that ODK's engine has no shape for: their blank is an empty text. */
const TEXTS_OF_ODK = new Set(["string", "barcode", "boolean", "intent", "binary"]);

/** Gives ODK's engine the same answer. */
export function answerOdk(odk: OdkNode, value: Value | null): void {
  const list = Array.isArray(value) ? (value as readonly string[]) : value === null ? [] : [String(value)];
  if (odk.nodeType === "select") odk.selectValues(list);
  else if (odk.nodeType === "rank") odk.setValues(list);
  else if (odk.nodeType === "trigger") odk.setValue(value === "OK");
  else if (odk.nodeType === "upload") odk.setValue(value === null ? null : new File(["x"], String(value)));
  else if (odk.nodeType === "range") odk.setValue(value);
  else odk.setValue(value === null ? (TEXTS_OF_ODK.has(odk.valueType ?? "") ? "" : null) : String(value));
}

const SPOILT: readonly unknown[] = [
  ...["x", "", "no choice of any list", "2024-13-40", "07:61", "10 106 0 0", "91 181", "OK", "12", "\u0007", "a".repeat(4001)],
  ...[0, 7, -1, 1.5, 1e12, true, null, {}, [], ["x"], ["yes", "yes"], ["yes", 1]],
];

/** The answers with one to three of them made into something else, often into what the question can't hold. */
export function spoilt(answers: Values, form: CompiledForm, random: () => number): Record<string, unknown> {
  const found: Record<string, unknown> = { ...answers };
  const places = [...Object.keys(answers), ...form.fields, "no_such_question"];
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    found[pick(places, random) ?? ""] = pick(SPOILT, random);
  }
  return found;
}
