/** Who is using this phone: the profile, its store and its sync loop, as signals that every screen can read. */
import { batch, computed, effect, signal } from "@preact/signals";
import { hasRight, type ProfileInfo, type Right } from "../shared/profile";
import { currentProfile, openStore, takeOver, updateProfile, type Store } from "../store";
import { startPhotos, startSync, type PhotoHandle, type SyncHandle, type SyncStatus } from "../sync";
import { chooseLanguage } from "./i18n/common";

export interface Session {
  readonly profile: ProfileInfo;
  readonly store: Store;
  readonly sync: SyncHandle;
  readonly photos: PhotoHandle;
}

/** undefined: not looked up yet; null: nobody has enrolled on this phone. */
export const session = signal<Session | null | undefined>(undefined);
/** The browser keeps nothing for this page (private window): said plainly before anything is typed. */
export const storageProblem = signal<string | null>(null);

const QUIET: SyncStatus = { state: "idle", waiting: 0, last: null, silent: false, arriving: null };

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

/** Opens the profile that this phone uses now: store, then sync. */
export async function openSession(): Promise<void> {
  try {
    const profile = await currentProfile();
    const open = profile ? await begin(await whole(profile)) : null;
    batch(() => {
      closeSession();
      session.value = open;
    });
  } catch (error) {
    storageProblem.value = error instanceof Error ? error.message : String(error);
    session.value = null;
  }
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
