/**
 * A phone that several persons share, while the app is open.
 *
 * Rules:
 * - Not in use for a while (in the background, closed), it asks who is there. What was typed is kept by then: what is on no
 *   disk yet (a full phone, a recording that runs, the camera over the page) stays open until it is.
 * - Each look compares this page with the disk: a tab may have missed what another one said.
 * - What those who aren't using it have left is sent too: their own number, their own cookie.
 */
import { effect, signal } from "@preact/signals";
import { currentProfile, openStore, profiles, type Store } from "../../store";
import { personsOf } from "../../store/persons";
import { startPhotos, startSync, type PhotoHandle, type SyncHandle } from "../../sync";
import { allKept } from "../filling";
import { AWAY, isInUse, noteUse, openSession, persons, session, tabs } from "../session";
import { waitingIn } from "../data/persons";

const NOTE = 20_000;
const LOOK = 30_000;
/** How often, and how long apart, it is asked whether all is kept: what is being written is on the disk in a moment. */
const TRIES = 10;
const PAUSE = 300;
/** Who has just come to this phone with a link, after whom they found here: each chooses a PIN, in this order. */
export const choosing = signal<readonly number[]>([]);

/** Whether all that is open in this page is on the disk, now or in a moment. */
export async function keptSoon(): Promise<boolean> {
  for (let tries = 1; !(await allKept()); tries += 1) {
    if (tries === TRIES) return false;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return true;
}

/** Puts the phone down: whoever takes it up says who they are. In every tab. False: something is not kept, so nothing happened. */
export async function putDown(): Promise<boolean> {
  if (!(await keptSoon())) return false;
  noteUse(0);
  await openSession();
  tabs?.postMessage("persons");
  return !session.peek();
}

/** Somebody has given their PIN: in every tab it is theirs now. */
export async function takeUp(): Promise<void> {
  noteUse();
  await openSession();
  tabs?.postMessage("persons");
}

let watching = false;

/** Begins once; only a phone that is shared needs it. */
export function watchPersons(): void {
  if (watching) return;
  watching = true;
  watchUse();
  const others = new Others();
  const look = oneAtATime(() => others.look());
  effect(() => {
    if (session.value !== undefined && persons.value > 0) look();
  });
  setInterval(look, LOOK);
  addEventListener("online", look);
}

/** One at a time; asked for meanwhile, it is done once more. What fails says so itself to whoever opens it. */
export function oneAtATime(work: () => Promise<void>): () => void {
  let asked = 0;
  const run = async (): Promise<void> => {
    for (let done = 0; done < asked; ) {
      done = asked;
      await work().catch(() => undefined);
    }
    asked = 0;
  };
  return () => {
    asked += 1;
    if (asked === 1) void run();
  };
}

function watchUse(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = oneAtATime(follow);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    look();
    if (document.visibilityState === "hidden") timer = setTimeout(look, AWAY + 1_000);
  });
  addEventListener("pageshow", look);
  setInterval(look, NOTE);
  look();
}

/** Brings this page to what holds on the phone. */
export async function follow(): Promise<void> {
  const open = session.peek();
  const [current, all] = [await currentProfile(), await profiles()];
  if (open === undefined || session.peek() !== open) return;
  persons.value = new Set(all.map(({ person }) => person.id)).size;
  if (open && !isInUse()) await putDown();
  else if (open && current?.device !== open.profile.device) await openSession();
  else if (open && document.visibilityState === "visible") noteUse();
  else if (!open && current && persons.peek() > 1 && isInUse()) await openSession();
}

interface Sending {
  readonly store: Store;
  readonly sync: SyncHandle;
  readonly photos: PhotoHandle;
}

/** Loops of those who aren't using the phone now, for as long as something of theirs waits. */
class Others {
  private readonly sending = new Map<number, Sending>();

  async look(): Promise<void> {
    // A number that was given up sends nothing more by itself: what it left goes over to the one after it.
    const devices = (await personsOf()).flatMap(({ profile }) => (profile.succeeds === undefined ? [profile.device] : []));
    for (const device of this.sending.keys()) if (!devices.includes(device)) this.drop(device);
    for (const device of devices) await this.attend(device).catch(() => undefined); // One that can't be read keeps no other back.
  }

  private async attend(device: number): Promise<void> {
    const under = this.sending.get(device);
    if (device === session.peek()?.profile.device) {
      this.drop(device);
      return;
    }
    if (under) {
      if ((await isSent(under.store)) && under.sync.status.peek().state !== "sending") this.drop(device);
      return;
    }
    const store = await openStore(device);
    const done = await isSent(store).catch(() => true); // It can't be read: the next look tries again.
    if (done || device === session.peek()?.profile.device) {
      store.close();
      return;
    }
    const sync = startSync(store);
    this.sending.set(device, { store, sync, photos: startPhotos(store, sync) });
  }

  private drop(device: number): void {
    const under = this.sending.get(device);
    if (!under) return;
    this.sending.delete(device);
    under.photos.stop();
    under.sync.stop();
    under.store.close();
  }
}

async function isSent(store: Store): Promise<boolean> {
  const { records, photos } = await waitingIn(store);
  return records + photos === 0;
}
