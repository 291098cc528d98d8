/** What follows from the answers: what is shown, what is asked for, what is wrong, how far it is. */
import type { CompiledForm } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import { evaluate, isEmpty, relevantPaths, validate } from "../../../../forms";
import { changedPaths, questions, submission } from "../../../data/values";
import { localized } from "../../../i18n";

export interface FormState {
  readonly shown: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  /** path → what is wrong, for every shown question, in the form's order. */
  readonly wrong: ReadonlyMap<string, string>;
  readonly answered: number;
  readonly asked: number;
  /** What would be sent. */
  readonly submission: Values;
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "number" && value !== 0) || (typeof value === "string" && value !== "");
}

/**
 * `base`: the values that an edit of a record was begun on; null for a new record. An answer that was right when it was
 * written isn't refused because time went by (the server asks in the same way).
 */
export function formState(form: CompiledForm, values: Values, now: Date, base: Values | null): FormState {
  const sent = submission(form, values, now);
  const changed = base ? { changed: changedPaths(form, base, sent) } : {};
  const shown = relevantPaths(form, sent, now);
  const asked = questions(form).filter((node) => shown.has(node.path));
  const required = asked.filter((node) => node.required && isTrue(evaluate(node.required, sent, null, now)));
  return {
    shown,
    required: new Set(required.map((node) => node.path)),
    wrong: new Map(validate(form, sent, now, changed).map((violation) => [violation.path, localized(violation.message)])),
    answered: asked.filter((node) => !isEmpty(sent[node.path])).length,
    asked: asked.length,
    submission: sent,
  };
}
