/** What follows from the answers: what is shown, what is asked for, what is wrong, how far it is. */
import type { CompiledForm } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import { evaluate, isEmpty, relevantPaths, validate } from "../../../../forms";
import { questions, submission } from "../../../data/values";
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

export function formState(form: CompiledForm, values: Values, now: Date): FormState {
  const sent = submission(form, values, now);
  const shown = relevantPaths(form, sent, now);
  const asked = questions(form).filter((node) => shown.has(node.path));
  const required = asked.filter((node) => node.required && isTrue(evaluate(node.required, sent, null, now)));
  return {
    shown,
    required: new Set(required.map((node) => node.path)),
    wrong: new Map(validate(form, sent, now).map((violation) => [violation.path, localized(violation.message)])),
    answered: asked.filter((node) => !isEmpty(sent[node.path])).length,
    asked: asked.length,
    submission: sent,
  };
}
