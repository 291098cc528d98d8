/** One indicator against its target: the count first, then what may still happen, and the percentage last. */
import type { IndicatorDocument } from "../../../../shared/protocol";
import { language, localized } from "../../../i18n";
import { formatNumber } from "../../../i18n/format";
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
};

function percentWords(percent: string): string {
  const written = language.value === "en" ? percent.replace(",", ".") : percent;
  return t("indicator.percent", { percent: written.replace("-", "−") });
}

/** What the target says of this count, in the unit itself. */
function targetWords(indicator: IndicatorDocument): string {
  const { target, kind, budget, baseline } = indicator;
  const unit = localized(indicator.unit);
  if (kind === "all_of") return t("indicator.all-of");
  if (kind === "reduction") {
    if (baseline === null || budget === null) return ""; // The verdict says it.
    return t("indicator.budget", { baseline: formatNumber(baseline), budget: formatNumber(budget), unit });
  }
  if (target?.at_most !== undefined) return t("indicator.at-most", { number: formatNumber(target.at_most), unit });
  if (target?.at_least !== undefined) {
    const words = t("indicator.at-least", { number: formatNumber(target.at_least), unit });
    return target.source === "proposed" ? `${words} ${t("indicator.proposed")}` : words;
  }
  return "";
}

function Bar({ value, most, label }: { value: number; most: number; label: string }) {
  return <progress value={Math.min(value, most)} max={most || 1} aria-label={label} />;
}

/** The count of a ratio is both its numbers, never the percentage alone. */
function Count({ indicator }: { indicator: IndicatorDocument }) {
  const { kind, numerator, denominator } = indicator;
  if (numerator === null || (kind === "ratio" && !denominator)) return <p class="soft">{t("indicator.none-yet")}</p>;
  if (kind === "ratio" || kind === "all_of") {
    return (
      <p class="big-number">
        <strong>{formatNumber(numerator)}</strong> <span>/ {denominator === null ? "–" : formatNumber(denominator)}</span>{" "}
        {kind === "all_of" && <span>{localized(indicator.unit)}</span>}
      </p>
    );
  }
  return (
    <p class="big-number">
      <strong>{formatNumber(numerator)}</strong> <span>{localized(indicator.unit)}</span>
    </p>
  );
}

function Progress({ indicator }: { indicator: IndicatorDocument }) {
  const { kind, target, numerator, denominator, budget } = indicator;
  const label = localized(indicator.name);
  if (numerator === null) return null;
  if (kind === "at_least" && target?.at_least) return <Bar value={numerator} most={target.at_least} label={label} />;
  if (kind === "ratio" && denominator) return <Bar value={numerator} most={denominator} label={label} />;
  if (kind === "reduction" && budget) return <Bar value={numerator} most={budget} label={label} />;
  return null;
}

export function Indicator({ indicator }: { indicator: IndicatorDocument }) {
  const look = LOOK[indicator.verdict];
  const words = targetWords(indicator);
  return (
    <li class="card indicator" data-code={indicator.code}>
      <div class="indicator-head">
        <h3>{localized(indicator.name)}</h3>
        <span class="chip" data-tone={look.tone}>
          <Icon name={look.icon} />
          {t(`verdict.${indicator.verdict}`)}
        </span>
      </div>
      <Count indicator={indicator} />
      <Progress indicator={indicator} />
      {words && <p>{words}</p>}
      {indicator.percent !== null && <p class="soft small">{percentWords(indicator.percent)}</p>}
      {indicator.provisional && (
        <p class="soft small with-icon">
          <Icon name="info" />
          <span>{t("indicator.provisional")}</span>
        </p>
      )}
    </li>
  );
}
