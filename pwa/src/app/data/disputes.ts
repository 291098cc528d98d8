/** Questions that a person must decide, each once, with all answers that stand against each other. */
import { isItem } from "../../shared/positions";
import { same } from "../../shared/document";
import type { Value } from "../../shared/protocol";
import type { ConflictView, RecordView } from "../../store";

export interface Answer {
  readonly value: Value | null;
  /** Who typed it, and when; null of what the record says by now, where that is none of the answers in dispute. */
  readonly by: number | null;
  readonly at: string | null;
}

export interface Dispute {
  readonly path: string;
  /** The conflicts that a decision closes. */
  readonly ids: readonly number[];
  readonly base: Value | null;
  readonly answers: readonly Answer[];
  /** Another one as soon as another answer is shown: who has chosen before hasn't seen that. */
  readonly shown: string;
}

/** The open conflicts by question. */
export function disputes(record: RecordView, open: readonly ConflictView[]): Dispute[] {
  return [...new Set(open.map((conflict) => conflict.path))].map((path) => {
    const conflicts = open.filter((conflict) => conflict.path === path);
    const answers: Answer[] = [];
    for (const { value, by, at } of conflicts.flatMap((conflict) => [conflict.head, conflict.theirs])) {
      if (!answers.some((known) => known.by === by && known.at === at && same(known.value, value))) answers.push({ value, by, at });
    }
    const now = record.values[path] ?? null;
    // Of an item it matters whether it is there, not at which place in the order.
    const alike = (value: Value | null) => (isItem(path) ? (value === null) === (now === null) : same(value, now));
    if (!answers.some((answer) => alike(answer.value))) answers.push({ value: now, by: null, at: null });
    const ids = conflicts.map((conflict) => conflict.id);
    return { path, ids, base: conflicts[0]?.base ?? null, answers, shown: JSON.stringify(answers) };
  });
}

/** Everybody who has exactly one answer in each of these: one tap can decide them all for that person. */
export function authorsOfAll(asked: readonly Dispute[]): number[] {
  const authors = asked.map((dispute) => dispute.answers.flatMap((answer) => (answer.by === null ? [] : [answer.by])));
  return [...new Set(authors.flat())].filter((person) => authors.every((each) => each.filter((by) => by === person).length === 1));
}
