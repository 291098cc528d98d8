/**
 * Running an expression: ODK XPath over a record and its lists. Twin of `server/forms/evaluate.py`; both run the same
 * vectors (tests/vectors/). Never throws for a tree that the server compiled.
 *
 * A tree is made into a function once, and run many times.
 */

import { calls, nodeCalls } from "./functions";
import { Leaf } from "./secondary";
import { dayOf, momentOf, type Moment } from "./moments";
import {
  asBoolean,
  asNumber,
  asText,
  equal,
  isNodes,
  ordered,
  plain,
  texts,
  unequal,
  type Result,
  type Spot,
} from "./results";
import type { Axis, Expression as Expr, Start, Step } from "../shared/form";
import type { Answers } from "./types";

export type { Result } from "./results";

/** What expressions can ask of the record that they run in. */
export interface World {
  /** Holds the form's root. */
  readonly top: Spot;
  /** The moment; `peek` doesn't note that it was asked for. */
  readonly now: (peek?: boolean) => Moment;
  /** The local day, in days since 1970-01-01: what asks for it doesn't follow the clock. */
  readonly today: () => number;
  readonly random: () => number;
  /** The node at a path outside of repeats. */
  at(path: string): Spot | null;
  /** Holds the root of a secondary instance. */
  instance(id: string): Spot | null;
  /** What a choice of the question at `spot` is called; in the language in use if `language` is null. */
  choiceName(value: string, spot: Spot, language: string | null): string;
  /** The text of that id. */
  words(id: string, language: string | null): string;
}

/** What an expression sees while it runs. */
export interface Context {
  readonly world: World;
  /** The node looked at, its place among those that are tested, and how many there are. */
  readonly spot: Spot;
  readonly position: number;
  readonly size: number;
  /** The node that the expression belongs to. */
  readonly current: Spot;
  /** Local time is counted at its offset; what asks for the time asks the world. */
  readonly now: Moment;
  /** Null: the one in use. */
  readonly language: string | null;
}

export type Run = (context: Context) => Result;
export type Find = (context: Context) => readonly Spot[];

const NONE: readonly Spot[] = [];
const runs = new WeakMap<Expr, Run>();
const finds = new WeakMap<Expr, Find>();

/** The tree as a function. */
export function prepare(tree: Expr): Run {
  let run = runs.get(tree);
  if (run === undefined) runs.set(tree, (run = made(tree)));
  return run;
}

/** The tree as a function that gives nodes; none where it gives a value. */
export function prepareNodes(tree: Expr): Find {
  let find = finds.get(tree);
  if (find === undefined) finds.set(tree, (find = finding(tree)));
  return find;
}

function made(tree: Expr): Run {
  switch (tree[0]) {
    case "lit": {
      const value = tree[1];
      return () => value;
    }
    case "path": {
      const path = tree[1];
      return ({ world }) => world.at(path)?.text() ?? "";
    }
    case "neg": {
      const inner = prepare(tree[1]);
      return (context) => -asNumber(inner(context), context.now.offset);
    }
    case "op":
      return tree[1] === "|" ? prepareNodes(tree) : operator(tree);
    case "fn":
      return tree[1] in nodeCalls ? prepareNodes(tree) : calls(tree);
    default:
      return prepareNodes(tree);
  }
}

function finding(tree: Expr): Find {
  switch (tree[0]) {
    case "path":
    case "all": {
      const names = tree[1].split("/");
      return ({ world }) => down(rootOf(world), names);
    }
    case "self":
      return ({ spot }) => [spot];
    case "rel":
    case "cur": {
      const [kind, times, path] = tree;
      const names = path === "" ? [] : path.split("/");
      return (context) => climbed(kind === "rel" ? context.spot : context.current, times, names);
    }
    case "walk":
      return walking(tree[1], tree.slice(2) as Step[]);
    case "op": {
      if (tree[1] !== "|") return () => NONE;
      const [left, right] = [prepareNodes(tree[2]), prepareNodes(tree[3])];
      return (context) => together([...left(context), ...right(context)]);
    }
    case "fn": {
      const call = nodeCalls[tree[1]];
      return call === undefined ? () => NONE : call(tree.slice(2) as unknown as Expr[]);
    }
    default:
      return () => NONE;
  }
}

function rootOf(world: World): readonly Spot[] {
  return world.top.below();
}

function down(from: readonly Spot[], names: readonly string[]): readonly Spot[] {
  let found = from;
  for (const name of names) {
    const [only] = found;
    found = found.length === 1 && only ? only.named(name) : found.flatMap((spot) => spot.named(name));
  }
  return found;
}

function climbed(from: Spot, times: number, names: readonly string[]): readonly Spot[] {
  let spot: Spot | null = from;
  for (let left = times; left > 0 && spot; left--) spot = spot.up;
  return spot ? down([spot], names) : NONE;
}

/** Each node once, in the order of the document. */
function together(spots: readonly Spot[]): readonly Spot[] {
  const once = [...new Set(spots)];
  const places = new Map(once.map((spot) => [spot, placesOf(spot)]));
  return once.sort((left, right) => {
    const [one, other] = [places.get(left) ?? [], places.get(right) ?? []];
    const at = one.findIndex((place, index) => place !== other[index]);
    return at < 0 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
  });
}

function placesOf(spot: Spot): number[] {
  const places: number[] = [];
  for (let at = spot; at.up; at = at.up) places.unshift(at.place ?? at.up.below().indexOf(at));
  return places;
}

function operator(tree: Extract<Expr, readonly ["op", ...unknown[]]>): Run {
  const sign = tree[1];
  const [left, right] = [prepare(tree[2]), prepare(tree[3])];
  if (sign === "or") return (context) => asBoolean(left(context)) || asBoolean(right(context));
  if (sign === "and") return (context) => asBoolean(left(context)) && asBoolean(right(context));
  if (sign === "=") return (context) => equal(left(context), right(context), context.now.offset);
  if (sign === "!=") return (context) => unequal(left(context), right(context), context.now.offset);
  const test = ORDER[sign];
  if (test) return (context) => ordered(left(context), right(context), test, context.now.offset);
  const work = ARITHMETIC[sign] ?? (() => Number.NaN);
  return (context) =>
    work(asNumber(left(context), context.now.offset), asNumber(right(context), context.now.offset));
}

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => (Number.isFinite(a) ? a % b : Number.NaN),
};

const AXES: Readonly<Record<Exclude<Axis, "child" | "attribute">, (spot: Spot) => readonly Spot[]>> = {
  parent: (spot) => elements([spot.up]),
  self: (spot) => [spot],
  descendant: (spot) => descendants(spot),
  "descendant-or-self": (spot) => [spot, ...descendants(spot)],
  ancestor: (spot) => ancestors(spot),
  "ancestor-or-self": (spot) => [spot, ...ancestors(spot)],
  "following-sibling": (spot) => siblings(spot, 1),
  "preceding-sibling": (spot) => siblings(spot, -1).reverse(),
};

/** Without what holds the root, which is no element. */
function elements(spots: readonly (Spot | null)[]): Spot[] {
  return spots.filter((spot): spot is Spot => spot !== null && spot.name !== "");
}

function descendants(spot: Spot): Spot[] {
  return spot.below().flatMap((child) => [child, ...descendants(child)]);
}

/** The nearest first, as positions count. */
function ancestors(spot: Spot): Spot[] {
  return spot.up === null ? [] : elements([spot.up, ...ancestors(spot.up)]);
}

function siblings(spot: Spot, side: 1 | -1): Spot[] {
  const all = spot.up?.below() ?? NONE;
  const at = all.indexOf(spot);
  return side > 0 ? all.slice(at + 1) : all.slice(0, Math.max(0, at));
}

type Stepping = (from: Spot, context: Context) => readonly Spot[];

function walking(start: Start, steps: readonly Step[]): Find {
  const begin = start[0] === "root" ? ({ world }: Context) => [world.top] : prepareNodes(start);
  // The form's root is the one below what holds it, whatever it is called.
  const walked = steps.map((step, index) => {
    const [first, , ...rest] = step;
    return stepping(start[0] === "root" && index === 0 && first === "child" ? [first, "*", ...rest] : step);
  });
  const backwards = steps.some(([axis]) => axis !== "child" && axis !== "self" && axis !== "attribute");
  return (context) => {
    let found: readonly Spot[] = begin(context);
    for (const step of walked) {
      const [only] = found;
      found = found.length === 1 && only ? step(only, context) : found.flatMap((spot) => step(spot, context));
    }
    return backwards && found.length > 1 ? together(found) : found;
  };
}

function stepping([axis, name, ...predicates]: Step): Stepping {
  const narrow = predicates.map((predicate) => filtering(predicate));
  const quick = axis === "child" && name !== "*" && predicates[0] ? lookedUp(name, predicates[0]) : null;
  const onAxis = gathering(axis, name);
  return (from, context) => {
    let found = quick?.(from, context);
    const rest = found ? narrow.slice(1) : narrow;
    found ??= onAxis(from);
    for (const filter of rest) found = filter(found, context);
    return found;
  };
}

function gathering(axis: Axis, name: string): (from: Spot) => readonly Spot[] {
  if (axis === "child") return name === "*" ? (from) => from.below() : (from) => from.named(name);
  if (axis === "attribute") {
    return (from) => {
      const text = from.attribute?.(name);
      return text === undefined ? NONE : [new Leaf(name, from, text)];
    };
  }
  const along = AXES[axis];
  return name === "*" ? along : (from) => along(from).filter((spot) => spot.name === name);
}

function filtering(predicate: Expr): (found: readonly Spot[], context: Context) => readonly Spot[] {
  const test = prepare(predicate);
  return (found, context) => {
    const size = found.length;
    return found.filter((spot, index) => {
      const position = index + 1;
      const value = test({ ...context, spot, position, size });
      return typeof value === "number" ? value === position : asBoolean(value);
    });
  };
}

/**
 * '[column = value]' where the value is the same for every node that is tested: looked up instead of tried on each, so that
 * one of thousands is found at once. The rest of a condition with 'and' is then tried on what was found.
 */
function lookedUp(name: string, predicate: Expr): ((from: Spot, context: Context) => readonly Spot[] | undefined) | null {
  if (predicate[0] !== "op") return null;
  const [, sign, left, right] = predicate;
  if (sign === "and" && !usesPlace(right)) {
    const quick = lookedUp(name, left);
    const rest = filtering(right);
    return quick && ((from, context) => {
      const found = quick(from, context);
      return found && rest(found, context);
    });
  }
  if (sign !== "=") return null;
  const [column, value] = isColumn(left) ? [left, right] : [right, left];
  if (!isColumn(column) || !isSteady(value)) return null;
  const wanted = prepare(value);
  return (from, context) => {
    if (!from.having) return undefined;
    const given = wanted(context);
    if (typeof given !== "string" && !isNodes(given)) return undefined;
    const found = texts(given, context.now.offset).map((text) => from.having?.(name, column[2], text) ?? null);
    if (found.includes(null)) return undefined;
    return found.length === 1 ? (found[0] ?? NONE) : together(found.flatMap((each) => each ?? NONE));
  };
}

function isColumn(tree: Expr): tree is readonly ["rel", number, string] {
  return tree[0] === "rel" && tree[1] === 0 && !tree[2].includes("/");
}

/** Whether it reads nothing of the node that is tested. */
function isSteady(tree: Expr): boolean {
  if (tree[0] === "lit" || tree[0] === "path" || tree[0] === "all" || tree[0] === "cur") return true;
  return tree[0] === "fn" && STEADY.has(tree[1]) && (tree.slice(2) as unknown as Expr[]).every(isSteady);
}

const STEADY = new Set(["string", "concat", "coalesce", "selected-at", "normalize-space", "translate", "substr"]);

function usesPlace(tree: Expr): boolean {
  if (tree[0] === "fn" && (tree[1] === "position" || tree[1] === "last")) return true;
  if (tree[0] === "lit" && typeof tree[1] === "number") return true;
  return tree.slice(1).some((part) => Array.isArray(part) && usesPlace(part as unknown as Expr));
}

/** The context of an expression that belongs to `spot`. */
export function contextOf(world: World, spot: Spot, language: string | null = null): Context {
  return { world, spot, position: 1, size: 1, current: spot, now: world.now(true), language };
}

/** The text of a document's value; '' for what a document can't hold. */
export function asStored(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? plain(value) : "";
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string").join(" ");
  return "";
}

/**
 * The value of `expr` over a flat document; `self` is what `.` means. `now`: a `Date`, or ISO 8601 with an offset (see
 * `momentOf`).
 */
export function evaluate(expr: Expr, document: Answers, self: unknown, now: Date | string): Exclude<Result, readonly Spot[]> {
  const moment = momentOf(now);
  const loose = (value: unknown): Spot => new Leaf("", null, asStored(value));
  const top = loose(null);
  const world: World = {
    top,
    now: () => moment,
    today: () => Math.floor(dayOf(moment).days),
    random: () => 0,
    at: (path) => loose(Object.hasOwn(document, path) ? document[path] : null),
    instance: () => null,
    choiceName: () => "",
    words: () => "",
  };
  const given = prepare(expr)(contextOf(world, loose(self)));
  return isNodes(given) ? asText(given, moment.offset) : given;
}
