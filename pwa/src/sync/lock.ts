/** One sync at a time for a profile, whatever tabs and workers there are. */

import type { SyncStore } from "../store/contract";

/** How long one that died keeps the others waiting. A run says at every sign of the server that it lives. */
const LEASE = 120_000;
const RENEW = 15_000;
const WAIT = 2_000;

/** Runs `work` alone: by Web Locks, which the browser frees when a page dies; else by a lease in the store. */
export async function alone<Result>(
  store: SyncStore,
  until: AbortSignal | undefined,
  work: (renew: () => void) => Promise<Result>,
): Promise<Result> {
  if (typeof navigator !== "undefined" && "locks" in navigator) {
    const options = until ? { signal: until } : {};
    return navigator.locks.request(`ben-sync-${store.device}`, options, () => work(() => undefined));
  }
  const owner = `${Date.now()}-${Math.random()}`;
  while (!(await store.lease(owner, LEASE))) await pause(WAIT);
  let renewed = Date.now();
  const renew = (): void => {
    if (Date.now() - renewed < RENEW) return;
    renewed = Date.now();
    void store.lease(owner, LEASE).catch(() => undefined);
  };
  try {
    return await work(renew);
  } finally {
    await store.lease(owner, 0);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
