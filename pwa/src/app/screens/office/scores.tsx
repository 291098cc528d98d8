/** The scoring table: the units that this person scores, side by side; who scores one alone sees it at once. */
import { ProblemError } from "../../../shared/problem";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { useKept } from "../../kept";
import { useLive } from "../../live";
import { may } from "../../session";
import { Card, EmptyState, Icon, Page } from "../../ui";
import { Get, Outcome, useDownload } from "./downloading";
import { COLUMNS, formatPoints, type Overview, type Table, type Unit } from "./scores-data";
import { About, limitNames, rankName } from "./scores-parts";
import { Sheet } from "./scores-sheet";
import { t } from "./scores-t";
import "./scores.css";

function UnitLine({ campaign, unit, table }: { campaign: number; unit: Unit; table: Table }) {
  const { final } = unit.columns;
  return (
    <li class="score-unit">
      <a href={`#/scores/${campaign}/${unit.place}`}>
        <strong>{localized(unit.name)}</strong>
        {COLUMNS.map((column) => {
          const total = unit.columns[column];
          return (
            <span key={column} class="score-pair">
              <span class="small soft">{t(`scores.${column}`)}</span>
              <span class="number">{total.points === null ? "–" : formatPoints(total.points)}</span>
              <span class="small soft">{total.left ? t("scores.left", { count: total.left }) : t("scores.done")}</span>
            </span>
          );
        })}
        <span class="score-pair">
          <span class="small soft">{t("scores.rank")}</span>
          <span>{rankName(table, final)}</span>
          {unit.order !== null && <span class="small soft">{t("scores.order", { order: unit.order })}</span>}
        </span>
        <Icon name="arrow" />
      </a>
      {final.limits.length > 0 && (
        <p class="with-icon small">
          <Icon name="hold" />
          <span>{t("scores.limited", { names: limitNames(table, final) })}</span>
        </p>
      )}
    </li>
  );
}

function Campaign({ campaign }: { campaign: CampaignDocument }) {
  const path = `/api/campaigns/${campaign.id}/scores`;
  const { found, at, failure, ask } = useKept<Overview>(path);
  const download = useDownload();
  const [first, ...others] = found?.units ?? [];
  if (failure instanceof ProblemError && failure.slug === "not-found") return <EmptyState icon="pledge" title={t("scores.none")} />;
  if (first && !others.length && !may("verify") && !may("conclude")) return <Sheet campaign={campaign.id} place={first.place} />;
  return (
    <>
      <About about={found} at={at} failure={failure} ask={ask} />
      {!found && failure === null && <p class="soft">{t("app.loading")}</p>}
      {found && (
        <Card title={t("scores.units")}>
          <ul class="score-units" aria-label={t("scores.units")}>
            {found.units.map((unit) => (
              <UnitLine key={unit.place} campaign={campaign.id} unit={unit} table={found.table} />
            ))}
          </ul>
          <Outcome of={download} />
          <Get of={download} path={`${path}/table?format=xlsx`} words={t("scores.download")} />
        </Card>
      )}
    </>
  );
}

export default function Scores() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  return (
    <Page title={t("scores.title")} width="wide" back={may("office") ? "office" : "campaign"} lead={<p class="soft">{t("scores.lead")}</p>}>
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("scores.none")} />}
      {campaigns?.map((campaign) => (
        <section key={campaign.id} class="stack" aria-label={localized(campaign.name)}>
          {campaigns.length > 1 && <h2>{localized(campaign.name)}</h2>}
          <Campaign campaign={campaign} />
        </section>
      ))}
    </Page>
  );
}
