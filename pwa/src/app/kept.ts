/**
 * What the server says now; without a network what it said last, and when. For pages that are only read. What the server
 * refuses to say any more is forgotten here too.
 */
import { useEffect, useState } from "preact/hooks";
import { api } from "../shared/api";
import { ProblemError } from "../shared/problem";
import { recall, remember } from "./remembered";
import { here } from "./session";

interface Kept<Found> {
  readonly at: string;
  readonly found: Found;
}

export interface Asking<Found> {
  /** Asks again by itself, also when the network is back: for a screen that nobody touches. */
  readonly minutes?: number;
  /** What of an answer stays on the phone; left out: all of it. */
  readonly keep?: (found: Found) => Found;
  /** Whether there is all that the page reads: an older app may have kept less. */
  readonly isWhole?: (found: Found) => boolean;
}

export interface Asked<Found> {
  readonly found: Found | null;
  /** When the server said so. */
  readonly at: string | null;
  /** Why it can't be asked just now: what is found is old. */
  readonly failure: unknown;
  /** Since when it can't be asked; null while it can. */
  readonly silent: string | null;
  readonly ask: () => Promise<void>;
  /** Another answer of the server's, to something that was changed. */
  readonly take: (found: Found) => void;
}

/** 404: not mine to see (any more). Whoever has to sign in again may still read what they read before. */
const GONE = 404;

/** `path`: what is asked for; null: nothing yet. */
export function useKept<Found>(path: string | null, { minutes, keep, isWhole }: Asking<Found> = {}): Asked<Found> {
  const { profile, store } = here();
  const key = `ben-${profile.device}-kept-${path}`;
  const read = (): Kept<Found> | null => {
    const last = JSON.parse(recall(key) || "null") as Kept<Found> | null;
    return last && (isWhole?.(last.found) ?? true) ? last : null;
  };
  const [kept, setKept] = useState(read);
  const [failed, setFailed] = useState<{ failure: unknown; since: string } | null>(null);
  const take = (found: Found): void => {
    const at = store.now().toISOString();
    remember(key, JSON.stringify({ at, found: keep?.(found) ?? found }));
    setKept({ at, found });
    setFailed(null);
  };
  const fail = (failure: unknown): void => {
    setFailed((before) => ({ failure, since: before?.since ?? store.now().toISOString() }));
    if (!(failure instanceof ProblemError) || failure.status !== GONE) return;
    remember(key, "");
    setKept(null);
  };
  const ask = async (): Promise<void> => {
    if (path !== null) await api<Found>("GET", path, undefined, profile.device).then(take, fail);
  };
  useEffect(() => {
    setKept(read());
    void ask();
    if (minutes === undefined) return;
    const again = () => void ask();
    const timer = setInterval(again, minutes * 60_000);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  }, [key]);
  return { found: kept?.found ?? null, at: kept?.at ?? null, failure: failed?.failure ?? null, silent: failed?.since ?? null, ask, take };
}

/** Forgets what was kept for a profile, and what was typed and not saved with it. */
export function forgetKept(device: number): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`ben-${device}-`)) localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
