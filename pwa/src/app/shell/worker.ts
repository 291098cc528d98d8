/** The page's side of the service worker: is a new version waiting, and the person's yes to it. */
import { signal } from "@preact/signals";
import { registerWorker, type WorkerBridge } from "../../shared/bridge";

export const updateReady = signal(false);
export const bridge = signal<WorkerBridge | null>(null);

export async function watchWorker(): Promise<void> {
  bridge.value = await registerWorker({
    onUpdate: () => {
      updateReady.value = true;
    },
  });
}

/** Only a person's yes gets here: the page is loaded again with the new version. Drafts are on the disk already. */
export function acceptUpdate(): void {
  bridge.peek()?.acceptUpdate();
}
