/**
 * Whether a document fits its form, now: the same answer as the server's (`server/forms/rules.py`, whose rules stand
 * there); both run the vectors in tests/vectors/forms/. Never throws, whatever the document holds.
 */

import { holds } from "./evaluate";
import { MESSAGES } from "./messages";
import { inZone, ZONE, type Moment } from "./moments";
import type { CompiledForm, Expression as Expr, FormNode } from "../shared/form";
import type { Localized } from "../shared/language";
import type { Answers, Violation, ViolationKind } from "./types";
import { fault, isEmpty } from "./values";

export interface Options {
  /** Where local time is counted; the campaign's. */
  zone?: string;
  /** Given, constraints of other questions are asked only where they read one of these. */
  changed?: ReadonlySet<string>;
}

/** Every node of a form in its order, groups before what they hold. */
export function walk(nodes: readonly FormNode[]): FormNode[] {
  return nodes.flatMap((node) => [node, ...walk(node.children ?? [])]);
}

/** The paths of the nodes (groups and notes too) that are shown for this document at this moment. */
export function relevantPaths(form: CompiledForm, document: Answers, now: Date | string, zone = ZONE): Set<string> {
  const nodes = walk(form.nodes);
  return shownPaths(nodes, sort(nodes, document).sound, inZone(now, zone));
}

/** What is wrong with `document`, in the form's order; [] when nothing is. */
export function validate(
  form: CompiledForm,
  document: Answers,
  now: Date | string,
  options: Options = {},
): Violation[] {
  const nodes = walk(form.nodes);
  const local = inZone(now, options.zone);
  const { sound, found } = sort(nodes, document);
  const shown = shownPaths(nodes, sound, local);
  const values = only(sound, shown);
  for (const node of nodes) {
    if (node.pos === undefined || !shown.has(node.path) || found.has(node.path)) continue;
    const kind = asked(node, values, local, options.changed);
    if (kind !== null) found.set(node.path, kind);
  }
  const violations = nodes.flatMap((node) => {
    const kind = found.get(node.path);
    return kind === undefined ? [] : [{ path: node.path, kind, message: wordsFor(node, kind) }];
  });
  return [...violations, ...unknown(nodes, document)];
}

/** Values that can be used, and what is wrong with the others. */
function sort(nodes: FormNode[], document: Answers): { sound: Answers; found: Map<string, ViolationKind> } {
  const found = new Map<string, ViolationKind>();
  const sound: [string, unknown][] = [];
  for (const node of nodes) {
    const value = Object.hasOwn(document, node.path) ? document[node.path] : null;
    if (node.pos === undefined || isEmpty(value)) continue;
    const kind = fault(node, value);
    if (kind === null) sound.push([node.path, value]);
    else found.set(node.path, kind);
  }
  return { sound: Object.fromEntries(sound), found };
}

function only(document: Answers, paths: ReadonlySet<string>): Answers {
  return Object.fromEntries(Object.entries(document).filter(([path]) => paths.has(path)));
}

/** Relevance, repeated until it rests: hiding one question empties it for the next. Circles can't be compiled. */
function shownPaths(nodes: FormNode[], values: Answers, now: Moment): Set<string> {
  let shown = new Set(nodes.map((node) => node.path));
  for (let round = 0; round <= nodes.length; round++) {
    const seen = only(values, shown);
    const next = new Set<string>();
    for (const node of nodes) {
      const parent = node.path.slice(0, Math.max(0, node.path.lastIndexOf("/")));
      if (parent !== "" && !next.has(parent)) continue;
      if (node.relevant === undefined || holds(node.relevant, seen, null, now)) next.add(node.path);
    }
    const rests = next.size === shown.size && [...next].every((path) => shown.has(path));
    shown = next;
    if (rests) break;
  }
  return shown;
}

/** What a shown question with a sound value (or none) is missing, or null. */
function asked(
  node: FormNode,
  values: Answers,
  now: Moment,
  changed: ReadonlySet<string> | undefined,
): ViolationKind | null {
  const value = values[node.path];
  if (value === undefined) {
    return node.required !== undefined && holds(node.required, values, null, now) ? "required" : null;
  }
  if (node.constraint === undefined) return null;
  if (changed !== undefined && !changed.has(node.path) && !reads(node.constraint, changed)) return null;
  return holds(node.constraint, values, value, now) ? null : "constraint";
}

/** Whether an expression reads one of `paths`. */
function reads(expr: Expr, paths: ReadonlySet<string>): boolean {
  if (expr[0] === "path") return paths.has(expr[1]);
  return expr.slice(1).some((part) => Array.isArray(part) && reads(part as unknown as Expr, paths));
}

function wordsFor(node: FormNode, kind: ViolationKind): Localized {
  return kind === "constraint" && node.message !== undefined ? node.message : MESSAGES[kind];
}

function unknown(nodes: FormNode[], document: Answers): Violation[] {
  const known = new Set(nodes.filter((node) => node.pos !== undefined).map((node) => node.path));
  const strange = Object.keys(document).filter((path) => !known.has(path) && !isEmpty(document[path]));
  return strange.sort().map((path) => ({ path, kind: "unknown" as const, message: MESSAGES.unknown }));
}
