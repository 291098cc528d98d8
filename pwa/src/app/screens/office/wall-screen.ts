/** The screen itself: awake while it is looked at, and full where the browser can. */
import { useEffect, useState } from "preact/hooks";

/** Holds the screen awake while this is shown, also after it was hidden; where the browser can't, nothing happens. */
export function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let left = false;
    const hold = async (): Promise<void> => {
      if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
      try {
        const found = await navigator.wakeLock.request("screen");
        if (left) void found.release();
        else lock = found;
      } catch {
        // The battery is low, or the office's rules say no: the screen then sleeps as it always does.
      }
    };
    const again = () => void hold();
    void hold();
    document.addEventListener("visibilitychange", again);
    return () => {
      left = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
}

export interface FullScreen {
  readonly can: boolean;
  readonly on: boolean;
  readonly turn: () => void;
}

export function useFullScreen(): FullScreen {
  const [on, setOn] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  const turn = (): void => {
    const done = on ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => undefined); // Refused: it stays as it is.
  };
  return { can: document.fullscreenEnabled, on, turn };
}
