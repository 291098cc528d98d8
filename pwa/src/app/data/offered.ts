/** Which forms a person may begin records with, and where. The server has the last word. Pure. */
import type { ProfileInfo } from "../../shared/profile";
import type { FormDocument, PlaceDocument } from "../../shared/protocol";
import { covered } from "./places";

/** A form version and the places, of those asked for, where the person may begin a record with it. */
export interface Offered {
  readonly form: FormDocument;
  readonly places: readonly PlaceDocument[];
}

/** Of each form the newest version that is for this person at one of `wanted`, in the order in which forms came. */
export function offered(
  forms: Iterable<FormDocument>,
  wanted: readonly PlaceDocument[],
  { profile, places, today }: { profile: ProfileInfo; places: readonly PlaceDocument[]; today: string },
): Offered[] {
  const newest = new Map<string, Offered>();
  for (const form of [...forms].sort((one, other) => one.id - other.id)) {
    if (form.retired) continue;
    const reached = form.places && covered(form.places, places, today);
    const mine = form.roles && covered(profile.roles.filter((held) => form.roles?.includes(held.role)).map((held) => held.place.id), places, today);
    const there = wanted.filter(({ id }) => (!reached || reached.has(id)) && (!mine || mine.has(id)));
    if (there.length || !wanted.length) newest.set(form.key, { form, places: there });
  }
  return [...newest.values()];
}
