/** The campaign: what it is for, where it stands against its targets, what it has reached. Every role reads the same page. */
import type { FunctionComponent } from "preact";
import { useState } from "preact/hooks";
import type { CampaignDocument, IndicatorDocument, PlaceDocument } from "../../../shared/protocol";
import type { Localized } from "../../../shared/language";
import { localized } from "../../i18n";
import { formatDate } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { here, may } from "../../session";
import { Banner, Button, Card, EmptyState, Facts, List, ListItem, Page } from "../../ui";
import type { DetailsProps } from "./campaign/details";
import { Indicator } from "./campaign/indicator";
import { Milestones } from "./campaign/milestones";
import { Notifications } from "./campaign/notifications";

export function Campaign({ parameters }: { parameters: Record<string, string> }) {
  const { store } = here();
  const found = useLive(
    async (opened) => {
      const [campaigns, indicators, milestones, places] = await Promise.all([
        opened.documents("campaign"),
        opened.documents("indicator"),
        opened.documents("milestone"),
        opened.documents("place"),
      ]);
      return { campaigns, indicators, milestones, places: new Map(places.map((place) => [place.id, place])) };
    },
    [],
    ["documents"],
  );
  const campaign = found?.campaigns.find((each) => String(each.id) === parameters["id"]) ?? found?.campaigns[0];
  if (!found) return <Page title={t("nav.campaign")}>{null}</Page>;
  if (!campaign) {
    return (
      <Page title={t("nav.campaign")}>
        <EmptyState icon="flag" title={t("campaign.none")} />
      </Page>
    );
  }
  return (
    <Page title={localized(campaign.name)} width="wide" lead={<p class="theme">{text(campaign.plan.theme)}</p>}>
      <Jump />
      <div class="two">
        <div class="stack">
          <Indicators campaign={campaign} indicators={found.indicators} places={found.places} />
          <More campaign={campaign} indicators={found.indicators} places={found.places} />
        </div>
        <div class="stack">
          {(may("score") || may("verify") || may("conclude")) && (
            <List>
              <ListItem href="#/scores" icon="pledge" title={t("campaign.scores")} detail={t("campaign.scores.text")} />
            </List>
          )}
          <div class="stack" id="milestones" tabIndex={-1}>
            <Milestones milestones={found.milestones} indicators={found.indicators} places={found.places} today={store.today()} />
          </div>
          <Notifications />
          <List>
            <ListItem href="#/commendations" icon="star" title={t("campaign.commendations")} />
          </List>
          <div id="plan" tabIndex={-1}>
            <Plan campaign={campaign} />
          </div>
        </div>
      </div>
    </Page>
  );
}

/** On a phone the figures fill many screens: straight to what stands below them. */
function Jump() {
  const to = (id: string) => () => {
    const place = document.getElementById(id);
    place?.scrollIntoView();
    place?.focus({ preventScroll: true });
  };
  return (
    <div class="jump row tight">
      <Button kind="quiet" icon="flag" onClick={to("milestones")}>
        {t("campaign.milestones")}
      </Button>
      <Button kind="quiet" icon="form" onClick={to("plan")}>
        {t("campaign.plan")}
      </Button>
    </div>
  );
}

function text(words: string | Localized): string {
  return typeof words === "string" ? words : localized(words);
}

interface IndicatorsProps {
  campaign: CampaignDocument;
  indicators: readonly IndicatorDocument[];
  places: ReadonlyMap<number, PlaceDocument>;
}

/** The whole campaign first, then each place that this phone has figures of. */
function placesOf({ campaign, indicators, places }: IndicatorsProps): number[] {
  const name = (place: number) => localized(places.get(place)?.name);
  return [...new Set(indicators.map((indicator) => indicator.place))].sort((one, other) =>
    one === campaign.place ? -1 : other === campaign.place ? 1 : name(one).localeCompare(name(other), "vi"),
  );
}

function Indicators(props: IndicatorsProps) {
  const known = placesOf(props);
  const [chosen, choose] = useState<number | null>(null);
  const place = chosen !== null && known.includes(chosen) ? chosen : known[0];
  const these = props.indicators.filter((each) => each.place === place).sort((one, other) => one.position - other.position);
  const name = (each: number) => localized(props.places.get(each)?.name);
  return (
    <section class="stack" data-gap="small" aria-label={t("campaign.indicators")}>
      <h2>{t("campaign.indicators")}</h2>
      {known.length > 1 && known.length <= 3 && (
        <div class="segments" role="group" aria-label={t("campaign.place")}>
          {known.map((each) => (
            <button key={each} type="button" aria-pressed={each === place} onClick={() => choose(each)}>
              {name(each)}
            </button>
          ))}
        </div>
      )}
      {known.length > 3 && (
        <label class="field">
          <span class="field-label">{t("campaign.place")}</span>
          <select class="input" value={String(place)} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {known.map((each) => (
              <option key={each} value={String(each)}>
                {name(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      {!these.length && <EmptyState icon="target" title={t("campaign.no-indicators")} />}
      <Group title={t("campaign.outcome")} window="outcome" indicators={these} />
      <Group title={t("campaign.activity")} window="activity" indicators={these} />
      <p class="soft small">{t("campaign.approved-only")}</p>
    </section>
  );
}

/** Communes and periods: their code is fetched when somebody asks for them. */
function More(props: DetailsProps) {
  const [opened, setOpened] = useState<FunctionComponent<DetailsProps> | null>(null);
  const [failed, setFailed] = useState(false);
  const open = async (): Promise<void> => {
    try {
      const { DetailedFigures } = await import("./campaign/details");
      setOpened(() => DetailedFigures);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const Opened = opened;
  return (
    <section class="stack" data-gap="small" aria-label={t("campaign.details")}>
      <h2>{t("campaign.details")}</h2>
      {failed && <Banner tone="attention" icon="offline" live title={t("campaign.details-failed")} />}
      {Opened ? (
        <Opened {...props} />
      ) : (
        <Button icon="list" onClick={open}>
          {t("campaign.details-open")}
        </Button>
      )}
    </section>
  );
}

/** Accidents, or activities; what is only reported stands with the figure that it may become part of. */
function Group({ title, window, indicators }: { title: string; window: IndicatorDocument["window"]; indicators: readonly IndicatorDocument[] }) {
  const beside = new Set(indicators.map((each) => each.reports));
  const shown = indicators.filter((each) => each.window === window && !beside.has(each.code));
  if (!shown.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="indicators">
        {shown.map((indicator) => (
          <Indicator
            key={indicator.id}
            indicator={indicator}
            reports={indicators.find((each) => each.code === indicator.reports)}
            today={here().store.today()}
          />
        ))}
      </ul>
    </>
  );
}

function Plan({ campaign }: { campaign: CampaignDocument }) {
  const { plan } = campaign;
  return (
    <Card title={t("campaign.plan")}>
      <Facts
        rows={[
          [t("campaign.number"), plan.number],
          [t("campaign.date"), formatDate(plan.date)],
          [t("campaign.issuer"), text(plan.issuer)],
        ]}
      />
      <h3>{t("campaign.purposes")}</h3>
      <ol class="bullets numbered">
        {plan.purposes.map((purpose) => (
          <li key={purpose.vi}>{localized(purpose)}</li>
        ))}
      </ol>
      <h3>{t("campaign.requirements")}</h3>
      <ol class="bullets numbered">
        {plan.requirements.map((requirement) => (
          <li key={requirement.vi}>{localized(requirement)}</li>
        ))}
      </ol>
    </Card>
  );
}
