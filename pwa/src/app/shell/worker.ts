/** The page's side of the service worker: is a new version waiting, and the person's yes to it. */
import { effect, signal } from "@preact/signals";
import { groupsFor, registerWorker, type WorkerBridge } from "../../shared/bridge";
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
    if (open) bridge.value?.warm(groupsFor(open.profile));
  });
}

/** Only a person's yes gets here: the page is loaded again with the new version. Drafts are on the disk already. */
export function acceptUpdate(): void {
  bridge.peek()?.acceptUpdate();
}
