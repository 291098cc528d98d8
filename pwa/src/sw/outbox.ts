/** Background Sync: the worker lands what waits, by the same loop as the page, when no page is open to do it. */

import { profiles } from "../store/profiles";
import { syncOnce } from "../sync/loop";

/** Rejects while something is left that a later try may bring through: the browser then tries again by itself. */
export async function landOutboxes(): Promise<void> {
  let left = false;
  for (const { device } of await profiles()) {
    left = (await syncOnce(device)).again || left;
  }
  if (left) throw new Error("something is left in the outbox");
}
