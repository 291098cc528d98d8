/** Commendation: who is proposed and where it stands, the lists for decision, and what everybody may know. */
import { ProblemError } from "../../../shared/problem";
import type { CampaignDocument, PlaceDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatCount, formatDate, formatMoment } from "../../i18n/format";
import { useKept } from "../../kept";
import { useLive } from "../../live";
import { may } from "../../session";
import { Banner, Button, Card, EmptyState, List, ListItem, Page } from "../../ui";
import { lists, waitsForMe, withoutWords, wordsFor, type Overview, type Summary } from "./commendation-data";
import { StageChip } from "./commendation-parts";
import { t } from "./commendation-t";
import "./commendations.css";
import { Get, Outcome, useDownload } from "./downloading";

type Places = ReadonlyMap<number, PlaceDocument>;

interface PartProps {
  readonly campaign: CampaignDocument;
  readonly found: Overview;
  readonly places: Places;
}

function nameOfAward(found: Overview, key: string): string {
  return localized(found.awards.find((award) => award.key === key)?.name) || key;
}

function One({ one, found, campaign, places }: PartProps & { one: Summary }) {
  const where = [localized(places.get(one.place)?.name), one.organisation, t("one.record", { record: one.record })].filter(Boolean).join(" · ");
  return (
    <ListItem
      href={`#/commendations/${campaign.id}/${one.record}`}
      title={`${nameOfAward(found, one.award)} · ${t(`kind.${one.kind}`)}`}
      detail={where}
      chip={
        <span class="chips">
          <StageChip stage={one.stage} />
          {one.agree !== null && one.present !== null && <span class="small">{t("one.votes", { agree: one.agree, present: one.present })}</span>}
          {one.preferred && <span class="small">{t("one.preferred")}</span>}
        </span>
      }
    />
  );
}

function Nominations(props: PartProps) {
  const { nominations } = props.found;
  const groups = [
    ["list.waiting", nominations.filter(waitsForMe)],
    ["list.others", nominations.filter((one) => !waitsForMe(one))],
  ] as const;
  return (
    <section class="stack" data-gap="small" aria-label={t("list.title")}>
      {nominations.length === 0 && <EmptyState icon="star" title={t("list.none")} />}
      {groups
        .filter(([, group]) => group.length > 0)
        .map(([word, group]) => (
          <section key={word} class="stack" data-gap="small">
            <h2>{t(word, { count: formatCount(group.length) })}</h2>
            <List>
              {group.map((one) => (
                <One key={one.record} one={one} {...props} />
              ))}
            </List>
          </section>
        ))}
    </section>
  );
}

/** The proposal with its list, for each award that somebody is on the list of. */
function Papers({ campaign, found, places }: PartProps) {
  const download = useDownload();
  const made = lists(found);
  return (
    <Card title={t("papers.title")}>
      <p>{t("papers.text")}</p>
      {made.length === 0 && <p class="soft">{t("papers.none")}</p>}
      <Outcome of={download} />
      {made.map(({ award, place, count }) => (
        <Get
          key={`${award.key} ${place}`}
          of={download}
          path={`/api/campaigns/${campaign.id}/commendation-list?award=${encodeURIComponent(award.key)}${place === null ? "" : `&place=${place}`}`}
          words={[localized(award.name), place === null ? "" : localized(places.get(place)?.name), t("papers.count", { count: formatCount(count) })].filter(Boolean).join(" · ")}
          icon="form"
        />
      ))}
    </Card>
  );
}

function Published({ found, places }: PartProps) {
  return (
    <Card title={t("public.title")}>
      <p class="soft small">{t("public.text")}</p>
      {found.published.length === 0 && <p>{t("public.none")}</p>}
      {found.published.length > 0 && (
        <List label={t("public.title")}>
          {found.published.map((one, index) => (
            <ListItem
              key={index}
              icon="star"
              title={`${nameOfAward(found, one.award)} · ${t(`kind.${one.kind}`)}`}
              detail={[localized(places.get(one.place)?.name), one.number && one.on ? t("public.decision", { number: one.number, on: formatDate(one.on) }) : ""].filter(Boolean).join(" · ")}
            />
          ))}
        </List>
      )}
    </Card>
  );
}

/** Whether somebody's work is nominations at all; everybody else reads what is public. */
export function works(): boolean {
  return may("review") || may("office") || may("commend") || may("sign");
}

function Campaign({ campaign, places }: { campaign: CampaignDocument; places: Places }) {
  const { found, at, failure, ask } = useKept<Overview>(`/api/campaigns/${campaign.id}/commendations`, { keep: withoutWords });
  const missing = failure instanceof ProblemError && failure.slug === "not-found";
  return (
    <section class="stack" aria-label={localized(campaign.name)}>
      <p class="soft">{localized(campaign.name)}</p>
      {failure !== null && !missing && (
        <Banner tone="attention" icon="offline" title={at ? t("offline.kept", { at: formatMoment(at) }) : wordsFor(failure)}>
          {at && <p>{t("offline.text")}</p>}
          <Button icon="sync" onClick={ask}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {missing && <EmptyState icon="star" title={t("list.not-here")} />}
      {!found && failure === null && <p class="soft">{t("app.loading")}</p>}
      {found && (
        <div class={works() ? "two" : "stack"}>
          {works() && <Nominations campaign={campaign} found={found} places={places} />}
          <div class="stack">
            {(may("office") || may("commend") || may("sign")) && <Papers campaign={campaign} found={found} places={places} />}
            <Published campaign={campaign} found={found} places={places} />
          </div>
        </div>
      )}
    </section>
  );
}

export default function Commendations() {
  const found = useLive(
    async (store) => ({ campaigns: await store.documents("campaign"), places: new Map((await store.documents("place")).map((place) => [place.id, place])) }),
    [],
    ["documents"],
  );
  return (
    <Page title={t("title")} width="wide" back={may("office") ? "office" : may("review") ? "inbox" : may("commend") ? undefined : "campaign"} lead={<p class="soft">{t("lead")}</p>}>
      {found?.campaigns.length === 0 && <EmptyState icon="flag" title={t("list.not-here")} />}
      {found?.campaigns.map((campaign) => (
        <Campaign key={campaign.id} campaign={campaign} places={found.places} />
      ))}
    </Page>
  );
}
