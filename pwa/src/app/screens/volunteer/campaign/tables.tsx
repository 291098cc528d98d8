/** Tables of figures: communes side by side, one reporting period after the other, days reported on by themselves. */
import type { ComponentChildren } from "preact";
import type { IndicatorDocument, PlaceDocument } from "../../../../shared/protocol";
import { HAZARD_COUNTS, percentOf, type Details, type Figure, type Point } from "../../../data/progress";
import { localized, translator } from "../../../i18n";
import { common } from "../../../i18n/common";
import { formatCount, formatDate, formatHours, formatNumber, formatPercent } from "../../../i18n/format";
import { progress } from "../../../i18n/progress";

const t = translator(common, progress);

/** A figure as the indicator's kind has it: hours, both numbers of a share, or a count. */
export function written(kind: IndicatorDocument["kind"], figure: Figure): string {
  if (kind === "median") return figure.denominator ? formatHours(figure.numerator) : "–";
  const whole = (kind === "ratio" || kind === "covered") && figure.denominator !== null;
  return whole ? `${formatNumber(figure.numerator)} / ${formatNumber(figure.denominator)}` : formatNumber(figure.numerator);
}

export interface TablesProps {
  readonly details: Details;
  readonly indicator: IndicatorDocument;
  readonly places: ReadonlyMap<number, PlaceDocument>;
}

interface TableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
}

function Table({ caption, columns, children }: TableProps) {
  return (
    <table class="figures-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** The communes in the order of their names: nobody is first or last here. */
export function unitsInOrder(details: Details, places: ReadonlyMap<number, PlaceDocument>): (readonly [number, string])[] {
  return details.places
    .map((place) => [place, localized(places.get(place)?.name)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, "vi"));
}

export function Units({ details, indicator, places }: TablesProps) {
  const found = details.indicators.find((each) => each.code === indicator.code);
  return (
    <Table caption={t("progress.units")} columns={[t("progress.unit"), t("progress.figure")]}>
      {unitsInOrder(details, places).map(([place, name]) => {
        const figure = found?.places.find((each) => each.place === place);
        const percent = figure && indicator.kind === "ratio" ? percentOf(figure, details.few) : null;
        return (
          <tr key={place}>
            <th scope="row">{name}</th>
            <td>
              {figure ? written(indicator.kind, figure) : "–"}
              {percent !== null && ` (${formatPercent(percent)})`}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** This year's number, and below it that of the year before: unknown (null) is not 0, and undefined is not spoken of. */
function Beside({ now, before }: { now: number | null; before: number | null | undefined }) {
  const same = before === null ? t("progress.same-none") : t("progress.same", { number: formatCount(before ?? 0) });
  return (
    <td>
      {now === null ? "–" : formatCount(now)}
      {before !== undefined && <span class="soft small">{same}</span>}
    </td>
  );
}

export function Periods({ details, indicator }: Pick<TablesProps, "details" | "indicator">) {
  const found = details.indicators.find((each) => each.code === indicator.code);
  const points = new Map<string, Point>(details.compared.find((each) => each.code === indicator.code)?.points.map((point) => [point.from, point]));
  // Where nothing is known of the year before, the chart above says so once.
  const compared = [...points.values()].some((point) => point.same !== null || point.same_so_far !== null);
  const columns = points.size > 0 ? [t("progress.period"), t("progress.alone"), t("progress.so-far")] : [t("progress.period"), t("progress.figure")];
  return (
    <Table caption={t("progress.periods")} columns={columns}>
      {details.periods.map((period, index) => {
        const figure = found?.periods[index];
        const point = points.get(period.from);
        return (
          <tr key={period.from}>
            <th scope="row">
              {formatDate(period.from)} – {formatDate(period.to)}
              <span class="soft small">{t(`progress.state.${period.state}`)}</span>
              {period.corrections > 0 && <span class="small">{t("progress.corrections", { count: period.corrections })}</span>}
            </th>
            {point ? (
              <>
                <Beside now={point.now} before={compared ? point.same : undefined} />
                <Beside now={point.so_far} before={compared ? point.same_so_far : undefined} />
              </>
            ) : (
              <td>{figure ? written(indicator.kind, figure) : "–"}</td>
            )}
          </tr>
        );
      })}
    </Table>
  );
}

/** Holidays and festivals of the pack. */
export function Special({ details, indicator }: Pick<TablesProps, "details" | "indicator">) {
  const figures = details.indicators.find((each) => each.code === indicator.code)?.special ?? [];
  if (!figures.some((figure) => figure !== null)) return null;
  return (
    <Table caption={t("progress.special")} columns={[t("progress.days"), t("progress.figure")]}>
      {details.special.map((span, index) => {
        const figure = figures[index];
        return (
          <tr key={span.from}>
            <th scope="row">
              {localized(span.name)}
              <span class="soft small">
                {formatDate(span.from)} – {formatDate(span.to)}
              </span>
            </th>
            <td>{figure ? written(indicator.kind, figure) : "–"}</td>
          </tr>
        );
      })}
    </Table>
  );
}

/** How many hazards are in which state at a commune. */
export function hazardsAt(details: Details, place: number): readonly number[] {
  const counts = details.hazards?.counts;
  return HAZARD_COUNTS.map((state) => {
    const indicator = details.indicators.find((each) => each.code === counts?.[state]);
    return indicator?.places.find((each) => each.place === place)?.numerator ?? 0;
  });
}

export function Hazards({ details, places }: Pick<TablesProps, "details" | "places">) {
  const rows = unitsInOrder(details, places)
    .map(([place, name]) => ({ place, name, counts: hazardsAt(details, place) }))
    .filter(({ counts }) => counts.some((count) => count > 0));
  if (rows.length === 0) return <p class="soft">{t("hazards.none")}</p>;
  return (
    <>
      <Table caption={t("hazards.title")} columns={[t("progress.unit"), ...HAZARD_COUNTS.map((state) => t(`hazards.${state}`))]}>
        {rows.map(({ place, name, counts }) => (
          <tr key={place}>
            <th scope="row">{name}</th>
            {HAZARD_COUNTS.map((state, index) => (
              <td key={state}>{formatNumber(counts[index] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </Table>
      <p class="soft small">{t("hazards.note")}</p>
    </>
  );
}
