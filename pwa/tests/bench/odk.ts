/** ODK's headless engine under the light screen. */

import type { OdkEngine, OdkNode } from "../oracle/engine";
import { isLeaf } from "../oracle/engine";
import { answerOf, show, type Contestant } from "./page";

let root: OdkNode | null = null;

function questions(node: OdkNode): OdkNode[] {
  return (node.currentState.children ?? []).flatMap((child) => {
    if (!isLeaf(child)) return questions(child);
    return child.nodeType === "model-value" || !child.currentState.relevant ? [] : [child];
  });
}

function put(node: OdkNode | undefined): void {
  if (node === undefined) return;
  const state = node.currentState;
  show({
    key: state.reference,
    label: state.label?.asString ?? "",
    value: state.instanceValue ?? "",
    wrong: node.validationState.violation?.condition ?? "",
    choices: (state.valueOptions ?? []).map((option) => [option.value, option.label.asString]),
  });
}

const contestant: Contestant = {
  async open() {
    const [engine, answer] = await Promise.all([import("@getodk/xforms-engine"), fetch("form.xml")]);
    const loaded = await (engine as unknown as OdkEngine).loadForm(await answer.text(), {});
    root = loaded.createInstance({}).root;
    put(questions(root)[0]);
  },
  questions: () => (root === null ? 0 : questions(root).length),
  answer(index) {
    if (root === null) return;
    const node = questions(root)[index];
    if (node === undefined) return;
    const text = answerOf(index, node.valueType ?? "", (node.currentState.valueOptions ?? []).map((option) => option.value));
    if (node.nodeType === "select") node.selectValues([text]);
    else node.setValue(text);
    const after = questions(root);
    put(after[index]);
    put(after[index + 1]);
  },
  wrong: () => (root === null ? 0 : questions(root).filter((node) => node.validationState.violation != null).length),
};

window.contestant = contestant;
