/** The outbox as a file: what a phone that can't send gives to one that can. */
import { call } from "../../shared/api";
import type { Mutation, MutationResult } from "../../shared/protocol";
import { inTables } from "../../shared/tables";
import type { ProfileInfo } from "../../shared/profile";
import type { Store } from "../../store";

const KIND = "ben-outbox";
/** As many as one request takes. */
const MOST = 500;

export interface OutboxFile {
  readonly kind: typeof KIND;
  readonly version: 1;
  /** Whose number the mutations have. */
  readonly device: number;
  readonly person: { readonly id: number; readonly name: string };
  readonly epoch: string | null;
  readonly saved: string;
  /** The form versions whose positions the mutations speak of, for whoever reads the file by eye. */
  readonly forms: readonly { readonly id: number; readonly key: string; readonly version: string; readonly fields: readonly string[] }[];
  readonly mutations: readonly Mutation[];
}

/** Everything unsent. From now on it doesn't change any more: it has left the phone. */
export async function outboxFile(store: Store, profile: ProfileInfo): Promise<OutboxFile> {
  const { epoch, mutations } = await store.takeCopy();
  const used = new Set(mutations.flatMap((mutation) => (mutation.kind === "edit" && mutation.form ? [mutation.form] : [])));
  const forms = (await store.documents("form")).filter((form) => used.has(form.id));
  return {
    kind: KIND,
    version: 1,
    device: profile.device,
    person: profile.person,
    epoch,
    saved: store.localNow(),
    forms: forms.map(({ id, key, version, compiled }) => ({ id, key, version, fields: compiled.fields })),
    mutations,
  };
}

/** The file in a text that may be anything at all; null: it is none. The server looks at each mutation itself. */
export function readOutboxFile(text: string): OutboxFile | null {
  try {
    const found = JSON.parse(text) as Partial<OutboxFile> | null;
    if (found?.kind !== KIND || typeof found.device !== "number" || !Array.isArray(found.mutations)) return null;
    const fit = found.mutations.every((item: unknown) => typeof item === "object" && item !== null && "n" in item && "kind" in item);
    return fit && typeof found.person?.name === "string" ? (found as OutboxFile) : null;
  } catch {
    return null;
  }
}

/** Hands it in, in the order of the numbers; gives what became of each item. Asked again, it is the same again. */
export async function handIn(file: OutboxFile, device: number): Promise<MutationResult[]> {
  const results: MutationResult[] = [];
  for (let from = 0; from < file.mutations.length; from += MOST) {
    const body = { device: file.device, ...inTables(file.mutations.slice(from, from + MOST)) };
    const answer = await call({ method: "POST", path: "/api/handins", body }, { device, gzip: true });
    results.push(...(answer as { results: MutationResult[] }).results);
  }
  return results;
}
