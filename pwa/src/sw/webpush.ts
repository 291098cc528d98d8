/** Web push in the worker: what is shown, where a click leads, and a subscription that the browser has renewed. */

import { api } from "../shared/api";
import type { FromWorker } from "../shared/messages";
import { currentProfile } from "../store/profiles";

declare const self: ServiceWorkerGlobalScope;

export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly url: string;
  readonly language: string;
  /** How many messages wait to be read, if it says so. */
  readonly unread: number | null;
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value ? (value as Record<string, unknown>) : {};
}

/**
 * Reads a declarative message, as browsers that know it read it without this worker (W3C Push API). Anything unreadable
 * still becomes a notification: browsers demand a visible one.
 */
export function readPayload(raw: string | null): Shown {
  let payload: unknown = null;
  try {
    payload = JSON.parse(raw ?? "null");
  } catch {
    payload = null;
  }
  const { notification, app_badge: unread } = members(payload);
  const { title, body, tag, navigate, lang, data } = members(notification);
  const text = (value: unknown, otherwise: string): string => (typeof value === "string" && value !== "" ? value : otherwise);
  return {
    title: text(title, "Bến"),
    body: text(body, ""),
    tag: text(tag, "ben"),
    url: text(members(data)["url"], text(navigate, "/")),
    language: text(lang, ""),
    unread: typeof unread === "number" ? unread : null,
  };
}

/** The address that a click may lead to: ours, or the start. */
export function target(url: string, origin: string): string {
  try {
    const wished = new URL(url, origin);
    return wished.origin === origin ? wished.href : `${origin}/`;
  } catch {
    return `${origin}/`;
  }
}

export async function showPush(data: PushMessageData | null): Promise<void> {
  const { title, body, tag, url, language, unread } = readPayload(data?.text() ?? null);
  await self.registration.showNotification(title, {
    body,
    tag,
    lang: language,
    data: { url },
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
  });
  if (unread !== null && "setAppBadge" in navigator) await navigator.setAppBadge(unread).catch(() => undefined);
}

/** Brings an open window to the front and to the address; opens one if there is none. */
export async function openTarget(notification: Notification): Promise<void> {
  const data: unknown = notification.data;
  const wished = typeof data === "object" && data && "url" in data ? String(data.url) : "/";
  const url = target(wished, self.location.origin);
  notification.close();
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((client) => client.focused) ?? windows[0];
  if (!open) {
    await self.clients.openWindow(url);
    return;
  }
  // Only the hash changes: the page itself goes there, and no draft on the screen is reloaded away.
  open.postMessage({ type: "NAVIGATE", url } satisfies FromWorker);
  await open.focus().catch(() => undefined);
}

interface SubscriptionChange extends ExtendableEvent {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}

/** The browser has replaced the subscription: subscribe again where it hasn't itself, and tell the server. */
export async function renewSubscription(event: SubscriptionChange): Promise<void> {
  const profile = await currentProfile();
  if (!profile) return;
  const { device, language } = profile;
  const renewed = event.newSubscription ?? (await subscribeAgain(event.oldSubscription ?? null, device));
  const { endpoint, keys } = renewed.toJSON();
  await api("PUT", "/api/webpush/subscription", { endpoint, keys, language }, device);
}

async function subscribeAgain(old: PushSubscription | null, device: number): Promise<PushSubscription> {
  const kept = old?.options.applicationServerKey ?? null;
  const applicationServerKey = kept ?? decodeKey((await api<{ key: string }>("GET", "/api/webpush/key", undefined, device)).key);
  return self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

/** base64url → bytes. */
export function decodeKey(key: string): Uint8Array<ArrayBuffer> {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
