/** Who is using this phone: the profile, its store and its sync loop, as signals that every screen can read. */
import { batch, computed, effect, signal } from "@preact/signals";
import { hasRight, type ProfileInfo, type Right } from "../shared/profile";
import { currentProfile, openStore, profiles, takeOver, updateProfile, type Store } from "../store";
import { QUIET, startPhotos, startSync, type PhotoHandle, type SyncHandle, type SyncStatus } from "../sync";
import { allKept } from "./filling";
import { chooseLanguage } from "./i18n/common";
import { recall, remember } from "./remembered";
import { go } from "./router";

export interface Session {
  readonly profile: ProfileInfo;
  readonly store: Store;
  readonly sync: SyncHandle;
  readonly photos: PhotoHandle;
}

/** undefined: not looked up yet; null: nobody has enrolled on this phone, or nobody of those who share it has opened theirs. */
export const session = signal<Session | null | undefined>(undefined);
/** The browser keeps nothing for this page (private window): said plainly before anything is typed. */
export const storageProblem = signal<string | null>(null);

/** How many persons share this phone: with more than one, each opens theirs with a PIN. */
export const persons = signal(0);

/** When the app was last in use on this phone: milliseconds since 1970. */
const USED = "ben-used";
/** A shared phone that was not in use for so long asks who is there: five minutes. */
export const AWAY = 300_000;

export function noteUse(at = Date.now()): void {
  remember(USED, String(at));
}

/** Whether whoever used the phone last is taken to be there still. */
export function isInUse(): boolean {
  const ago = Date.now() - Number(recall(USED) ?? 0);
  return persons.peek() < 2 || (ago >= 0 && ago < AWAY);
}

/** Tells the other tabs that another profile is in use. */
export const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("ben-profiles");

/** How the sync loop is doing now. */
export const syncStatus = computed<SyncStatus>(() => session.value?.sync.status.value ?? QUIET);

/** Whether the person holds this right anywhere. */
export function may(right: Right): boolean {
  const open = session.value;
  return open ? hasRight(open.profile, right) : false;
}

/** The open session; screens behind the profile gate only. */
export function here(): Session {
  const open = session.value;
  if (!open) throw new Error("no profile is open on this phone");
  return open;
}

/** Whom this page has opened last: what its screens hold in memory is theirs. */
let last: number | undefined;
let opening = Promise.resolve();

/**
 * Opens the profile that this phone uses now: store, then sync. On a shared phone that was put down nobody's is opened.
 * The one that is open stays while something of it is on no disk yet: look at `session` afterwards.
 */
export function openSession(): Promise<void> {
  return (opening = opening.then(openNow));
}

async function openNow(): Promise<void> {
  try {
    const profile = await currentProfile();
    persons.value = new Set((await profiles()).map(({ person }) => person.id)).size;
    const next = profile && isInUse() ? profile : null;
    const before = session.peek();
    // Opened anew, the screens would begin from the disk: not under somebody's hands.
    if (before && (before.profile.device === next?.device || !(await allKept()))) return;
    if (next && isForAnother(next)) {
      go("", { replace: true });
      location.reload();
      return;
    }
    const open = next && (await begin(await whole(next)));
    batch(() => {
      closeSession();
      session.value = open;
    });
  } catch (error) {
    if (session.peek()) return; // What is open can still be kept.
    storageProblem.value = error instanceof Error ? error.message : String(error);
    session.value = null;
  }
}

/** Once in a page's life at most: loaded again, it has opened nobody yet. Not where it could not be loaded. */
function isForAnother({ person }: ProfileInfo): boolean {
  return last !== undefined && last !== person.id && (navigator.onLine || ("serviceWorker" in navigator && navigator.serviceWorker.controller !== null));
}

/** A profile that has all that the number before it left on this phone. */
async function whole(profile: ProfileInfo): Promise<ProfileInfo> {
  const { succeeds, ...rest } = profile;
  if (succeeds === undefined) return profile;
  try {
    await takeOver(succeeds, profile.device);
    await updateProfile(rest);
    return rest;
  } catch {
    return profile; // No room: all of it is still under the old number, and the next start tries again.
  }
}

/** Opens a profile given; for enrolment and for changes of the profile itself. */
export async function begin(profile: ProfileInfo): Promise<Session> {
  last = profile.person.id;
  const store = await openStore(profile.device);
  await chooseLanguage(profile.language);
  const sync = startSync(store);
  return { profile, store, sync, photos: startPhotos(store, sync) };
}

/** Stops the loop and lets go of the database. Nothing on the phone changes. */
export function closeSession(): void {
  const open = session.peek();
  if (!open) return;
  open.photos.stop();
  open.sync.stop();
  open.store.close();
  session.value = null;
}

/** Replaces what is known of the person (language, roles) without reopening the database. */
export function refreshProfile(profile: ProfileInfo): void {
  const open = session.peek();
  if (open) session.value = { ...open, profile };
}

/** Runs `then` whenever the session opens or closes. */
export function onSession(then: (open: Session | null | undefined) => void): () => void {
  return effect(() => then(session.value));
}
