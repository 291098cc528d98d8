/**
 * A record that came back with remarks on single questions. Pure.
 *
 * 1. Only the questions with a remark are open; what was asked besides stands as it is and can be read.
 * 2. What a change of theirs brings up newly is open, and so is what it makes wrong: nobody is shut in.
 */
import type { Shown } from "../../../../forms";
import type { Notes } from "../../../data/notes";

export class Reopened {
  private readonly closed = new Set<string>();
  private readonly known = new WeakMap<Shown, Shown>();

  constructor(
    private readonly notes: Notes,
    before: readonly Shown[],
  ) {
    const close = (shown: readonly Shown[]): void => {
      for (const each of shown) {
        if (!(each.path in notes)) this.closed.add(each.path);
        close(each.children ?? []);
        for (const item of each.items ?? []) close(item.children);
      }
    };
    close(before);
  }

  /** What is shown, with what is closed read-only. What didn't change keeps its identity. */
  over(view: readonly Shown[]): readonly Shown[] {
    return view.map((shown) => this.marked(shown));
  }

  private marked(shown: Shown): Shown {
    const before = this.known.get(shown);
    if (before) return before;
    const { children, items, path, violation } = shown;
    const marked: Shown = {
      ...shown,
      readonly: shown.readonly || (this.closed.has(path) && !violation),
      ...(children && { children: this.over(children) }),
      ...(items && { items: items.map((item) => ({ ...item, children: this.over(item.children) })) }),
      ...(items && this.closed.has(path) && { canAdd: false, canRemove: false }),
      ...(path in this.notes && { remark: this.notes[path] ?? "" }),
    };
    this.known.set(shown, marked);
    return marked;
  }
}

/** The path of the first question with a remark, in the form's order. */
export function firstMarked(view: readonly Shown[]): string | undefined {
  for (const { path, remark, children = [], items = [] } of view) {
    const found = remark ? path : firstMarked([...children, ...items.flatMap((item) => item.children)]);
    if (found !== undefined) return found;
  }
  return undefined;
}
