/** What is reached, what comes next, and how long it is since something happened. Pure. */
import type { IndicatorDocument, MilestoneDocument } from "../../shared/protocol";
import { daysBetween, formatNumber } from "../i18n/format";

export interface MilestonesInOrder {
  /** Latest first. */
  readonly reached: readonly MilestoneDocument[];
  /** Dates in their order, then what is counted towards. */
  readonly next: readonly MilestoneDocument[];
}

/**
 * `today`: a plain date. A retracted milestone is not reached; a date milestone is when its day has come. Deadlines are
 * told to those whose report is missing, and stand among the messages.
 */
export function milestonesInOrder(all: readonly MilestoneDocument[], today: string): MilestonesInOrder {
  const milestones = all.filter((one) => one.type !== "deadline");
  const isReached = (one: MilestoneDocument) => one.reached !== null && one.retracted === null;
  const reached = milestones.filter(isReached).sort((one, other) => ((one.reached ?? "") < (other.reached ?? "") ? 1 : -1));
  const next = milestones
    .filter((one) => !isReached(one) && (one.on === null || one.on >= today))
    .sort(
      (one, other) =>
        (one.on ?? "9999").localeCompare(other.on ?? "9999") || (one.threshold ?? 0) - (other.threshold ?? 0) || one.code.localeCompare(other.code),
    );
  return { reached, next };
}

/** Whole days without it, up to today or to the last day that counts. */
export function daysWithout(indicator: Pick<IndicatorDocument, "since" | "until">, today: string): number {
  const last = indicator.until !== undefined && indicator.until < today ? indicator.until : today;
  return indicator.since === undefined ? 0 : Math.max(0, daysBetween(indicator.since, last));
}

/** Figures that are so much of a hundred. */
export function isShare({ kind }: Pick<IndicatorDocument, "kind">): boolean {
  return kind === "ratio" || kind === "covered";
}

/** How far the figure of a milestone has to come: "1.000", or "100%" where it is a share; nothing where it has no number. */
export function thresholdWords({ threshold, indicator }: MilestoneDocument, indicators: readonly IndicatorDocument[]): string {
  if (!threshold) return "";
  return `${formatNumber(threshold)}${indicators.some((one) => one.code === indicator && isShare(one)) ? "%" : ""}`;
}
