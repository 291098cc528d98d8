/** Web push in the worker: what is shown, where a click leads, and a subscription that the browser has renewed. */

import { api } from "../shared/api";
import type { FromWorker } from "../shared/messages";
import type { ProfileInfo } from "../shared/profile";
import { pushOwner } from "../store/persons";
import { currentProfile, profiles } from "../store/profiles";

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

const NEWS: Readonly<Record<string, readonly [string, string]>> = {
  vi: ["Có tin cho {name}", "Mở Bến để đọc."],
  en: ["News for {name}", "Open Bến to read it."],
  km: ["មានដំណឹងសម្រាប់ {name}", "សូមបើក Bến ដើម្បីអាន។"],
};

/** On a phone that several persons share a notification says for whom it is, and nothing of what: others see it too. */
export function discreet(shown: Shown, owner: ProfileInfo | null, all: readonly ProfileInfo[]): Shown & { readonly person?: number } {
  if (new Set(all.map(({ person }) => person.id)).size < 2) return shown;
  const [title, body] = NEWS[shown.language] ?? NEWS["vi"] ?? ["", ""];
  const { id, name } = owner?.person ?? { id: 0, name: "Bến" };
  return { ...shown, title: title.replace("{name}", name), body, tag: `ben-for-${id}`, url: "/#/messages", unread: null, person: id };
}

export async function showPush(data: PushMessageData | null): Promise<void> {
  const read = readPayload(data?.text() ?? null);
  const { title, body, tag, url, language, unread, person } = discreet(read, await pushOwner(), await profiles());
  await self.registration.showNotification(title, {
    body,
    tag,
    lang: language,
    data: { url, person },
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
  });
  if (unread !== null && "setAppBadge" in navigator) await navigator.setAppBadge(unread).catch(() => undefined);
}

/** Brings an open window to the front and to the address; opens one if there is none. */
export async function openTarget(notification: Notification): Promise<void> {
  const data: unknown = notification.data;
  const { url: asked = "/", person } = members(data);
  // Somebody else has the phone: where it changes hands.
  const other = person !== undefined && person !== (await currentProfile())?.person.id;
  const wished = other ? "/#/me" : String(asked);
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
  const profile = (await pushOwner()) ?? (await currentProfile());
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
