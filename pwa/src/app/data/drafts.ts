/** Beginning a draft. How it is kept comes with the form (`draft-keeper`). */
import type { Store } from "../../store";

/** Writes a new, empty draft and gives its id. Raises `StorageFull`. */
export async function beginDraft(store: Store, form: number, place: number): Promise<string> {
  const id = `d${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
  await store.saveDraft({ id, form, place, values: {}, updated: store.localNow() });
  return id;
}
