/** In which places a person holds a right: a role covers its place and every place below it. */
import type { ProfileInfo, Right } from "../../../shared/profile";
import type { PlaceDocument } from "../../../shared/protocol";

/** Ids of the places known to this phone where the profile holds the right. */
export function placesOf(profile: ProfileInfo, right: Right, places: readonly PlaceDocument[]): ReadonlySet<number> {
  const roots = new Set(profile.roles.filter((role) => role.rights.includes(right)).map((role) => role.place.id));
  const parents = new Map(places.map((place) => [place.id, place.parent]));
  const covered = new Set(roots);
  for (const place of places) if (isBelow(place.id, roots, parents)) covered.add(place.id);
  return covered;
}

function isBelow(place: number, roots: ReadonlySet<number>, parents: ReadonlyMap<number, number | null>): boolean {
  const seen = new Set<number>();
  let at: number | null | undefined = place;
  while (at != null && !seen.has(at)) {
    if (roots.has(at)) return true;
    seen.add(at);
    at = parents.get(at);
  }
  return false;
}
