/** What becomes an answer in a moment (a picture being made smaller, the last stroke of a signature): waited for before sending. */
import { holdTurn } from "../filling";

interface Work {
  readonly done: Promise<unknown>;
  /** Ends it now. */
  readonly hurry?: () => void;
}

const under = new Set<Work>();
holdTurn(() => under.size === 0);

export function working(done: Promise<unknown>, hurry?: () => void): void {
  const work: Work = { done, hurry };
  under.add(work);
  void done.catch(() => undefined).finally(() => under.delete(work));
}

/** Resolves when nothing is under way any more. */
export async function settled(): Promise<void> {
  while (under.size > 0) {
    for (const work of under) work.hurry?.();
    await Promise.allSettled([...under].map((work) => work.done));
  }
}
