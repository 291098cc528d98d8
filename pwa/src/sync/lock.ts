/** One sync (and one upload) at a time for a profile, whatever tabs and workers there are. */

interface Leases {
  readonly device: number;
  lease(owner: string, milliseconds: number, what?: string): Promise<boolean>;
}

/** How long one that died keeps the others waiting. A run says at every sign of the server that it lives. */
const LEASE = 120_000;
const RENEW = 15_000;
const WAIT = 2_000;

/** Runs `work` alone: by Web Locks, which the browser frees when a page dies; else by a lease in the store. */
export async function alone<Result>(
  store: Leases,
  until: AbortSignal | undefined,
  work: (renew: () => void) => Promise<Result>,
  what: "sync" | "photos" = "sync",
): Promise<Result> {
  if (typeof navigator !== "undefined" && "locks" in navigator) {
    const options = until ? { signal: until } : {};
    return navigator.locks.request(`ben-${what}-${store.device}`, options, () => work(() => undefined));
  }
  const owner = `${Date.now()}-${Math.random()}`;
  const name = what === "sync" ? "lease" : `lease-${what}`;
  while (!(await store.lease(owner, LEASE, name))) {
    await pause(WAIT);
    until?.throwIfAborted();
  }
  let renewed = Date.now();
  const renew = (): void => {
    if (Date.now() - renewed < RENEW) return;
    renewed = Date.now();
    void store.lease(owner, LEASE, name).catch(() => undefined);
  };
  try {
    return await work(renew);
  } finally {
    await store.lease(owner, 0, name);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
