/** One sync at a time for a profile, whatever tabs and workers there are. */

import type { SyncStore } from "../store/contract";

/** Longer than any single request may take; renewed before each. */
const LEASE = 120_000;
const WAIT = 2_000;

/** Runs `work` alone: by Web Locks, which the browser frees when a page dies; else by a lease in the store. */
export async function alone<Result>(store: SyncStore, work: (renew: () => Promise<void>) => Promise<Result>): Promise<Result> {
  if (typeof navigator !== "undefined" && "locks" in navigator) {
    return navigator.locks.request(`ben-sync-${store.device}`, () => work(() => Promise.resolve()));
  }
  const owner = `${Date.now()}-${Math.random()}`;
  while (!(await store.lease(owner, LEASE))) await pause(WAIT);
  try {
    return await work(async () => {
      await store.lease(owner, LEASE);
    });
  } finally {
    await store.lease(owner, 0);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
