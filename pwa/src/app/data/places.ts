/** Where a person holds a right today: on a role's place, below it, where it has gone, and what has gone into these. Pure. */
import type { ProfileInfo, Right } from "../../shared/profile";
import type { PlaceDocument } from "../../shared/protocol";

/** Which kinds of place records are written for. */
export const COMMUNES: readonly string[] = ["xa", "phuong", "thi_tran"];

type Known = ReadonlyMap<number, PlaceDocument>;

export function byId(places: readonly PlaceDocument[]): Known {
  return new Map(places.map((place) => [place.id, place]));
}

/** Whether a place is there no more on that day (2023-05-16). */
export function hasEnded(place: PlaceDocument, today: string): boolean {
  return place.to != null && place.to <= today;
}

/** Whether a place is there on that day. Phones are told of places to come, so that they know them on their day. */
export function isThere(place: PlaceDocument, day: string): boolean {
  return (place.from === undefined || place.from <= day) && !hasEnded(place, day);
}

/** The place that answers for this one by that day: itself, or what it has gone into as a whole. */
export function heir(id: number, places: Known, today: string): number {
  const seen = new Set<number>();
  let at = id;
  for (let place = places.get(at); place && !seen.has(at); place = places.get(at)) {
    seen.add(at);
    if (place.into == null || !hasEnded(place, today)) break;
    at = place.into;
  }
  return at;
}

/** Ids of the places known to this phone where the profile holds the right. */
export function placesOf(profile: ProfileInfo, right: Right, list: readonly PlaceDocument[], today: string): ReadonlySet<number> {
  return covered(profile.roles.filter((role) => role.rights.includes(right)).map((role) => role.place.id), list, today);
}

/** By place known to this phone, the roles there that give the right. */
export function rolesOf(profile: ProfileInfo, right: Right, list: readonly PlaceDocument[], today: string): ReadonlyMap<number, ReadonlySet<string>> {
  const found = new Map<number, Set<string>>();
  for (const { role, place, rights } of profile.roles) {
    if (!rights.includes(right)) continue;
    for (const id of covered([place.id], list, today)) found.set(id, (found.get(id) ?? new Set()).add(role));
  }
  return found;
}

/** These places, those below them, where they have gone and what has gone into these. */
export function covered(ids: readonly number[], list: readonly PlaceDocument[], today: string): ReadonlySet<number> {
  const places = byId(list);
  const roots = new Set(ids.map((id) => heir(id, places, today)));
  const found = new Set(roots);
  for (const { id } of list) if (isUnder(id, roots, places) || isUnder(heir(id, places, today), roots, places)) found.add(id);
  return found;
}

function isUnder(place: number, roots: ReadonlySet<number>, places: Known): boolean {
  const seen = new Set<number>();
  let at: number | null | undefined = place;
  while (at != null && !seen.has(at)) {
    if (roots.has(at)) return true;
    seen.add(at);
    at = places.get(at)?.parent;
  }
  return false;
}
