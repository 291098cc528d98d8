/** Figures in detail: communes side by side, and one reporting period after the other. Counts first, no ranking. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../../shared/api";
import type { CampaignDocument, IndicatorDocument, PlaceDocument } from "../../../../shared/protocol";
import { localized, translator } from "../../../i18n";
import { common } from "../../../i18n/common";
import { formatDate, formatHours, formatMoment, formatNumber, formatPercent } from "../../../i18n/format";
import { progress } from "../../../i18n/progress";
import { recall, remember } from "../../../remembered";
import { here } from "../../../session";
import { Banner, Button } from "../../../ui";

const t = translator(common, progress);

interface Figure {
  readonly numerator: number;
  readonly denominator: number | null;
}

interface Details {
  readonly periods: readonly { readonly from: string; readonly to: string; readonly state: "open" | "prepared" | "signed"; readonly corrections: number }[];
  readonly places: readonly number[];
  readonly indicators: readonly {
    readonly code: string;
    readonly places: readonly (Figure & { readonly place: number; readonly percent: string | null })[];
    readonly periods: readonly (Figure | null)[];
  }[];
}

interface Kept {
  readonly at: string;
  readonly details: Details;
}

/** What the server says now; without a network what it said last, and when. */
function useDetails(campaign: number) {
  const { profile } = here();
  const key = `ben-progress-${profile.device}-${campaign}`;
  const [kept, setKept] = useState<Kept | null>(() => JSON.parse(recall(key) ?? "null") as Kept | null);
  const [failed, setFailed] = useState(false);
  const ask = async (): Promise<void> => {
    try {
      const found = { at: new Date().toISOString(), details: await api<Details>("GET", `/api/campaigns/${campaign}/progress`, undefined, profile.device) };
      remember(key, JSON.stringify(found));
      setKept(found);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  useEffect(() => void ask(), [key]);
  return { kept, failed, ask };
}

/** A figure as the indicator's kind has it: hours, both numbers of a share, or a count. */
export function written(kind: IndicatorDocument["kind"], figure: Figure): string {
  if (kind === "median") return figure.denominator ? formatHours(figure.numerator) : "–";
  const whole = (kind === "ratio" || kind === "covered") && figure.denominator !== null;
  return whole ? `${formatNumber(figure.numerator)} / ${formatNumber(figure.denominator)}` : formatNumber(figure.numerator);
}

interface TablesProps {
  readonly details: Details;
  readonly indicator: IndicatorDocument;
  readonly places: ReadonlyMap<number, PlaceDocument>;
}

function Tables({ details, indicator, places }: TablesProps) {
  const found = details.indicators.find((each) => each.code === indicator.code);
  const name = (place: number) => localized(places.get(place)?.name);
  const units = [...details.places].sort((one, other) => name(one).localeCompare(name(other), "vi"));
  const share = indicator.kind === "ratio";
  return (
    <div class="two">
      <table class="figures-table">
        <caption>{t("progress.units")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("progress.unit")}</th>
            <th scope="col">{t("progress.figure")}</th>
          </tr>
        </thead>
        <tbody>
          {units.map((place) => {
            const figure = found?.places.find((each) => each.place === place);
            return (
              <tr key={place}>
                <th scope="row">{name(place)}</th>
                <td>
                  {figure ? written(indicator.kind, figure) : "–"}
                  {share && figure?.percent ? ` (${formatPercent(figure.percent)})` : ""}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <table class="figures-table">
        <caption>{t("progress.periods")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("progress.period")}</th>
            <th scope="col">{t("progress.figure")}</th>
          </tr>
        </thead>
        <tbody>
          {details.periods.map((period, index) => {
            const figure = found?.periods[index];
            return (
              <tr key={period.from}>
                <th scope="row">
                  {formatDate(period.from)} – {formatDate(period.to)}
                  <span class="soft small">{t(`progress.state.${period.state}`)}</span>
                  {period.corrections > 0 && <span class="small">{t("progress.corrections", { count: period.corrections })}</span>}
                </th>
                <td>{figure ? written(indicator.kind, figure) : "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export interface DetailsProps {
  readonly campaign: CampaignDocument;
  readonly indicators: readonly IndicatorDocument[];
  readonly places: ReadonlyMap<number, PlaceDocument>;
}

export function DetailedFigures({ campaign, indicators, places }: DetailsProps) {
  const { kept, failed, ask } = useDetails(campaign.id);
  const shown = indicators.filter((each) => each.place === campaign.place && each.kind !== "all_of").sort((one, other) => one.position - other.position);
  const [chosen, choose] = useState(shown[0]?.code);
  const indicator = shown.find((each) => each.code === chosen);
  return (
    <div class="stack">
      {failed && (
        <Banner tone="attention" icon="offline" title={kept ? t("progress.kept", { at: formatMoment(kept.at) }) : t("progress.failed")}>
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      <label class="field">
        <span class="field-label">{t("progress.which")}</span>
        <select class="input" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          {shown.map((each) => (
            <option key={each.code} value={each.code}>
              {localized(each.name)}
            </option>
          ))}
        </select>
      </label>
      {indicator?.window === "outcome" && <p class="soft small">{t("progress.small")}</p>}
      {kept && indicator ? <Tables details={kept.details} indicator={indicator} places={places} /> : !failed && <p class="soft">{t("app.loading")}</p>}
    </div>
  );
}
