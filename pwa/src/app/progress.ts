/** The figures in detail, as the server said them last. */
import type { Details } from "./data/progress";
import { useKept, type Asked } from "./kept";

/** `minutes`: asks again by itself, for a screen that nobody touches. */
export function useDetails(campaign: number | undefined, minutes?: number): Asked<Details> {
  const path = campaign === undefined ? null : `/api/campaigns/${campaign}/progress`;
  return useKept<Details>(path, { ...(minutes !== undefined && { minutes }), isWhole: (found) => Array.isArray(found.compared) });
}
