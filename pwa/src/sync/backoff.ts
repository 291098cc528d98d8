/** How long to wait before trying again: doubling, with jitter, so that a server that comes back isn't stormed. */

const FIRST = 4_000;
const LONGEST = 15 * 60_000;

/** Milliseconds before the next try after `failures` in a row; `random` in [0, 1). */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 20));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
