/**
 * The functions of expressions (docs/xlsform.md). Twin of `server/forms/functions*.py`; both run the vectors in
 * tests/vectors/.
 */

import { digest, leadingBits } from "./digests";
import { prepare, prepareNodes, type Context, type Find, type Run } from "./evaluate";
import { area, distance, inside } from "./geometry";
import { dayOf, FARTHEST_DAY, formatted, readDay, readTime, type Day } from "./moments";
import { seeded, shuffled } from "./random";
import { asBoolean, asNumber, asText, isNodes, numbers, texts, trimmed, words, type Result, type Spot } from "./results";
import type { Expression as Expr } from "../shared/form";

type Call = Extract<Expr, readonly ["fn", ...unknown[]]>;

/** A function call as a function. */
export function calls(tree: Call): Run {
  const [, name, ...parts] = tree;
  const found = LAZY[name]?.(parts) ?? ofNodes(name, parts);
  if (found) return found;
  const runs = parts.map(prepare);
  const of = (context: Context): Result[] => runs.map((run) => run(context));
  const ofNumbers = OF_NUMBERS[name];
  if (ofNumbers) return (context) => ofNumbers(...of(context).map((value) => asNumber(value, context.now.offset)));
  const ofTexts = OF_TEXTS[name];
  if (ofTexts) return (context) => ofTexts(...of(context).map((value) => asText(value, context.now.offset)));
  const ofValues = OF_VALUES[name];
  return ofValues ? (context) => ofValues(of(context), context) : () => "";
}

/** Functions that take nodes and give a value. */
function ofNodes(name: string, parts: readonly Expr[]): Run | null {
  const work = OF_NODES[name];
  if (!work) return null;
  const [first] = parts;
  const find: Find = first ? prepareNodes(first) : ({ spot }) => [spot];
  return (context) => work(find(context), context);
}

const OF_NODES: Readonly<Record<string, (found: readonly Spot[], context: Context) => Result>> = {
  count: (found) => found.length,
  "count-non-empty": (found) => found.filter((spot) => spot.text() !== "").length,
  sum: (found, { now }) => found.reduce((total, spot) => total + asNumber(spot.text(), now.offset), 0),
  name: ([first]) => nameOf(first),
  "local-name": ([first]) => nameOf(first),
};

function nameOf(spot: Spot | undefined): string {
  return spot?.name.replaceAll("~", "-") ?? "";
}

/** Functions that give nodes. */
export const nodeCalls: Readonly<Record<string, (parts: readonly Expr[]) => Find>> = {
  instance: ([id]) => {
    const key = id?.[0] === "lit" ? String(id[1]) : "";
    return ({ world }) => {
      const found = world.instance(key);
      return found ? [found] : [];
    };
  },
  randomize: ([nodes, seed]) => {
    const find = prepareNodes(nodes as Expr);
    const run = seed && prepare(seed);
    return (context) => {
      const next = run ? seeded(seedOf(run(context), context.now.offset)) : context.world.random;
      return shuffled(find(context), next);
    };
  },
  "indexed-repeat": indexedRepeat,
};

function seedOf(value: Result, offset: number): number | bigint {
  const number = asNumber(value, offset);
  if (!Number.isNaN(number)) return number;
  const text = asText(value, offset);
  return text === "" ? 0 : leadingBits(text);
}

/** The nodes inside the items at these places; the outermost repeat first, however they are written. */
function indexedRepeat([target, ...pairs]: readonly Expr[]): Find {
  const find = prepareNodes(target as Expr);
  const levels = pairs.flatMap((repeat, index) =>
    index % 2 === 0 ? [{ items: prepareNodes(repeat), at: prepare(pairs[index + 1] ?? ["lit", ""]) }] : [],
  );
  return (context) => {
    const chosen: Spot[] = [];
    const found = levels.map(({ items, at }) => ({ items: items(context), at: asNumber(at(context), context.now.offset) }));
    for (const { items, at } of found.sort((left, right) => depthOf(left.items[0]) - depthOf(right.items[0]))) {
      const around = chosen[chosen.length - 1];
      const item = (around ? items.filter((each) => isInside(each, around)) : items)[at - 1];
      if (!item) return [];
      chosen.push(item);
    }
    const last = chosen[chosen.length - 1];
    return last ? find(context).filter((spot) => isInside(spot, last)) : [];
  };
}

function depthOf(spot: Spot | undefined): number {
  return spot?.up ? 1 + depthOf(spot.up) : 0;
}

function isInside(spot: Spot, around: Spot): boolean {
  for (let at = spot.up; at; at = at.up) if (at === around) return true;
  return false;
}

/** Functions that don't run all of their arguments, or want to know what these are. */
const LAZY: Readonly<Record<string, (parts: readonly Expr[]) => Run>> = {
  if: (parts) => {
    const [test, yes, no] = parts.map(prepare) as [Run, Run, Run];
    return (context) => (asBoolean(test(context)) ? yes : no)(context);
  },
  position: ([nodes]) => {
    if (!nodes) return (context) => context.position;
    const find = prepareNodes(nodes);
    return (context) => {
      const [first] = find(context);
      if (!first) return Number.NaN;
      const all = first.up?.named(first.name) ?? [first];
      return (first.place !== undefined && all[first.place] === first ? first.place : all.indexOf(first)) + 1;
    };
  },
  last: () => (context) => context.size,
  once: ([value]) => {
    const run = prepare(value as Expr);
    return (context) => {
      const held = context.spot.text();
      return held === "" ? asText(run(context), context.now.offset) : held;
    };
  },
  "jr:choice-name": ([value, question]) => {
    const [run, find] = [prepare(value as Expr), prepareNodes(question as Expr)];
    return (context) => {
      const [spot] = find(context);
      return spot ? context.world.choiceName(asText(run(context), context.now.offset), spot, context.language) : "";
    };
  },
  regex: ([text, pattern]) => matching(text as Expr, pattern, (core) => `^(?:${coreOf(core)})$`),
  match: ([text, pattern]) => matching(text as Expr, pattern, (whole) => whole),
};

/** The server has checked the pattern: only what Python and browsers read alike, and nothing that runs for ever. */
function matching(text: Expr, pattern: Expr | undefined, whole: (pattern: string) => string): Run {
  const run = prepare(text);
  const compiled = new RegExp(whole(pattern?.[0] === "lit" ? String(pattern[1]) : ""), "su");
  return (context) => compiled.test(asText(run(context), context.now.offset));
}

function coreOf(pattern: string): string {
  const core = pattern.startsWith("^") ? pattern.slice(1) : pattern;
  return core.endsWith("$") && !core.endsWith("\\$") ? core.slice(0, -1) : core;
}

/** Half goes up, towards positive infinity (XPath 1.0, section 4.4); with places, away from zero. */
function round(value: number, places?: number): number {
  if (places !== undefined) {
    const by = 10 ** places;
    return (Math.sign(value) * round(Math.abs(value) * by)) / by;
  }
  const low = Math.floor(value);
  return value - low < 0.5 || !Number.isFinite(value) ? low : low + 1;
}

const OF_NUMBERS: Readonly<Record<string, (...values: number[]) => number>> = {
  number: (a = 0) => a,
  int: (a = 0) => Math.trunc(a),
  floor: (a = 0) => Math.floor(a),
  ceiling: (a = 0) => Math.ceil(a),
  round: (a = 0, places) => round(a, places),
  abs: (a = 0) => Math.abs(a),
  pow: (a = 0, b = 0) => a ** b,
  exp: (a = 0) => Math.exp(a),
  exp10: (a = 0) => 10 ** a,
  log: (a = 0) => Math.log(a),
  log10: (a = 0) => Math.log10(a),
  sqrt: (a = 0) => Math.sqrt(a),
  sin: (a = 0) => Math.sin(a),
  cos: (a = 0) => Math.cos(a),
  tan: (a = 0) => Math.tan(a),
  asin: (a = 0) => Math.asin(a),
  acos: (a = 0) => Math.acos(a),
  atan: (a = 0) => Math.atan(a),
  atan2: (a = 0, b = 0) => Math.atan2(a, b),
  pi: () => Math.PI,
};

function translate(text: string, before: string, after: string): string {
  const table = new Map<string, string>();
  const replacements = Array.from(after);
  Array.from(before).forEach((sign, place) => {
    if (!table.has(sign)) table.set(sign, replacements[place] ?? "");
  });
  return Array.from(text).map((sign) => table.get(sign) ?? sign).join("");
}

function before(text: string, mark: string): string {
  return mark !== "" && text.includes(mark) ? text.slice(0, text.indexOf(mark)) : "";
}

function after(text: string, mark: string): string {
  return text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : "";
}

function decoded(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return new TextDecoder("utf-8").decode(bytes);
  } catch {
    return "";
  }
}

const OF_TEXTS: Readonly<Record<string, (...texts: string[]) => Result>> = {
  string: (a = "") => a,
  coalesce: (a = "", b = "") => (a === "" ? b : a),
  contains: (a = "", b = "") => a.includes(b),
  "starts-with": (a = "", b = "") => a.startsWith(b),
  "ends-with": (a = "", b = "") => a.endsWith(b),
  "substring-before": (a = "", b = "") => before(a, b),
  "substring-after": (a = "", b = "") => after(a, b),
  "string-length": (a = "") => Array.from(a).length,
  "normalize-space": (a = "") => words(a).join(" "),
  translate: (a = "", b = "", c = "") => translate(a, b, c),
  selected: (a = "", b = "") => words(a).includes(trimmed(b)),
  "count-selected": (a = "") => words(a).length,
  "boolean-from-string": (a) => a === "1" || a === "true",
  "base64-decode": (a = "") => decoded(a),
  digest: (a = "", algorithm = "", encoding = "base64") => digest(a, algorithm, encoding),
  geofence: (point = "", shape = "") => inside(point, shape),
};

/** Functions that take values as they are. */
const OF_VALUES: Readonly<Record<string, (values: readonly Result[], context: Context) => Result>> = {
  not: ([a = ""]) => !asBoolean(a),
  boolean: ([a = ""]) => asBoolean(a),
  min: (values, { now }) => least(Math.min, values, now.offset),
  max: (values, { now }) => least(Math.max, values, now.offset),
  concat: (values, { now }) => values.flatMap((value) => texts(value, now.offset)).join(""),
  join: ([glue = "", ...values], { now }) =>
    values.flatMap((value) => texts(value, now.offset)).join(asText(glue, now.offset)),
  // Counted from 0; '' where there is none.
  "selected-at": ([a = "", b = ""], { now }) => words(asText(a, now.offset))[asNumber(b, now.offset)] ?? "",
  substr: ([a = "", ...ends], { now }) =>
    substr(Array.from(asText(a, now.offset)), ends.map((end) => asNumber(end, now.offset))),
  substring: ([a = "", ...ends], { now }) =>
    substring(Array.from(asText(a, now.offset)), ends.map((end) => asNumber(end, now.offset))),
  checklist: ([least = "", most = "", ...tests], { now }) => {
    const met = tests.flatMap(truths).filter(Boolean).length;
    return isWithin(met, asNumber(least, now.offset), asNumber(most, now.offset));
  },
  "weighted-checklist": ([least = "", most = "", ...pairs], { now }) => {
    const weights = pairs.map((value, index) => (index % 2 === 1 ? numbers(value, now.offset) : []));
    const met = pairs.flatMap((value, index) =>
      index % 2 === 0 ? truths(value).map((truth, at) => (truth ? (weights[index + 1]?.[at] ?? 0) : 0)) : [],
    );
    const total = met.reduce((sum, weight) => sum + weight, 0);
    return isWithin(total, asNumber(least, now.offset), asNumber(most, now.offset));
  },
  area: ([a = ""], { now }) => area(texts(a, now.offset)),
  distance: (values, { now }) => distance(values.flatMap((value) => texts(value, now.offset))),
  now: (_, { world }) => dayOf(world.now()),
  today: (_, { world }) => ({ days: world.today(), timed: false }),
  "decimal-date-time": ([a = ""], { now }) => asNumber(a, now.offset),
  "decimal-time": ([a = ""], { now }) => readTime(asText(a, now.offset), now.offset) ?? Number.NaN,
  date: ([a = ""], { now }) => dayFrom(a, now.offset, false),
  "date-time": ([a = ""], { now }) => dayFrom(a, now.offset, true),
  "format-date": ([a = "", form = ""], { now }) => format(a, asText(form, now.offset), now.offset, false),
  "format-date-time": ([a = "", form = ""], { now }) => format(a, asText(form, now.offset), now.offset, true),
  random: (_, { world }) => world.random(),
  uuid: ([length], { world, now }) => uuid(world.random, length === undefined ? 36 : asNumber(length, now.offset)),
  "jr:itext": ([id = ""], { world, now, language }) => world.words(asText(id, now.offset), language),
};

function least(pick: (...values: number[]) => number, values: readonly Result[], offset: number): number {
  const all = values.flatMap((value) => numbers(value, offset));
  return all.length === 0 ? Number.NaN : all.reduce((one, other) => pick(one, other));
}

/** From `start`, counted from 0, up to before `end`; from the end where they are below 0. */
function substr(signs: readonly string[], [start = 0, end = signs.length]: readonly number[]): string {
  const place = (at: number): number => (Number.isNaN(at) ? 0 : Math.trunc(at));
  return signs.slice(place(start), place(end)).join("");
}

/** XPath 1.0, section 4.2: counted from 1, by rounded numbers. */
function substring(signs: readonly string[], [start = 1, length = Number.POSITIVE_INFINITY]: readonly number[]): string {
  const from = round(start);
  const to = from + round(length);
  return signs.filter((_, index) => index + 1 >= from && index + 1 < to).join("");
}

function truths(value: Result): boolean[] {
  return isNodes(value) ? value.map((spot) => asBoolean([spot])) : [asBoolean(value)];
}

/** -1 as the most is no bound. */
function isWithin(met: number, least: number, most: number): boolean {
  return met >= least && (most === -1 || met <= most);
}

function dayFrom(value: Result, offset: number, timed: boolean): Day | "" {
  const days = asNumber(value, offset);
  if (!(Math.abs(days) < FARTHEST_DAY)) return "";
  return timed ? { days, timed } : { days: Math.floor(days), timed };
}

function format(value: Result, form: string, offset: number, timed: boolean): string {
  const isDay = typeof value === "object" && !isNodes(value);
  const day = isDay ? value : typeof value === "number" ? dayFrom(value, offset, true) : readDay(asText(value, offset), offset);
  return day ? formatted(day, form, timed) : "";
}

/** A random id (RFC 9562, version 4); of another length its first signs, and those of as many more as it takes. */
export function uuid(random: () => number, length = 36): string {
  let text = "";
  do {
    text += "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (sign) => {
      const digit = Math.floor(random() * 16);
      return (sign === "x" ? digit : (digit % 4) + 8).toString(16);
    });
  } while (text.length < Math.min(length, 10_000));
  return text.slice(0, Math.max(0, length));
}
