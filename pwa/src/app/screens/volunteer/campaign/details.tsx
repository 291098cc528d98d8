/** Figures in detail: against the year before, communes side by side, one period after the other. Counts first, no ranking. */
import { useState } from "preact/hooks";
import type { CampaignDocument, IndicatorDocument, PlaceDocument } from "../../../../shared/protocol";
import { Compared } from "../../../charts/compared";
import { localized, translator } from "../../../i18n";
import { common } from "../../../i18n/common";
import { formatMoment } from "../../../i18n/format";
import { progress } from "../../../i18n/progress";
import { useDetails } from "../../../progress";
import { may } from "../../../session";
import { Banner, Button, LinkButton } from "../../../ui";
import { Hazards, Periods, Special, Units, type TablesProps } from "./tables";

const t = translator(common, progress);

function Figures({ details, indicator, places }: TablesProps) {
  const compared = details.compared.find((each) => each.code === indicator.code);
  return (
    <>
      {compared && <Compared indicator={indicator} points={compared.points} today={details.today} few={details.few} />}
      <div class={compared ? "stack" : "two"}>
        <Units details={details} indicator={indicator} places={places} />
        <div>
          <Periods details={details} indicator={indicator} />
          <Special details={details} indicator={indicator} />
        </div>
      </div>
    </>
  );
}

export interface DetailsProps {
  readonly campaign: CampaignDocument;
  readonly indicators: readonly IndicatorDocument[];
  readonly places: ReadonlyMap<number, PlaceDocument>;
}

export function DetailedFigures({ campaign, indicators, places }: DetailsProps) {
  const { found, at, silent, ask } = useDetails(campaign.id);
  const shown = indicators.filter((each) => each.place === campaign.place && each.kind !== "all_of").sort((one, other) => one.position - other.position);
  const [chosen, choose] = useState(shown[0]?.code);
  const indicator = shown.find((each) => each.code === chosen);
  return (
    <div class="stack">
      {silent !== null && (
        <Banner tone="attention" icon="offline" title={at ? t("progress.kept", { at: formatMoment(at) }) : t("progress.failed")}>
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
      {found && indicator ? <Figures details={found} indicator={indicator} places={places} /> : silent === null && <p class="soft">{t("app.loading")}</p>}
      {found?.hazards && (
        <section class="stack" data-gap="small" aria-label={t("hazards.title")}>
          <Hazards details={found} places={places} />
          {may("decide") && (
            <LinkButton icon="pin" href="#/map">
              {t("hazards.map")}
            </LinkButton>
          )}
        </section>
      )}
      {may("export") && (
        <LinkButton icon="target" href="#/wall">
          {t("progress.wall")}
        </LinkButton>
      )}
    </div>
  );
}
