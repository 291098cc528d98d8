/** Texts of a form with the values in them: `U+FFFC 3 U+FFFC` stands for the value of `out[3]` at the node that the text belongs to. */

import { contextOf, prepare } from "./evaluate";
import type { Group, Question, Repeat } from "./record";
import { asText } from "./results";
import type { Expression, FormText } from "../shared/form";

const MARK = "\uFFFC";
const MARKS = /\uFFFC([0-9]+)\uFFFC/g;

export function hasMarks(text: FormText): boolean {
  return Object.values(text).some((words) => words.includes(MARK));
}

/** The text with the values in it, as they are at a node. */
export function filled(text: FormText, at: Group | Question | Repeat): FormText {
  if (!hasMarks(text)) return text;
  const entries = Object.entries(text).map(([language, words]) => [language, filledIn(words, at, language)]);
  return Object.fromEntries(entries) as FormText;
}

/** The words of one language with the values in them. */
export function filledIn(words: string, at: Group | Question | Repeat, language: string): string {
  const { out = [] } = at.record.form;
  return words.replace(MARKS, (_, place: string) => valueIn(out[Number(place)], at, language));
}

function valueIn(tree: Expression | undefined, at: Group | Question | Repeat, language: string): string {
  if (!tree) return "";
  const context = contextOf(at.record, at, language);
  const given = prepare(tree)(context);
  return Number.isNaN(given) ? "" : asText(given, context.now.offset);
}
