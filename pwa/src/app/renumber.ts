/**
 * A phone whose storage was copied or restored takes a new device number by itself: nothing of it may ever collide again.
 *
 * Rules:
 * - What is frozen is answered under the old number first. What was never sent, and what was held because its number was
 *   used twice, is said anew under the new one.
 * - Never while a form is being filled in, in whatever tab.
 * - From the moment that the new profile is written, all the rest is done again at each start until it is whole.
 */
import { effect, signal } from "@preact/signals";
import { api } from "../shared/api";
import type { ProfileInfo } from "../shared/profile";
import { createProfile, currentProfile } from "../store";
import { whileNobodyFills } from "./filling";
import { recall, remember } from "./remembered";
import { here, openSession, session, syncStatus, tabs } from "./session";

const AGAIN = 10_000;
const TOLD = "ben-renumbered";

/** "17 18": the old number and the new one, until the person has read it. */
export const renumbered = signal<string>(recall(TOLD) ?? "");

export function readRenumbered(): void {
  renumbered.value = "";
  remember(TOLD, "");
}

/** Watches for the need, in every tab; also for another tab having done it. */
export function watchNumber(): void {
  let working = false;
  const attempt = async (): Promise<void> => {
    if (working || syncStatus.peek().state !== "renumber") return;
    working = true;
    await whileNobodyFills(takeNewNumber).catch(() => undefined); // No network, or not yet all answered: again soon.
    working = false;
  };
  effect(() => {
    if (syncStatus.value.state === "renumber") void attempt();
  });
  setInterval(() => void attempt(), AGAIN);
  if (tabs) tabs.onmessage = () => void openSession().then(() => (renumbered.value = recall(TOLD) ?? ""));
  effect(() => {
    if (session.value && syncStatus.value.state === "idle") void settleTwice().catch(() => undefined);
  });
}

async function takeNewNumber(): Promise<void> {
  const { profile, store, sync } = here();
  if (syncStatus.peek().state !== "renumber") return;
  // It has one by now, or another person: what was on no disk yet kept this page from opening that.
  if ((await currentProfile())?.device !== profile.device) return openSession();
  if ((await store.outbox()).some((item) => item.frozen)) await sync.now();
  if ((await store.outbox()).some((item) => item.frozen)) return;
  const next = await api<ProfileInfo>("POST", "/api/devices", undefined, profile.device);
  await createProfile({ ...next, succeeds: profile.device });
  remember(TOLD, `${profile.device} ${next.device}`);
  await openSession();
  renumbered.value = recall(TOLD) ?? "";
  tabs?.postMessage("renumbered");
}

/** What was held because of its number has landed under another one: its author puts the held copy aside. */
async function settleTwice(): Promise<void> {
  const { profile, store } = here();
  const { numbers } = await store.inherited();
  if (Object.keys(numbers).length === 0) return;
  const waiting = new Set((await store.outbox()).map((item) => item.n));
  for (const item of await store.documents("quarantine")) {
    const anew = numbers[`${item.device}:${item.n}`];
    const landed = anew !== undefined && !waiting.has(anew);
    if (landed && item.status === "held" && item.reason === "cloned" && item.by === profile.person.id) {
      await api("POST", `/api/quarantine/${item.id}/discard`, undefined, profile.device);
    }
  }
}
