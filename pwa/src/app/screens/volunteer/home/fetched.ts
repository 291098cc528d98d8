/** A part of a screen that is fetched behind it. */
import { useEffect, useState } from "preact/hooks";

/** Kept beyond the screen, so that it is there at once the next time. */
export interface Part<T> {
  have: T | null;
  readonly fetch: () => Promise<T>;
}

/** Milliseconds. Nobody waits longer, on a link that says nothing. */
const PATIENCE = 3_000;

/** The part, once it is wanted and there; and whether it was waited for in vain, though it may still come. */
export function useFetched<T extends object>(part: Part<T>, wanted: boolean): [T | null, boolean] {
  const [found, setFound] = useState(part.have);
  const [tried, setTried] = useState(false);
  useEffect(() => {
    // Another visit of the screen may have asked for it.
    if (part.have) setFound(part.have);
    if (part.have || !wanted) return undefined;
    const patience = setTimeout(() => setTried(true), PATIENCE);
    part.fetch().then(
      (come) => setFound((part.have = come)),
      () => setTried(true), // Without a network on the first day: the forms are all there is to do.
    );
    return () => clearTimeout(patience);
  }, [wanted]);
  return [found, tried];
}
