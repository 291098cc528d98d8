/** People whose access I look after, as the server lists them; and which roles I may give where. */
import type { ProfileInfo, RoleHere } from "../../../shared/profile";
import type { PlaceDocument } from "../../../shared/protocol";
import { fits } from "../../../shared/fold";

export interface Phone {
  readonly number: number;
  readonly browser: string;
  readonly created: string;
  readonly last_seen: string;
  readonly revoked: string | null;
}

/** Somebody who stands in for the holder of a role, from a day until before `to`; `role` is what they hold for it. */
export interface StandIn {
  readonly role: number;
  readonly person: { readonly id: number; readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** A role in force, from its first day until before `to`. */
export interface HeldRole extends RoleHere {
  readonly id: number;
  readonly from: string;
  readonly to: string | null;
  readonly away: readonly StandIn[];
}

export interface PersonRow {
  readonly id: number;
  readonly name: string;
  readonly language: string;
  readonly roles: readonly HeldRole[];
  readonly devices: readonly Phone[];
  /** Whether I may give them a link or take a phone back. */
  readonly manageable: boolean;
}

export interface Link {
  readonly url: string;
  readonly expires: string;
}

export const ROLES = ["TNV", "GSV", "TT", "LD", "CAX", "TDKT", "TH", "QT", "XEM"] as const;
export type Role = (typeof ROLES)[number];

/** Which roles each role may give; the server has the last word. */
const GIVES: Readonly<Partial<Record<string, readonly Role[]>>> = {
  GSV: ["TNV"],
  TT: ["TNV", "GSV", "CAX", "LD", "TDKT", "TH", "XEM"],
  QT: ROLES,
};

export function mayGive(profile: ProfileInfo): Role[] {
  return ROLES.filter((role) => profile.roles.some((held) => GIVES[held.role]?.includes(role)));
}

/** The ISO date of the day after, or before. */
export function dayBeside(iso: string, days: 1 | -1): string {
  const day = new Date(`${iso}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

export function isRole(role: string): role is Role {
  return ROLES.some((known) => known === role);
}

/** "Chrome · Android" from what a browser says of itself; the words themselves where it says something unusual. */
export function browserName(agent: string): string {
  const browser = /Edg/.test(agent) ? "Edge" : /SamsungBrowser/.test(agent) ? "Samsung" : /Firefox|FxiOS/.test(agent) ? "Firefox" : /Chrome|CriOS/.test(agent) ? "Chrome" : /Safari/.test(agent) ? "Safari" : "";
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "Mac" : /Linux/.test(agent) ? "Linux" : "";
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 40);
}

/** Whom the search finds: by name, place or phone number. */
export function found(people: readonly PersonRow[], text: string, placeName: (role: RoleHere) => string): PersonRow[] {
  return people.filter((person) => fits([person.name, ...person.roles.map(placeName), ...person.devices.map((phone) => String(phone.number))], text));
}

/** Places to choose from, a district before its communes, each level by name in the order of Vietnamese. */
export function inTreeOrder(places: readonly PlaceDocument[], name: (place: PlaceDocument) => string): PlaceDocument[] {
  const known = new Set(places.map((place) => place.id));
  const order = new Intl.Collator("vi");
  const below = (parent: number | null): PlaceDocument[] =>
    places
      .filter((place) => (parent === null ? place.parent === null || !known.has(place.parent) : place.parent === parent))
      .sort((a, b) => order.compare(name(a), name(b)))
      .flatMap((place) => [place, ...below(place.id)]);
  return below(null);
}
