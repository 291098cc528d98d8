/** Reading from the store in a component: first answer, then again after every committed change, whoever made it. */
import { useEffect, useState } from "preact/hooks";
import type { Change, Store } from "../store";
import { here } from "./session";

/** undefined while the first answer is on its way. `parts`: which changes matter; all of them by default. */
export function useLive<T>(load: (store: Store) => Promise<T>, inputs: readonly unknown[] = [], parts?: readonly Change[]): T | undefined {
  const [found, setFound] = useState<T | undefined>(undefined);
  const [failure, setFailure] = useState<Error | null>(null);
  const { store } = here();
  useEffect(() => {
    let current = true;
    let looking = false;
    let again = false;
    // One look at a time, each shown: while thousands of records arrive page by page, a screen is never left without.
    const look = () => {
      again = looking;
      if (looking) return;
      looking = true;
      load(store)
        .then(
          (value) => {
            if (current) setFound(() => value);
          },
          (error: unknown) => {
            if (current) setFailure(error instanceof Error ? error : new Error(String(error)));
          },
        )
        .finally(() => {
          looking = false;
          if (again && current) look();
        });
    };
    look();
    const stop = store.subscribe((changes) => {
      if (!parts || parts.some((part) => changes.has(part))) look();
    });
    return () => {
      current = false;
      stop();
    };
  }, [store, ...inputs]);
  if (failure) throw failure;
  return found;
}
