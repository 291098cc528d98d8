/** A phone whose storage was copied or restored takes a new device number: nothing of it may ever collide again. */
import { api } from "../shared/api";
import type { ProfileInfo } from "../shared/profile";
import { createProfile } from "../store";
import { begin, closeSession, here, session } from "./session";

/** The old number still has unsent work: it has to be answered first. */
export class StillWaiting extends Error {
  override readonly name = "StillWaiting";
}

/**
 * Sends what is left under the old number, asks for a new one and takes the drafts along. Raises StillWaiting,
 * NetworkError or ProblemError; until the last step the old number stays in use and nothing is moved.
 */
export async function takeNewNumber(): Promise<void> {
  const { profile, store, sync } = here();
  await sync.now();
  if ((await store.outbox()).length > 0) throw new StillWaiting();
  const next = await api<ProfileInfo>("POST", "/api/devices", undefined, profile.device);
  await createProfile(next);
  const open = await begin(next);
  await open.sync.now();
  for (const draft of await store.drafts()) {
    await open.store.saveDraft(draft);
    await store.discardDraft(draft.id);
  }
  closeSession();
  session.value = open;
}
