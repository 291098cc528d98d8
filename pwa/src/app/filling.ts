/**
 * What must not happen under somebody's hands.
 *
 * Rules:
 * - While a form is being filled in, in whatever tab, this phone's number doesn't change.
 * - While something in this page is on no disk yet, nobody else's turn comes in it.
 */

const LOCK = "ben-filling";
const here = new Set<symbol>();

/** From now on, until what it gives is called. */
export function holdNumber(): () => void {
  const held = Symbol(LOCK);
  here.add(held);
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  if ("locks" in navigator) void navigator.locks.request(LOCK, { mode: "shared" }, () => until).catch(() => undefined);
  return () => {
    here.delete(held);
    letGo();
  };
}

/** Does `work` while nobody fills in a form; false: somebody does. */
export async function whileNobodyFills(work: () => Promise<void>): Promise<boolean> {
  if (here.size > 0) return false;
  if (!("locks" in navigator)) return work().then(() => true);
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

/** Tries to keep what is open; gives whether nothing would be lost now. */
type Kept = () => boolean | Promise<boolean>;

const turns = new Set<Kept>();

/** From now on `kept` is asked before the open profile is closed, until what this gives is called. */
export function holdTurn(kept: Kept): () => void {
  turns.add(kept);
  return () => turns.delete(kept);
}

/** Whether closing the open profile now would lose nothing. */
export async function allKept(): Promise<boolean> {
  for (const kept of [...turns]) if (!(await kept())) return false;
  return true;
}
