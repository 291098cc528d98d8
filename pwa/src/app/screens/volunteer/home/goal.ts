/** How far a place is with a goal, in words. */
import type { IndicatorDocument } from "../../../../shared/protocol";
import type { Goal } from "../../../data/asked";
import { asked } from "../../../i18n/asked";
import { localized, translator } from "../../../i18n";
import { formatNumber } from "../../../i18n/format";

const t = translator(asked);

/** The unit of a share is no unit of its counts: it is told by both of these, and the target in percent. */
export function goalWords({ kind, unit, denominator, target }: IndicatorDocument, { value, goal }: Goal, words: "week.share" | "commune.line"): string {
  if (kind === "ratio" && target?.at_least !== undefined) {
    return t("goal.percent", { value: formatNumber(value), all: formatNumber(denominator ?? 0), percent: formatNumber(target.at_least) });
  }
  return t(words, { value: formatNumber(value), goal: formatNumber(goal), unit: localized(unit) });
}
