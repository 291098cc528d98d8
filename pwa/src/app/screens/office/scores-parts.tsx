/** What the screens of scores share: what is to be known of a table, names of ranks and limits, points in words. */
import { localized } from "../../i18n";
import { formatDate, formatMoment, formatNumber } from "../../i18n/format";
import { Banner, Button, Icon } from "../../ui";
import { formatPoints, type Counted, type Defined, type Table, type Total } from "./scores-data";
import { t } from "./scores-t";

interface AboutProps {
  readonly about: { readonly running: boolean; readonly today: string; readonly table: Table } | null;
  readonly at: string | null;
  readonly failure: unknown;
  readonly ask: () => Promise<void>;
}

/** What everybody should know of the table before they read points. */
export function About({ about, at, failure, ask }: AboutProps) {
  return (
    <>
      {failure !== null && (
        <Banner tone="attention" icon="offline" title={at ? t("scores.kept", { at: formatMoment(at) }) : t("scores.failed")}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {about?.table.source === "proposed" && (
        <Banner tone="attention" icon="draft" title={t("scores.proposed")}>
          <p>{t("scores.proposed.text")}</p>
        </Banner>
      )}
      {about?.running && (
        <p class="with-icon small">
          <Icon name="clock" />
          <span>{t("scores.running", { date: formatDate(about.today) })}</span>
        </p>
      )}
    </>
  );
}

export function rankName(table: Table, total: Total): string {
  return localized(table.ranks.find((rank) => rank.code === total.rank)?.name) || t("scores.unranked");
}

export function limitNames(table: Table, total: Total): string {
  return table.limits
    .filter((limit) => total.limits.includes(limit.code))
    .map((limit) => localized(limit.name))
    .join("; ");
}

/** How an item gets its points, a line a step. */
export function howOf(item: Defined): string[] {
  if (item.fall) {
    const steps = item.fall.map((step) => {
      if (step.more_than === 0) return t("scores.how.fall-more", { points: step.points });
      if (step.at_least === 0) return t("scores.how.fall-none", { points: step.points });
      return t("scores.how.fall", { bound: formatNumber(step.at_least ?? step.more_than ?? 0), points: step.points });
    });
    return [...steps, t("scores.how.kept", { points: item.kept_zero ?? 0 })];
  }
  if (item.counts) return item.counts.map((step) => t("scores.how.counts", { bound: formatNumber(step.at_least ?? (step.more_than ?? 0) + 1), points: step.points }));
  if (item.share_of) return [t("scores.how.share", { bound: formatNumber(item.share_of) })];
  if (item.each_missing) return [t("scores.how.missing", { points: item.each_missing })];
  return [t("scores.how.hand")];
}

/** Points, or that they are left out. */
export function pointsOf(points: number | null): string {
  return points === null ? t("scores.not-applicable") : formatPoints(points);
}

/** The figure behind counted points: "12 / 15", "4 against 6 a year before", why there are none. */
export function figureOf(item: Defined, counted: Counted): string {
  const { numerator, denominator, baseline } = counted;
  if (counted.state === "unknown") return t("scores.unknown");
  if (item.fall) return baseline === null ? t("scores.no-baseline") : t("scores.against", { now: formatNumber(numerator), before: formatNumber(baseline) });
  if (counted.state === "not_applicable") return t("scores.nothing-due");
  return item.share_of || item.each_missing ? `${formatNumber(numerator)} / ${formatNumber(denominator ?? 0)}` : t("scores.figure", { count: formatNumber(numerator) });
}
