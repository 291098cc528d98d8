/** The page's side of the service worker: is a new version waiting, and the person's yes to it. */
import { effect, signal } from "@preact/signals";
import { groupsFor, registerWorker, type WorkerBridge } from "../../shared/bridge";
import { asksForMedia } from "../media";
import type { Store } from "../../store";
import { session, syncStatus } from "../session";
import { token } from "./token";

export const updateReady = signal(false);
export const bridge = signal<WorkerBridge | null>(null);
const workers = "serviceWorker" in navigator ? navigator.serviceWorker : null;
/** Whether all of the app is on this phone; where the browser keeps none of it, there is nothing to wait for. */
export const kept = signal(!workers || workers.controller !== null);

/** How long until a worker is tried again that could not be had, in milliseconds. */
const AGAIN = 15_000;

export async function watchWorker(): Promise<void> {
  while (!(await haveWorker())) await new Promise((resolve) => setTimeout(resolve, AGAIN));
  effect(() => {
    const open = session.value;
    if (!open) return;
    const to = bridge.value;
    to?.warm(groupsFor(open.profile));
    if (to) return warmMedia(open.store, () => to.warm(["media"]));
    return undefined;
  });
}

/** Registers the worker and waits until it has all its files. False: not all of them could be had. */
async function haveWorker(): Promise<boolean> {
  if (!kept.peek()) await formsFirst();
  bridge.value = await registerWorker({
    onUpdate: () => {
      updateReady.value = true;
    },
  });
  kept.value = !workers || (bridge.value !== null && (await isActive(bridge.value.registration)));
  return kept.value;
}

/** At the first start the link and the forms come first, and then the files that keep the app going without network. */
function formsFirst(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const open = session.value;
      if (open ? syncStatus.value.last === null : open === undefined || token.value !== null) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

function isActive({ active, installing, waiting }: ServiceWorkerRegistration): Promise<boolean> {
  const fresh = installing ?? waiting;
  if (active || !fresh) return Promise.resolve(active !== null);
  return new Promise((resolve) => {
    fresh.addEventListener("statechange", () => {
      if (fresh.state === "activated" || fresh.state === "redundant") resolve(fresh.state === "activated");
    });
  });
}

/** A phone that has a form with photos in it must be able to take them without network. Gives the way to stop looking. */
function warmMedia(store: Store, warm: () => void): () => void {
  const look = async (): Promise<void> => {
    const forms = await store.documents("form");
    if (!forms.some((form) => asksForMedia(form.compiled.nodes))) return;
    stop();
    warm();
  };
  const stop = store.subscribe((changes) => {
    if (changes.has("documents")) void look().catch(() => undefined);
  });
  void look().catch(() => undefined);
  return stop;
}

/** Only a person's yes gets here: the page is loaded again with the new version. Drafts are on the disk already. */
export function acceptUpdate(): void {
  bridge.peek()?.acceptUpdate();
}
