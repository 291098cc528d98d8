/** The outbox as a file: what a phone that can't send gives to one that can. */
import { call } from "../../shared/api";
import type { Mutation, MutationResult } from "../../shared/protocol";
import { inTables } from "../../shared/tables";
import type { ProfileInfo } from "../../shared/profile";
import type { Store } from "../../store";
import { photosInFile, type PhotosInFile } from "./photo-file";

const KIND = "ben-outbox";
/** As many as one request takes. */
const MOST = 500;

export interface OutboxFile extends PhotosInFile {
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
  /** By number: what it was made on, and in which life of the server that was seen. Absent in older files. */
  readonly saw?: Readonly<Record<string, { readonly epoch: string | null; readonly hash: string }>>;
}

/** Everything unsent. From now on it doesn't change any more: it has left the phone. */
export async function outboxFile(store: Store, profile: ProfileInfo): Promise<OutboxFile> {
  const { epoch, mutations, saw } = await store.takeCopy();
  const used = new Set(mutations.flatMap((mutation) => (mutation.kind === "edit" && mutation.form ? [mutation.form] : [])));
  const forms = (await store.documents("form")).filter((form) => used.has(form.id));
  const { photos, left } = await photosInFile(store, ({ state }) => state === "waiting" || state === "lacked");
  return {
    kind: KIND,
    version: 1,
    device: profile.device,
    person: profile.person,
    epoch,
    saved: store.localNow(),
    forms: forms.map(({ id, key, version, compiled }) => ({ id, key, version, fields: compiled.fields })),
    mutations,
    photos,
    left,
    saw,
  };
}

/** The file in a text that may be anything at all; null: it is none. The server looks at each mutation itself. */
export function readOutboxFile(text: string): OutboxFile | null {
  try {
    const found = JSON.parse(text) as Partial<OutboxFile> | null;
    if (found?.kind !== KIND || typeof found.device !== "number" || !Array.isArray(found.mutations)) return null;
    const fit = found.mutations.every((item: unknown) => typeof item === "object" && item !== null && "n" in item && "kind" in item);
    if (!fit || typeof found.person?.name !== "string") return null;
    // A file from before there were photos has none.
    return { ...(found as OutboxFile), photos: found.photos ?? [], left: found.left ?? 0 };
  } catch {
    return null;
  }
}

export interface HandingIn {
  readonly device: number;
  readonly epoch: string | null;
  readonly signal?: AbortSignal;
  /** Called after each request, with how many items have been answered. */
  readonly onLanded?: (count: number) => void;
}

/**
 * Hands it in, in the order of the numbers; gives what became of each item. Asked again, it is the same again. `epoch`: the
 * server's life that this phone knows; all is answered 'retry' if that has ended. `signal` ends it between two requests or
 * in the middle of one: what has landed has landed.
 */
export async function handIn(file: OutboxFile, by: HandingIn): Promise<MutationResult[]> {
  const { device, epoch, signal, onLanded } = by;
  const results: MutationResult[] = [];
  for (let from = 0; from < file.mutations.length; from += MOST) {
    const part = file.mutations.slice(from, from + MOST);
    const past = part.flatMap(({ n }) => {
      const seen = file.saw?.[n];
      return seen && seen.epoch !== epoch ? [[n, seen.hash] as const] : [];
    });
    const body = { device: file.device, epoch, ...inTables(part), ...(past.length > 0 && { saw: Object.fromEntries(past) }) };
    const answer = await call({ method: "POST", path: "/api/handins", body }, { device, gzip: true, ...(signal && { signal }) });
    results.push(...(answer as { results: MutationResult[] }).results);
    onLanded?.(results.length);
  }
  return results;
}
