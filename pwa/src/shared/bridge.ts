/** The page's one bridge to the service worker. */

import type { FileGroup, FromWorker, ToWorker } from "./messages";
import { hasRight } from "./profile";
import type { ProfileInfo } from "./profile";

export interface WorkerBridge {
  /** A new version of the app is here and waits for the person's yes. */
  readonly updateWaiting: () => boolean;
  /** The person said yes: the new version takes over and the page is loaded again. */
  acceptUpdate(): void;
  /** Keeps these files for offline use, now and in each later version: what this person's role and language need. */
  warm(groups: readonly FileGroup[]): void;
  checkForUpdate(): Promise<void>;
  readonly registration: ServiceWorkerRegistration;
}

export interface WorkerCallbacks {
  /** Called when a new version begins to wait (and at once if it already does). */
  readonly onUpdate: () => void;
}

/** Registers /sw.js. Null where there are no service workers (an old browser, a private window). */
export async function registerWorker(callbacks: WorkerCallbacks): Promise<WorkerBridge | null> {
  if (!("serviceWorker" in navigator)) return null;
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    watchUpdates(registration, callbacks);
    watchNavigation();
    return bridge(registration);
  } catch {
    return null; // The app works without; it just can't start offline.
  }
}

function bridge(registration: ServiceWorkerRegistration): WorkerBridge {
  return {
    registration,
    updateWaiting: () => registration.waiting !== null,
    acceptUpdate: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage({ type: "SKIP_WAITING" } satisfies ToWorker);
    },
    warm: (groups) => {
      void navigator.serviceWorker.ready.then((ready) =>
        ready.active?.postMessage({ type: "WARM", groups } satisfies ToWorker),
      );
    },
    checkForUpdate: async () => {
      try {
        await registration.update();
      } catch {
        // Offline: the next start looks again.
      }
    },
  };
}

function watchUpdates(registration: ServiceWorkerRegistration, callbacks: WorkerCallbacks): void {
  const announce = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) callbacks.onUpdate();
  };
  announce();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", announce);
  });
}

/** A click on a notification, in a browser where the worker can't navigate the page itself. */
function watchNavigation(): void {
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<FromWorker | undefined>) => {
    const message = event.data;
    if (message?.type !== "NAVIGATE") return;
    const target = new URL(message.url, location.href);
    if (target.origin === location.origin) location.hash = target.hash;
  });
}

/**
 * What this person's app must have on the phone beside the volunteer's, to work without network: the screens of their
 * roles, and every language, since a language is chosen where there is no network too.
 */
export function groupsFor(profile: ProfileInfo): FileGroup[] {
  const groups: FileGroup[] = [];
  if (hasRight(profile, "review")) groups.push("supervisor");
  if (hasRight(profile, "office") || hasRight(profile, "people") || hasRight(profile, "export") || hasRight(profile, "commend")) groups.push("office");
  return [...groups, "english", "khmer"];
}
