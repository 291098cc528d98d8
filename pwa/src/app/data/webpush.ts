/** Notifications on this phone: what the browser allows, subscribing inside the person's tap, and giving it up. */
import { api } from "../../shared/api";
import { pushOwner, setPushOwner } from "../../store/persons";
import { language } from "../i18n";
import { recall, remember } from "../remembered";
import { session } from "../session";
import { installed, onApple } from "../shell/install";

/**
 * `apple`: iPhones and iPads only do it from the home screen. `other`: it is on for another person who shares this phone; a
 * browser has one subscription, and whoever switched it on last is told.
 */
export type PushState = "on" | "other" | "off" | "denied" | "unsupported" | "apple";

function possible(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export async function pushState(): Promise<PushState> {
  if (!possible()) return onApple() && !installed() ? "apple" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  if (!(await subscription()) || Notification.permission !== "granted") return "off";
  return (await isMine()) ? "on" : "other";
}

async function isMine(): Promise<boolean> {
  const owner = await pushOwner();
  return owner === null || owner.person.id === session.peek()?.profile.person.id;
}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const base64 = key.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

export const KINDS = ["records", "reviews", "conflicts", "deadlines", "milestones"] as const;
export type Kind = (typeof KINDS)[number];

function place(device: number): string {
  return `ben-push-kinds-${device}`;
}

/** The kinds of message that this phone is told of: all, unless the person chose. */
export function chosenKinds(device: number): readonly Kind[] {
  const kept = JSON.parse(recall(place(device)) ?? "null") as readonly Kind[] | null;
  return kept ? KINDS.filter((kind) => kept.includes(kind)) : KINDS;
}

/** Raises ProblemError or NetworkError when the server could not be told; then nothing has changed. */
export async function chooseKinds(device: number, kinds: readonly Kind[]): Promise<void> {
  const found = await subscription();
  if (found && (await isMine())) await tell(device, found, kinds);
  remember(place(device), JSON.stringify(kinds));
}

async function tell(device: number, found: PushSubscription, kinds = chosenKinds(device)): Promise<void> {
  const { endpoint, keys } = found.toJSON();
  const given = { endpoint, keys: { p256dh: keys?.["p256dh"], auth: keys?.["auth"] }, language: language.peek(), kinds };
  await api("PUT", "/api/webpush/subscription", given, device);
}

/**
 * Asks the browser, then subscribes with the server's key and tells the server. Call it straight from a tap: browsers
 * ask only then. Raises ProblemError or NetworkError when the server could not be told; nothing is left half done.
 */
export async function enablePush(device: number): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const { key } = await api<{ key: string }>("GET", "/api/webpush/key", undefined, device);
  const registration = await navigator.serviceWorker.ready;
  const before = await subscription();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  try {
    await tell(device, made);
  } catch (error) {
    if (!before) await made.unsubscribe();
    throw error;
  }
  await setPushOwner(device);
  return pushState();
}

/** Ends it on this phone first, so that it is over even if the server can't be told now. */
export async function disablePush(device: number): Promise<PushState> {
  const found = await subscription();
  if (found) {
    await found.unsubscribe();
    await api("DELETE", "/api/webpush/subscription", { endpoint: found.endpoint }, device);
  }
  return pushState();
}

/** The server writes to this phone in the language that the person reads now. Silent when there is nothing to tell. */
export async function tellLanguage(device: number): Promise<void> {
  if (!possible() || !(await isMine())) return;
  const found = await subscription();
  if (found) await tell(device, found);
}
