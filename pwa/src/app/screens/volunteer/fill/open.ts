/** What a form may ask of this phone, and where a draft is begun. */
import type { CompiledForm } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import type { Draft, Store } from "../../../../store";
import { walk, type Surroundings } from "../../../../forms";
import { here } from "../../../session";

/** So many numbers are put aside each time that a form with repeats is opened: more than a record may have values. */
const ITEMS = 5_000;

export async function surroundings(store: Store, form: CompiledForm): Promise<Surroundings> {
  const { profile } = here();
  const repeats = walk(form.nodes).some((node) => node.t === "repeat");
  let next = repeats ? await itemNumbers(store) : 1;
  const last = Object.values(form.instances ?? {}).some((instance) => "last" in instance) ? await lastRecord(store, form) : null;
  return {
    now: () => store.now(),
    zone: store.zone,
    newItem: () => `${profile.device}-${next++}`,
    random: Math.random,
    about: { deviceid: `ben:${profile.device}`, username: profile.person.name },
    ...(last && { last }),
  };
}

/** A phone without room must still open the form: then the seconds of the clock are numbers that nobody else has. */
function itemNumbers(store: Store): Promise<number> {
  return store.itemNumbers(ITEMS).catch(() => Math.floor(Date.now() / 1000));
}

/** The record of this form that this phone's person saved last. */
async function lastRecord(store: Store, form: CompiledForm): Promise<Values | null> {
  const versions = new Set((await store.documents("form")).filter((each) => each.key === form.key).map((each) => each.id));
  const { profile } = here();
  const mine = (await store.records()).filter((record) => versions.has(record.form) && (record.by ?? profile.person.id) === profile.person.id);
  const [latest] = mine.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return latest?.values ?? null;
}

/** Whether nobody has opened this draft yet: then the form's own first values are still to be set. */
export function isFresh(draft: Draft): boolean {
  return !draft.record && draft.position == null && Object.keys(draft.values).length === 0;
}
