/** The standing office's desk: what the campaign compares with, and the ways to people and records. */
import { localized } from "../../i18n";
import { useLive } from "../../live";
import { EmptyState, List, ListItem, Page } from "../../ui";
import { BaselineCard } from "./baselines";
import "./office.css";
import { t } from "./t";

export default function Office() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  return (
    <Page title={t("office.title")} width="wide">
      {!campaigns && <p class="soft">{t("app.loading")}</p>}
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("office.none")} />}
      <div class="two">
        <div class="stack">
          {campaigns?.map((campaign) => (
            <section key={campaign.id} class="stack" aria-label={localized(campaign.name)}>
              <h2>{localized(campaign.name)}</h2>
              <BaselineCard campaign={campaign} />
            </section>
          ))}
        </div>
        <List label={t("office.ways")}>
          <ListItem href="#/setup" icon="list" title={t("office.setup")} detail={t("office.setup.text")} />
          <ListItem href="#/periods" icon="check" title={t("office.periods")} detail={t("office.periods.text")} />
          <ListItem href="#/export" icon="download" title={t("office.export")} detail={t("office.export.text")} />
          <ListItem href="#/commendations" icon="star" title={t("office.commendations")} detail={t("office.commendations.text")} />
          <ListItem href="#/wall" icon="target" title={t("office.wall")} detail={t("office.wall.text")} />
          <ListItem href="#/map" icon="pin" title={t("office.map")} detail={t("office.map.text")} />
          <ListItem href="#/scores" icon="pledge" title={t("office.scores")} detail={t("office.scores.text")} />
          <ListItem href="#/forms" icon="form" title={t("office.forms")} detail={t("office.forms.text")} />
          <ListItem href="#/people" icon="people" title={t("office.people")} detail={t("office.people.text")} />
          <ListItem href="#/undelivered" icon="bell" title={t("office.undelivered")} detail={t("office.undelivered.text")} />
          <ListItem href="#/register" icon="list" title={t("office.register")} detail={t("office.register.text")} />
        </List>
      </div>
    </Page>
  );
}
