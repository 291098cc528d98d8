/** Whose phone this is: one profile for each device number that was enrolled on it. */

import type { Language, Localized } from "./language";

export type Right =
  | "read" | "write" | "review" | "decide" | "office" | "people" | "export" | "sign" | "commend" | "forms" | "score" | "verify" | "conclude";

export interface RoleHere {
  /** TNV, GSV, TT, LD, CAX, TDKT, TH, QT, XEM. */
  readonly role: string;
  readonly place: { readonly id: number; readonly name: Localized };
  readonly rights: readonly Right[];
  /** Until before this day; null or absent: open. */
  readonly to?: string | null;
  /** Who is away, where it is held in their place. */
  readonly for?: { readonly id: number; readonly name: string };
}

export interface ProfileInfo {
  readonly device: number;
  readonly person: { readonly id: number; readonly name: string };
  readonly roles: readonly RoleHere[];
  readonly language: Language;
  readonly epoch: string | null;
  /** Names of the forms that the person may begin records with, told when the phone was enrolled: shown until the forms are here. */
  readonly forms?: readonly { readonly key: string; readonly title: Localized }[];
  /** This phone's own: the number that this one takes the place of, until all that it left is taken over. */
  readonly succeeds?: number;
}

/** Whether one of the profile's roles gives this right anywhere. */
export function hasRight(profile: ProfileInfo, right: Right): boolean {
  return profile.roles.some((role) => role.rights.includes(right));
}
