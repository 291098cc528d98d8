/**
 * Whether a document fits its form, now: the same answer as the server's (`server/forms/rules.py`); both run the vectors in
 * tests/vectors/. Never throws, whatever the document holds.
 */

import { MESSAGES } from "./messages";
import { inZone, ZONE } from "./moments";
import { isEmpty } from "./empty";
import { isRepeatable, planOf } from "./plan";
import { countOf, everything, Group, isSame, Question, Record, Repeat } from "./record";
import { filled } from "./texts";
import type { CompiledForm, FormNode } from "../shared/form";
import type { Answers, Violation, ViolationKind } from "./types";
import { LARGEST_INTEGER } from "./values";
import { violationOf, wordsFor } from "./violations";

export interface Options {
  /** Where local time is counted; the campaign's. */
  zone?: string;
  /** Given, constraints of other questions are asked only where they read one of these. */
  changed?: ReadonlySet<string>;
}

function recordOf(form: CompiledForm, document: Answers, now: Date | string, { zone = ZONE, changed }: Options): Record {
  const isChanged = changed && ((place: Question | Repeat) => touches(place, changed));
  const record = new Record(form, { random: () => 0, live: false, anew: true, changed: isChanged ?? null }, inZone(now, zone));
  record.fill(document);
  return record;
}

/** An answer that was changed, or a repeat that got or lost an item. */
function touches(place: Question | Repeat, changed: ReadonlySet<string>): boolean {
  if (place instanceof Question) return changed.has(place.path);
  const start = `${place.path}/`;
  return [...changed].some((path) => path.startsWith(start) && !path.slice(start.length).includes("/"));
}

/** Whether a choice is in a list that depends on other answers is asked with what depends on others (violations.ts). */
function faultOf(place: Question): ViolationKind | null {
  const { kind } = place.answer();
  return kind === "choice" && place.node.items ? null : kind;
}

/** What is wrong with `document`, in the form's order; [] when nothing is. */
export function validate(form: CompiledForm, document: Answers, now: Date | string, options: Options = {}): Violation[] {
  const record = recordOf(form, document, now, options);
  const found: Violation[] = [];
  const add = (place: Question | Group | Repeat, kind: ViolationKind | null): void => {
    if (kind === null) return;
    const node = place instanceof Question ? place.node : null;
    found.push({ path: place.path, kind, message: filled(wordsFor(node, kind), place) });
  };
  const { hidden = [] } = form;
  const silent = new Set(hidden.map((node) => node.path));
  const isNew = options.changed === undefined || Object.keys(document).every((path) => isEmpty(document[path]) || options.changed?.has(path));
  const isChanged = (place: Question | Repeat): boolean => options.changed === undefined || touches(place, options.changed);
  const written = (place: Question): ViolationKind | null => (isChanged(place) && isWrittenOver(place) ? "readonly" : null);
  for (const place of inOrderShown(record.root, form.nodes)) {
    if (place instanceof Question) add(place, faultOf(place) ?? violationOf(place) ?? written(place));
    else if (place instanceof Repeat) add(place, (isNew || isChanged(place)) && isMiscounted(place) ? "count" : null);
    else add(place, faultOfOrder(place.order));
  }
  for (const place of everything(record.root)) {
    if (silent.has(place.plan.path) && place instanceof Question) add(place, place.answer().kind ?? written(place));
    if (silent.has(place.plan.path) && place instanceof Repeat && (isNew || isChanged(place)) && isMiscounted(place)) add(place, "count");
  }
  const strange = [...record.strange.keys()].filter((path) => options.changed?.has(path) ?? true);
  for (const path of strange.sort()) found.push({ path, kind: "unknown", message: MESSAGES.unknown });
  return found;
}

/** Whether a repeat that is shown has another number of items than the form counts, or lets be there. */
function isMiscounted(repeat: Repeat): boolean {
  const { node } = repeat.plan;
  if (!node || !repeat.relevant()) return false;
  if (node.count) {
    const wanted = isRepeatable(node.count) ? countOf(repeat, node.count) : null;
    return wanted !== null && repeat.items.peek().length !== wanted;
  }
  // An item around it may begin with others of its own.
  return node.fixed === true && !repeat.path.includes("-") && repeat.items.peek().length !== (node.start ?? []).length;
}

/** Whether it holds something though nobody writes there and nothing sets it. */
function isWrittenOver(question: Question): boolean {
  const { node } = question;
  const isClosed = node.readonly?.[0] === "lit" && node.readonly[1] === true;
  if (!isClosed || node.calculate || node.set || node.meta || isBegun(question)) return false;
  const { value } = question.answer();
  return value !== null && question.relevant() && !isSame(inOrder(value), inOrder(node.default ?? null));
}

function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])].sort() : value;
}

/** Whether an item around it may begin with an answer there. */
function isBegun({ up }: Question): boolean {
  for (let around: Group | null = up; around; around = around.up) if (around.plan.node?.start) return true;
  return false;
}

/** An item of a repeat holds its place in the order. */
function faultOfOrder(order: unknown): ViolationKind | null {
  return typeof order === "number" && Math.abs(order) <= LARGEST_INTEGER ? null : "type";
}

/** The questions and items under these nodes, as the form shows them. */
function inOrderShown(group: Group, nodes: readonly FormNode[]): (Question | Group | Repeat)[] {
  return nodes.flatMap((node): (Question | Group | Repeat)[] => {
    const part = partOf(group, node);
    if (part instanceof Question) return [part];
    if (part instanceof Repeat) {
      return [part, ...part.items.peek().flatMap((item) => [item, ...inOrderShown(item, node.children ?? [])])];
    }
    return inOrderShown(group, node.children ?? []);
  });
}

/** The part of a group's tree that a node below it is about; null for a group on the screen only. */
export function partOf(group: Group, node: FormNode): Question | Group | Repeat | null {
  const around = planOf(group.record.form).byPath.get(node.path);
  if (!around) return null;
  const below = group.plan.path === "" ? node.path : node.path.slice(group.plan.path.length + 1);
  let at: Question | Group | Repeat | null = group;
  for (const step of below.split("/")) at = at instanceof Group ? (at.part(step) ?? null) : null;
  return at;
}
