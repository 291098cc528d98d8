/** The list that is being added, kept on this device until it is added or dropped. */
import { signal, type Signal } from "@preact/signals";
import { recall, remember } from "../../remembered";
import { here } from "../../session";
import { EMPTY, type Draft } from "./people-import-data";

/** By device number, since several persons may share a phone. */
const drafts = new Map<number, Signal<Draft>>();

/** Goes with the profile: see `forgetKept`. */
const keyOf = (device: number): string => `ben-${device}-people-import`;

function mine(): Signal<Draft> {
  const { device } = here().profile;
  const found = drafts.get(device) ?? signal((JSON.parse(recall(keyOf(device)) || "null") as Draft | null) ?? EMPTY);
  drafts.set(device, found);
  return found;
}

/** Reading it inside a component makes the component follow it. */
export function draft(): Draft {
  return mine().value;
}

export function keepDraft(over: Partial<Draft>): void {
  const kept = mine();
  kept.value = { ...kept.value, ...over };
  remember(keyOf(here().profile.device), JSON.stringify(kept.value));
}

export function dropDraft(): void {
  mine().value = EMPTY;
  remember(keyOf(here().profile.device), "");
}
