/** How many messages the person has not looked at on this phone. A convenience, so it lives in localStorage. */
import { computed, signal } from "@preact/signals";
import type { MessageDocument } from "../../shared/protocol";
import { recall, remember } from "../remembered";
import { onSession, session } from "../session";

const messages = signal<readonly MessageDocument[]>([]);
const seen = signal<string>("");

function place(): string {
  return `ben-seen-${session.peek()?.profile.device ?? 0}`;
}

export const unread = computed(() => messages.value.filter((message) => message.at > seen.value).length);

/** Everything that is there now has been looked at. */
export function markSeen(): void {
  const latest = messages.peek().reduce((last, message) => (message.at > last ? message.at : last), "");
  if (!latest) return;
  seen.value = latest;
  remember(place(), latest);
}

let stop: (() => void) | null = null;

onSession((open) => {
  stop?.();
  stop = null;
  messages.value = [];
  if (!open) return;
  seen.value = recall(place()) ?? "";
  const look = () => {
    open.store.documents("message").then(
      (found) => {
        messages.value = found;
      },
      () => undefined, // The list itself says it when the store can't be read.
    );
  };
  look();
  stop = open.store.subscribe((changes) => {
    if (changes.has("documents")) look();
  });
});
