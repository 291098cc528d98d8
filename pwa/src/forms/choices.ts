/** The choices of a question as they are now: those written at it, or of the nodes that its item set finds. */

import { contextOf, prepare, prepareNodes } from "./evaluate";
import type { Question, Record } from "./record";
import { asText, type Spot } from "./results";
import type { Expression, FormText, ItemSet, Media } from "../shared/form";
import { ranksOf, type Ranks } from "./values";

export interface ShownChoice {
  readonly v: string;
  readonly label: FormText;
  readonly media?: Media;
}

export interface Choices {
  readonly shown: readonly ShownChoice[];
  /** Places in the order in which answers are kept. */
  readonly ranks: Ranks;
}

/** What rows of lists are as choices: they never change. */
const known = new WeakMap<ItemSet, WeakMap<Spot, ShownChoice>>();

export function choicesOf(question: Question, before: Choices): Choices {
  const { node } = question;
  if (!node.items) return { shown: node.choices ?? [], ranks: ranksOf(node) };
  const items = node.items;
  const shown = spotsOf(question, items.from).map((spot) => choiceOf(question, items, spot));
  const isSame = shown.length === before.shown.length && shown.every((choice, place) => choice === before.shown[place]);
  return isSame ? before : { shown, ranks: new Map(settled(question, items, shown).map((choice, place) => [choice.v, place])) };
}

function spotsOf(question: Question, from: Expression): readonly Spot[] {
  return prepareNodes(from)(contextOf(question.record, question));
}

/** Answers are kept in the order of the list, in whatever order the choices are shown. */
function settled(question: Question, items: ItemSet, shown: readonly ShownChoice[]): readonly ShownChoice[] {
  const { from } = items;
  if (from[0] !== "fn" || from[1] !== "randomize") return shown;
  return spotsOf(question, from[2] as Expression).map((spot) => choiceOf(question, items, spot));
}

function choiceOf(question: Question, items: ItemSet, spot: Spot): ShownChoice {
  const isOfList = spot.place !== undefined;
  let cache = known.get(items);
  if (!cache) known.set(items, (cache = new WeakMap()));
  const found = isOfList ? cache.get(spot) : undefined;
  if (found) return found;
  const choice = made(question.record, items, spot);
  if (isOfList) cache.set(spot, choice);
  return choice;
}

function made(record: Record, items: ItemSet, spot: Spot): ShownChoice {
  const context = contextOf(record, spot);
  const offset = context.now.offset;
  const v = asText(prepare(items.value)(context), offset);
  const { label } = items;
  if (!label) return { v, label: everywhere(record, () => v) };
  if (label[0] === "fn" && label[1] === "jr:itext") {
    const id = asText(prepare(label[2] as Expression)(context), offset);
    const media = record.form.texts?.[id]?.media;
    return { v, label: everywhere(record, (language) => record.words(id, language) || v), ...(media && { media }) };
  }
  const text = asText(prepare(label)(context), offset) || v;
  return { v, label: everywhere(record, () => text) };
}

function everywhere(record: Record, words: (language: string) => string): FormText {
  return Object.fromEntries(record.form.languages.map((language) => [language, words(language)])) as FormText;
}
