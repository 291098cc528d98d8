/**
 * A form that a phone had no room to keep, as a file: on any phone that has the form it is opened and goes on as a draft.
 *
 * Rules:
 * - Nothing of it is a mutation before a person finishes it: a phone without room can give it no number, and nobody writes
 *   in another's name.
 * - Opened again it is the draft that it became, with all that was typed since; nothing on the phone is written over.
 */
import { same } from "../../shared/document";
import type { ProfileInfo } from "../../shared/profile";
import type { Values } from "../../shared/protocol";
import { isMediaName, type Draft, type Store } from "../../store";
import { differ } from "./draft-keeper";
import { photosInFile, type PhotosInFile } from "./photo-file";

const KIND = "ben-draft";

export interface DraftFile extends PhotosInFile {
  readonly kind: typeof KIND;
  readonly version: 1;
  /** The phone that had no room, and whose it is; 0 and null in older files, which don't say. */
  readonly device: number;
  readonly person: { readonly id: number; readonly name: string } | null;
  readonly saved: string;
  /** The form's title, for whoever has no such form or reads the file by eye. */
  readonly name: string;
  readonly draft: Draft;
}

/** What is on the screen now. A phone whose storage can't be read either still gives the words. */
export async function draftFile(store: Store, profile: ProfileInfo, given: { draft: Draft; name: string }): Promise<DraftFile> {
  const { draft, name } = given;
  const { device, person } = profile;
  const named = new Set(Object.values(draft.values).filter(isMediaName));
  const photos = await photosInFile(store, (photo) => named.has(photo.name) && photo.state !== "sent").catch(() => ({ photos: [], left: named.size }));
  return { kind: KIND, version: 1, device, person, saved: store.localNow(), name, draft, ...photos };
}

/** The file in a text that may be anything at all; null: it is none. */
export function readDraftFile(text: string): DraftFile | null {
  try {
    const found = JSON.parse(text) as Partial<DraftFile> | null;
    const file = found?.kind === undefined ? olderFile(found as (Draft & { name?: string }) | null) : (found as DraftFile);
    if (file?.kind !== KIND || typeof file.device !== "number" || !Array.isArray(file.photos)) return null;
    if (file.person !== null && typeof file.person.name !== "string") return null;
    return Number.isNaN(Date.parse(file.saved)) || !isDraft(file.draft) ? null : file;
  } catch {
    return null;
  }
}

/** Such files were a draft and its form's title, and no more. */
function olderFile(found: (Draft & { name?: string }) | null): DraftFile | null {
  if (!found || !isDraft(found)) return null;
  const { name = "", ...draft } = found;
  const left = Object.values(draft.values).filter(isMediaName).length;
  return { kind: KIND, version: 1, device: 0, person: null, saved: draft.updated, name, draft, photos: [], left };
}

function isDraft(draft: Partial<Draft> | undefined): boolean {
  if (typeof draft?.id !== "string" || typeof draft.form !== "number" || typeof draft.place !== "number") return false;
  const { base } = draft;
  return isValues(draft.values) && (base == null || (typeof base.rev === "number" && Array.isArray(base.after) && isValues(base.values)));
}

function isValues(values: unknown): boolean {
  const isScalar = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
  const isValue = (value: unknown): boolean => isScalar(value) || (Array.isArray(value) && value.every(isScalar));
  return typeof values === "object" && values !== null && Object.values(values).every(isValue);
}

/** Makes it a draft of this phone; gives the draft's id. Raises `StorageFull`. */
export async function takeDraft(store: Store, file: DraftFile): Promise<string> {
  const { draft, device } = file;
  const kept = device === store.device ? await store.draft(draft.id) : null;
  if (kept && !differ(kept.values, draft.values)) return kept.id; // There was room after all.
  const id = `${draft.id}.${device}.${Date.parse(file.saved).toString(36)}`;
  if (await store.draft(id)) return id;
  await store.saveDraft({ ...(await asHere(store, file)), id, updated: store.localNow() });
  return id;
}

/** An edit that builds on what the other phone alone has not sent yet is what was typed, over what is known here. */
async function asHere(store: Store, { draft, device }: DraftFile): Promise<Draft> {
  const { base, ...rest } = draft;
  if (!draft.record || !base?.after.length || device === store.device) return draft;
  const now = (await store.record(draft.record))?.values ?? base.values;
  return { ...rest, values: typedOver(now, base.values, draft.values) };
}

function typedOver(now: Values, before: Values, typed: Values): Values {
  const kept = Object.entries(now).filter(([path]) => path in typed || !(path in before));
  return Object.fromEntries([...kept, ...Object.entries(typed).filter(([path, value]) => !same(value, before[path]))]);
}
