/** Reports and exports: what leaves the campaign as files, for paper, for reckoning, for maps. */
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { useLive } from "../../live";
import { may } from "../../session";
import { Banner, Card, EmptyState, List, ListItem, Page } from "../../ui";
import { Get, Outcome, useDownload } from "./downloading";
import "./office.css";
import { Reports } from "./reports";
import { t } from "./reports-t";

function Records({ campaign }: { campaign: CampaignDocument }) {
  const download = useDownload();
  const path = `/api/campaigns/${campaign.id}/export`;
  return (
    <Card title={t("export.title")}>
      <p>{t("export.text")}</p>
      <List label={t("export.text")}>
        <ListItem icon="list" title={t("export.records")} />
        <ListItem icon="clock" title={t("export.history")} />
        <ListItem icon="hold" title={t("export.held")} />
      </List>
      <Outcome of={download} />
      <Get of={download} path={path} words={t("export.get")} main />
      <Get of={download} path={`${path}?format=xlsx`} words={t("export.xlsx")} />
      <Banner tone="attention" icon="people" title={t("export.care")} />
    </Card>
  );
}

function Points({ campaign }: { campaign: CampaignDocument }) {
  const download = useDownload();
  return (
    <Card title={t("points.title")}>
      <p>{t(may("review") ? "points.exact" : "points.square")}</p>
      <Outcome of={download} />
      <Get of={download} path={`/api/campaigns/${campaign.id}/points`} words={t("points.get")} icon="pin" />
    </Card>
  );
}

function One({ campaign }: { campaign: CampaignDocument }) {
  return (
    <section class="stack" aria-label={localized(campaign.name)}>
      <h2>{localized(campaign.name)}</h2>
      <div class="two">
        <div class="stack">
          <Reports campaign={campaign} />
        </div>
        <div class="stack">
          {may("export") && <Records campaign={campaign} />}
          <Points campaign={campaign} />
        </div>
      </div>
    </section>
  );
}

export default function Export() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  const back = may("office") ? { back: "office" } : may("review") ? { back: "inbox" } : {};
  return (
    <Page title={t("reports.title")} width="wide" lead={<p class="soft">{t("reports.lead")}</p>} {...back}>
      {!campaigns && <p class="soft">{t("app.loading")}</p>}
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("office.none")} />}
      {campaigns?.map((campaign) => (
        <One key={campaign.id} campaign={campaign} />
      ))}
    </Page>
  );
}
