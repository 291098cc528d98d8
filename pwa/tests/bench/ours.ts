/** Our runtime under the light screen. */

import type { Session, Shown } from "../../src/forms";
import type { CompiledForm } from "../../src/shared/form";
import { answerOf, show, type Contestant } from "./page";

let session: Session | null = null;

/** The questions on the screen; groups are walked through. */
function questions(view: readonly Shown[]): Shown[] {
  return view.flatMap((shown) => {
    if (shown.node.t === "group") return questions(shown.children ?? []);
    if (shown.node.t === "repeat") return (shown.items ?? []).flatMap((item) => questions(item.children));
    return [shown];
  });
}

function put(shown: Shown | undefined): void {
  if (shown === undefined) return;
  const words = (text: unknown): string => Object.values((text ?? {}) as Record<string, string>)[0] ?? "";
  show({
    key: shown.path,
    label: words(shown.label),
    value: String(shown.value ?? ""),
    wrong: words(shown.violation?.message),
    choices: (shown.choices ?? []).map((choice) => [choice.v, words(choice.label)]),
  });
}

const contestant: Contestant = {
  async open() {
    const [runtime, answer] = await Promise.all([import("../../src/forms/session"), fetch("form.json")]);
    const form = (await answer.json()) as CompiledForm;
    let items = 0;
    session = runtime.Session.begin(form, { now: () => new Date(), newItem: () => `1-${++items}`, random: Math.random });
    put(questions(session.view())[0]);
  },
  questions: () => (session === null ? 0 : questions(session.view()).length),
  answer(index) {
    if (session === null) return;
    const shown = questions(session.view())[index];
    if (shown === undefined) return;
    const text = answerOf(index, shown.node.t, (shown.choices ?? []).map((choice) => choice.v));
    const number = shown.node.t === "integer" || shown.node.t === "decimal";
    session.answer(shown.path, shown.node.t === "select" ? [text] : number ? Number(text) : text);
    const view = questions(session.view());
    put(view[index]);
    put(view[index + 1]);
  },
  wrong: () => (session === null ? 0 : session.violations().length),
};

window.contestant = contestant;
