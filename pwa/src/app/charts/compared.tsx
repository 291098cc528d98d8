/** A figure against the same period of the year before: in words, as a chart, and what the chart's lines mean. */
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { changePercent, samePeriod, type Point } from "../data/progress";
import { localized, translator } from "../i18n";
import { common } from "../i18n/common";
import { formatCount, formatDate, formatDifference, formatPercent } from "../i18n/format";
import { progress } from "../i18n/progress";
import type { IndicatorDocument } from "../../shared/protocol";
import type { TrendProps } from "./trend";

const t = translator(common, progress);

export interface ComparedProps {
  readonly indicator: IndicatorDocument;
  readonly points: readonly Point[];
  readonly today: string;
  /** Below so many of the year before no percentage is given. */
  readonly few: number;
}

/** As official reports write it: counts, the difference, and the percentage last, where it is of enough. */
export function comparedWords({ indicator, points, today, few }: ComparedProps): string {
  const found = samePeriod(points, today);
  if (!found) return t("compared.unknown");
  const { to, now, before } = found;
  const percent = before >= few ? changePercent(before, now) : null;
  const known = { to: formatDate(to), now: formatCount(now), before: formatCount(before), unit: localized(indicator.unit) };
  const difference = formatDifference(now - before);
  return t("compared.words", { ...known, difference: percent === null ? difference : `${difference}, ${formatPercent(percent)}` });
}

/** The library is fetched when the first chart is to be drawn, and kept; without it the words and the table remain. */
function useTrend(): FunctionComponent<TrendProps> | null {
  const [Trend, setTrend] = useState<FunctionComponent<TrendProps> | null>(null);
  useEffect(() => {
    import("./trend").then(
      (found) => setTrend(() => found.Trend),
      () => undefined,
    );
  }, []);
  return Trend;
}

const LINES = [
  ["now", "M2 8h44", "M24 3a5 5 0 1 0 .1 0z"],
  ["before", "M2 8h10m6 0h12m6 0h10", "M19 3h10v10H19z"],
  ["budget", "M2 8h3m4 0h3m4 0h3m4 0h3m4 0h3m4 0h3m4 0h3", ""],
] as const;

/** Each line as it is drawn, beside what it is. */
export function LinesMeant({ budget }: { budget: boolean }) {
  return (
    <ul class="lines-meant" aria-hidden="true">
      {LINES.filter(([line]) => budget || line !== "budget").map(([line, stroke, marker]) => (
        <li key={line}>
          <svg viewBox="0 0 48 16" data-line={line}>
            <path d={stroke} />
            {marker && <path d={marker} class="marker" />}
          </svg>
          {t(`compared.${line}`)}
        </li>
      ))}
    </ul>
  );
}

export function Compared(props: ComparedProps) {
  const { indicator, points, today } = props;
  const Trend = useTrend();
  const words = comparedWords(props);
  const budget = indicator.budget;
  return (
    <figure class="year-before">
      <figcaption>{words}</figcaption>
      {Trend ? <Trend points={points} today={today} budget={budget} label={`${localized(indicator.name)}. ${words}`} /> : <div class="trend" />}
      <LinesMeant budget={budget !== null} />
    </figure>
  );
}
