/** How a form wants a question to look: the words of its appearance. */
import type { FormNode } from "../../../../shared/form";

/** Whether the node's appearance has this word. */
export function looks(node: FormNode, word: string): boolean {
  return node.appearance?.split(" ").includes(word) ?? false;
}

/** The number in `columns-4`; null without one. */
export function columnsOf(node: FormNode): number | null {
  const found = /(?:^| )columns-(\d{1,2})(?: |$)/.exec(node.appearance ?? "");
  return found ? Math.max(1, Number(found[1])) : null;
}

/** Lists longer than this are searched. */
export const LONG = 20;
