/** What is typed of a part of a set-up, changed as a whole: kept by campaign, looked at, saved, laid over what others did. */
import { signal, type Signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { useChanging, type Changing } from "./setup-changing";
import { typedOver, type Change, type Draft, type Setup } from "./setup-data";
import type { OfSetup } from "./setup-page";

/** What is typed and not saved yet, by campaign: leaving the screen and coming back doesn't lose it. */
export type Drafts<What> = Signal<Readonly<Record<number, Draft<What> | undefined>>>;

export function drafts<What>(): Drafts<What> {
  return signal({});
}

interface Part<What> {
  /** What stands now, over which something is typed. */
  readonly now: (setup: Setup) => What;
  /** A draft over what somebody else has made of it meanwhile. */
  readonly over: (draft: Draft<What>, now: What, seen: number) => Draft<What>;
}

export interface SetupDraft<What> {
  /** undefined: nothing is typed. */
  readonly typed: What | undefined;
  readonly changing: Changing;
  readonly keep: (value: What) => void;
  /** Has looked at what changes will do. `others`: they aren't what is typed, which stays when they are saved. */
  readonly look: (changes: readonly Change[], others?: boolean) => void;
  /** Forgets what was saved; what was typed while it was looked at stays. */
  readonly done: (found: Setup) => void;
}

export function useSetupDraft<What>(kept: Drafts<What>, { campaign, setup, take }: OfSetup, { now, over }: Part<What>): SetupDraft<What> {
  const draft = kept.value[campaign.id];
  const set = (next: Draft<What> | undefined): void => {
    kept.value = { ...kept.value, [campaign.id]: next };
  };
  const changing = useChanging(campaign, take, (found) => {
    const typed = kept.value[campaign.id]; // as it is by then
    set(typed && over(typed, now(found), found.seen));
  });
  const [looked, setLooked] = useState(draft);
  return {
    typed: draft?.value,
    changing,
    keep: (value) => set(typedOver(draft, { seen: setup.seen, base: now(setup) }, value)),
    look: (changes, others = false) => {
      setLooked(others ? undefined : draft);
      void changing.look(changes, draft?.seen ?? setup.seen);
    },
    done: (found) => set(draft === looked ? undefined : draft && { ...draft, seen: found.seen, base: now(found) }),
  };
}
