/** One indicator against its target: the count first, then what is left of the budget, and the percentage last. */
import type { IndicatorDocument } from "../../../../shared/protocol";
import { daysWithout, isShare } from "../../../data/standing";
import { localized } from "../../../i18n";
import { formatCount, formatDecimal, formatDate, formatDifference, formatHours, formatNumber, formatPercent } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { Icon, type IconName } from "../../../ui";

type Verdict = IndicatorDocument["verdict"];

/** Even, unexcited colours: most of these count people who were hurt. */
const LOOK: Record<Verdict, { icon: IconName; tone: string }> = {
  no_baseline: { icon: "info", tone: "slate" },
  met: { icon: "check", tone: "water" },
  exceeded: { icon: "check", tone: "water" },
  held_zero: { icon: "check", tone: "water" },
  not_met: { icon: "minus", tone: "amber" },
  increased: { icon: "alert", tone: "lantern" },
  progress: { icon: "clock", tone: "indigo" },
  shown: { icon: "info", tone: "slate" },
};

/** What the target says of this count, in the unit itself. */
function targetWords(indicator: IndicatorDocument): string {
  const { target, kind } = indicator;
  const unit = localized(indicator.unit);
  if (kind === "all_of") return t("indicator.all-of");
  if (kind === "reduction") return budgetWords(indicator);
  if (kind === "median" && target?.at_most !== undefined) return proposed(indicator, t("indicator.within-hours", { number: formatNumber(target.at_most) }));
  if (target?.at_most !== undefined) return t("indicator.at-most", { number: formatNumber(target.at_most), unit });
  if (target?.at_least === undefined) return "";
  const number = formatNumber(target.at_least);
  return proposed(indicator, isShare(indicator) ? t("indicator.at-least-percent", { number }) : t("indicator.at-least", { number, unit }));
}

function proposed(indicator: IndicatorDocument, words: string): string {
  return indicator.target?.source === "proposed" ? `${words} ${t("indicator.proposed")}` : words;
}

/** What may still happen and the target be met; without a baseline the verdict says it. */
function budgetWords({ baseline, budget, numerator, unit, target }: IndicatorDocument): string {
  if (baseline === null || budget === null || numerator === null) return "";
  const left = budget - numerator;
  const known = { baseline: formatNumber(baseline), budget: formatNumber(budget), unit: localized(unit) };
  const words = left >= 0 ? t("indicator.left", { ...known, left: formatNumber(left) }) : t("indicator.over", { ...known, over: formatNumber(-left) });
  return target?.fewer === undefined ? words : `${words} ${t("indicator.fewer")}`;
}

/** As official reports write it: the difference first, then the percentage in brackets. */
function percentWords(indicator: IndicatorDocument): string {
  const { percent, kind, baseline, numerator } = indicator;
  if (kind === "rate") return percent === null ? t("indicator.no-fact") : t("indicator.rate", { percent: formatDecimal(percent), times: formatNumber(indicator.times ?? 1) });
  if (kind === "covered" && indicator.denominator === null) return t("indicator.no-all", { unit: localized(indicator.unit) });
  if (percent === null) return "";
  if (kind !== "reduction" || baseline === null || numerator === null) return formatPercent(percent);
  const difference = formatDifference(numerator - baseline);
  return t("indicator.change", { difference, unit: localized(indicator.unit), percent: formatPercent(percent) });
}

/** What the figure is of, where that needs saying. */
function noteWords(indicator: IndicatorDocument): string {
  if (indicator.kind === "days_since" && indicator.since) {
    return t(indicator.happened ? "indicator.since" : "indicator.since-start", { date: formatDate(indicator.since) });
  }
  if (indicator.kind === "median" && indicator.denominator) return t("indicator.of-records", { number: indicator.denominator });
  if (indicator.per) return t(`indicator.per.${indicator.per}`);
  return indicator.severity === "int" && indicator.kind === "reduction" ? t("indicator.scope.int") : "";
}

function Bar({ value, most, label }: { value: number; most: number; label: string }) {
  return <progress value={Math.min(value, most)} max={most || 1} aria-label={label} />;
}

/** The count of a share is both its numbers, never the percentage alone. */
function Count({ indicator, today }: { indicator: IndicatorDocument; today: string }) {
  const { kind, numerator, denominator } = indicator;
  const shared = isShare(indicator) || kind === "all_of";
  if (numerator === null || ((kind === "ratio" || kind === "median") && !denominator)) return <p class="soft">{t("indicator.none-yet")}</p>;
  const harm = kind === "reduction" || kind === "at_most" || kind === "count" || kind === "rate";
  const number = kind === "days_since" ? formatNumber(daysWithout(indicator, today)) : kind === "median" ? formatHours(numerator) : harm ? formatCount(numerator) : formatNumber(numerator);
  return (
    <p class="big-number">
      <strong>{number}</strong> {shared && denominator !== null && <span>/ {formatNumber(denominator)}</span>}{" "}
      {(!shared || kind !== "ratio") && <span>{localized(indicator.unit)}</span>}
    </p>
  );
}

function Progress({ indicator }: { indicator: IndicatorDocument }) {
  const { kind, target, numerator, denominator, budget } = indicator;
  const label = localized(indicator.name);
  if (numerator === null) return null;
  if (kind === "at_least" && target?.at_least) return <Bar value={numerator} most={target.at_least} label={label} />;
  if (isShare(indicator) && denominator) return <Bar value={numerator} most={denominator} label={label} />;
  if (kind === "reduction" && budget) return <Bar value={numerator} most={budget} label={label} />;
  return null;
}

export interface IndicatorProps {
  readonly indicator: IndicatorDocument;
  /** What is reported of the same and not confirmed. */
  readonly reports?: IndicatorDocument | undefined;
  readonly today: string;
}

export function Indicator({ indicator, reports, today }: IndicatorProps) {
  const look = LOOK[indicator.verdict];
  const lines = [targetWords(indicator), percentWords(indicator)].filter(Boolean);
  const note = noteWords(indicator);
  return (
    <li class="card indicator" data-code={indicator.code}>
      <div class="indicator-head">
        <h4>{localized(indicator.name)}</h4>
        {indicator.verdict !== "shown" && (
          <span class="chip" data-tone={look.tone}>
            <Icon name={look.icon} />
            {t(`verdict.${indicator.verdict}`)}
          </span>
        )}
      </div>
      <Count indicator={indicator} today={today} />
      <Progress indicator={indicator} />
      {lines.map((words) => (
        <p key={words}>{words}</p>
      ))}
      {reports && Boolean(reports.numerator) && (
        <p class="small with-icon">
          <Icon name="clock" />
          <span>{t("indicator.reports", { name: localized(reports.name), number: formatCount(reports.numerator ?? 0), unit: localized(reports.unit) })}</span>
        </p>
      )}
      {note && <p class="soft small">{note}</p>}
      {indicator.provisional && (
        <p class="soft small with-icon">
          <Icon name="info" />
          <span>{t("indicator.provisional")}</span>
        </p>
      )}
    </li>
  );
}
