/** The page's side of the service worker: is a new version waiting, and the person's yes to it. */
import { effect, signal } from "@preact/signals";
import { groupsFor, registerWorker, type WorkerBridge } from "../../shared/bridge";
import { asksForMedia } from "../media";
import type { Store } from "../../store";
import { session } from "../session";

export const updateReady = signal(false);
export const bridge = signal<WorkerBridge | null>(null);

export async function watchWorker(): Promise<void> {
  bridge.value = await registerWorker({
    onUpdate: () => {
      updateReady.value = true;
    },
  });
  effect(() => {
    const open = session.value;
    if (!open) return;
    const to = bridge.value;
    to?.warm(groupsFor(open.profile));
    if (to) return warmMedia(open.store, () => to.warm(["media"]));
    return undefined;
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
