/** How many messages the person has not read, on any of their phones: on the bell, and on the app's icon where there is one. */
import { computed, effect, signal } from "@preact/signals";
import type { MessageDocument } from "../../shared/protocol";
import { onSession } from "../session";

const messages = signal<readonly MessageDocument[]>([]);

export const unread = computed(() => messages.value.filter((message) => message.read === undefined && message.withdrawn === undefined).length);

/** Not every browser has it, and one that isn't installed may refuse: the bell says the same. */
function showBadge(): void {
  const count = unread.value;
  if ("setAppBadge" in navigator) void navigator.setAppBadge(count).catch(() => undefined);
}

let stop: (() => void) | null = null;
let badge: (() => void) | null = null;

onSession((open) => {
  stop?.();
  stop = null;
  messages.value = [];
  if (!open) return;
  badge ??= effect(showBadge);
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
