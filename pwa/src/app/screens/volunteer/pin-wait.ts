/** How long somebody who has tried wrong PINs waits, as it runs down. */
import { useEffect, useState } from "preact/hooks";

/** Seconds until the moment given; 0 when it is over. */
export function useWait(until: number): number {
  const left = (): number => Math.max(0, Math.ceil((until - Date.now()) / 1_000));
  const [wait, setWait] = useState(left);
  useEffect(() => {
    setWait(left());
    const timer = setInterval(() => setWait(left()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return wait;
}

/** 1:05 */
export function makeWait(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
