/**
 * Keeps what this phone knows of its person's roles true: they begin, end and pass on by their dates, and others give
 * them. Asked when the app opens, when other feeds came down than before, and on another day.
 */
import { effect } from "@preact/signals";
import { api } from "../shared/api";
import type { ProfileInfo } from "../shared/profile";
import { updateProfile } from "../store";
import { refreshProfile, session, syncStatus } from "./session";

type Me = Pick<ProfileInfo, "person" | "roles">;

let asked = "";

async function look(): Promise<void> {
  const open = session.peek();
  if (!open) return;
  const { store, profile } = open;
  const now = [profile.device, store.today(), ...(await store.feeds())].join(" ");
  if (now === asked) return;
  asked = now;
  try {
    const { person, roles } = await api<Me>("GET", "/api/me", undefined, profile.device);
    const current = session.peek()?.profile;
    if (current?.device !== profile.device) return;
    const changed = { ...current, person, roles };
    if (JSON.stringify(changed) === JSON.stringify(current)) return;
    refreshProfile(changed);
    await updateProfile(changed);
  } catch {
    asked = ""; // No network, or no access: asked again after the next sync.
  }
}

export function watchRoles(): void {
  effect(() => {
    if (session.value && syncStatus.value.last !== null) void look().catch(() => undefined);
  });
}
