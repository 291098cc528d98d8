/** The service worker: listeners only. Strategies, lists and the rest are beside it. */

import { SYNC_TAG } from "../shared/messages";
import type { ToWorker } from "../shared/messages";
import { landOutboxes } from "./outbox";
import { answer, install, tidy, want } from "./strategies";
import { openTarget, renewSubscription, showPush } from "./webpush";

declare const self: ServiceWorkerGlobalScope;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const answered = answer(event.request, self.location.origin);
  if (answered) event.respondWith(answered);
});

self.addEventListener("message", (event) => {
  const message = event.data as ToWorker | null;
  // Only ever asked for by a person's yes: a new version never takes over by itself.
  if (message?.type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
  if (message?.type === "WARM") event.waitUntil(want(message.groups).catch(() => undefined));
});

self.addEventListener("sync" as "message", (event) => {
  const wakened = event as unknown as SyncEvent;
  if (wakened.tag === SYNC_TAG) wakened.waitUntil(landOutboxes());
});

self.addEventListener("push", (event) => event.waitUntil(showPush(event.data)));

self.addEventListener("notificationclick", (event) => event.waitUntil(openTarget(event.notification)));

self.addEventListener("pushsubscriptionchange" as "message", (event) => {
  event.waitUntil(renewSubscription(event));
});
