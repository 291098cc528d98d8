/** What is wrong with an answer: its shape, that it is missing, or that a constraint refuses it. */

import { Cell } from "./cells";
import { asBoolean } from "./results";
import { contextOf, prepare } from "./evaluate";
import { MESSAGES } from "./messages";
import { Question, Repeat } from "./record";
import type { FormNode } from "../shared/form";
import type { Localized } from "../shared/language";
import type { ViolationKind } from "./types";

const verdicts = new WeakMap<Question, Cell<ViolationKind | null>>();
const constraints = new WeakMap<Question, Cell<boolean>>();

/** What kind of violation a question's answer is now, or null. What is hidden is asked nothing. */
export function violationOf(question: Question): ViolationKind | null {
  let verdict = verdicts.get(question);
  if (!verdict) {
    verdict = new Cell<ViolationKind | null>(null, () => judged(question));
    verdicts.set(question, verdict);
  }
  return verdict.get();
}

function judged(question: Question): ViolationKind | null {
  const { node } = question;
  if (!question.relevant()) return null;
  const { value, kind } = question.answer();
  if (kind === "choice" && node.items) return isTouched(question, question.choiceReads()) ? kind : null;
  if (kind !== null) return kind;
  if (value === null) return node.required && question.holds(node.required) ? "required" : null;
  return node.constraint && refuses(question) ? "constraint" : null;
}

/** Whether the constraint refuses the answer, and that has to do with something that was changed. */
function refuses(question: Question): boolean {
  let constraint = constraints.get(question);
  if (!constraint) {
    const run = prepare(question.node.constraint ?? ["lit", true]);
    constraint = new Cell<boolean>(true, () => asBoolean(run(contextOf(question.record, question))));
    constraints.set(question, constraint);
  }
  if (constraint.get()) return false;
  return isTouched(question, constraint.reads());
}

/** Whether an answer, or something that was read to look at it, was changed. */
function isTouched(question: Question, reads: readonly unknown[]): boolean {
  const { changed } = question.record.outside;
  if (changed === null || changed(question)) return true;
  return reads.some((place) => (place instanceof Question || place instanceof Repeat) && changed(place));
}

/** The words for it: the form's own where it has some. */
export function wordsFor(node: FormNode | null, kind: ViolationKind): Localized {
  if (kind === "constraint" && node?.message) return node.message;
  if (kind === "required" && node?.requiredMessage) return node.requiredMessage;
  return MESSAGES[kind];
}
