import { called, localized } from "../../../i18n";
import { formatDate } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { useLive } from "../../../live";
import { here } from "../../../session";
import { Card, Icon, LinkButton } from "../../../ui";
import { milestonesInOrder } from "../../../data/standing";

/** What the campaign reached last and what comes next; the figures are on the campaign's own page. */
export function CampaignTeaser() {
  const { store } = here();
  const found = useLive(
    async (opened) => ({ campaigns: await opened.documents("campaign"), milestones: await opened.documents("milestone") }),
    [],
    ["documents"],
  );
  const campaign = found?.campaigns[0];
  if (!found || !campaign) return null;
  const { reached, next } = milestonesInOrder(found.milestones, store.today());
  const last = reached[0];
  const coming = next[0];
  return (
    <Card title={localized(campaign.name)}>
      {last?.reached && (
        <p class="with-icon">
          <Icon name="flag" />
          <span>
            {localized(last.name)} <span class="soft">· {t("milestone.reached", { date: formatDate(last.reached) })}</span>
          </span>
        </p>
      )}
      {coming && (
        <p class="with-icon">
          <Icon name="target" />
          <span>
            {called(t("milestone.next"), localized(coming.name))}
            {coming.on && <span class="soft"> · {formatDate(coming.on)}</span>}
          </span>
        </p>
      )}
      <LinkButton icon="flag" href={`#/campaign/${campaign.id}`}>
        {t("teaser.open")}
      </LinkButton>
    </Card>
  );
}
