/**
 * The wall screen: the campaign for a room, from a distance. Counts first, what is left of the budget, then the percentage; no
 * names of people, no place finer than a commune, nothing that cheers. It asks again by itself, keeps the last answer without
 * a network and says since when, and keeps the screen awake where the browser can.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { CampaignDocument, IndicatorDocument, MilestoneDocument, PlaceDocument } from "../../../shared/protocol";
import { Compared, LinesMeant } from "../../charts/compared";
import type { Details } from "../../data/progress";
import { HAZARD_COUNTS } from "../../data/progress";
import { localized } from "../../i18n";
import { formatCount, formatDate, formatDifference, formatMoment, formatNumber, formatPercent, formatTime } from "../../i18n/format";
import { useLive } from "../../live";
import { Board, type Name } from "../../map/board";
import { Mark } from "../../map/mark";
import type { Spot } from "../../map/spots";
import { boardWords } from "../../map/words";
import { useDetails } from "../../progress";
import { here } from "../../session";
import { Button, EmptyState, Icon, LinkButton, Page } from "../../ui";
import { daysWithout, milestonesInOrder, thresholdWords } from "../../data/standing";
import { hazardsAt, unitsInOrder, written } from "../volunteer/campaign/tables";
import { useAwake, useFullScreen } from "./wall-screen";
import { t } from "./wall-words";
import "./wall.css";

const MINUTES = 5;
/** So many figures stand big, so many milestones in each list. */
const BIG = 3;
const MILESTONES = 4;
/** Kinds of which a commune has a count or a share that means something by itself. */
const BY_UNIT: readonly IndicatorDocument["kind"][] = ["reduction", "at_least", "ratio"];

interface Known {
  readonly campaign: CampaignDocument | undefined;
  readonly indicators: readonly IndicatorDocument[];
  readonly milestones: readonly MilestoneDocument[];
  readonly places: ReadonlyMap<number, PlaceDocument>;
}

function useKnown(): Known | undefined {
  return useLive(
    async (store) => {
      const [campaigns, indicators, milestones, places] = await Promise.all([
        store.documents("campaign"),
        store.documents("indicator"),
        store.documents("milestone"),
        store.documents("place"),
      ]);
      const [campaign] = campaigns;
      const mine = indicators.filter((each) => each.place === campaign?.place).sort((one, other) => one.position - other.position);
      return { campaign, indicators: mine, milestones, places: new Map(places.map((place) => [place.id, place])) };
    },
    [],
    ["documents"],
  );
}

/** The time of day, once a minute. */
function useNow(): Date {
  const { store } = here();
  const [now, setNow] = useState(() => store.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(store.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** What is left until the target is missed; without a baseline that there is none. */
function budgetWords({ baseline, budget, numerator, unit }: IndicatorDocument): string {
  if (baseline === null || budget === null || numerator === null) return t("wall.no-baseline");
  const left = budget - numerator;
  const known = { unit: localized(unit), budget: formatNumber(budget) };
  return left >= 0 ? t("wall.left", { ...known, left: formatNumber(left) }) : t("wall.over", { ...known, over: formatNumber(-left) });
}

function changeWords({ baseline, numerator, percent, unit }: IndicatorDocument, few: number): string {
  if (baseline === null || numerator === null) return "";
  const difference = `${formatDifference(numerator - baseline)} ${localized(unit)}`;
  return t("wall.against", { change: percent !== null && baseline >= few ? `${difference} (${formatPercent(percent)})` : difference });
}

function Big({ indicator, details }: { indicator: IndicatorDocument; details: Details | undefined }) {
  const compared = details?.compared.find((each) => each.code === indicator.code);
  return (
    <section class="wall-card" data-code={indicator.code}>
      <h2>{localized(indicator.name)}</h2>
      <div class="wall-figure">
        <strong>{formatCount(indicator.numerator ?? 0)}</strong>
        <p>
          <b>{budgetWords(indicator)}</b>
          <span>{changeWords(indicator, details?.few ?? Infinity)}</span>
        </p>
      </div>
      {details && compared && <Compared indicator={indicator} points={compared.points} today={details.today} few={details.few} />}
    </section>
  );
}

/** What stands in a line: days without, and figures that may not grow. */
function Small({ indicators, today }: { indicators: readonly IndicatorDocument[]; today: string }) {
  return (
    <dl class="wall-small">
      {indicators.map((indicator) => (
        <div key={indicator.code}>
          <dt>{localized(indicator.name)}</dt>
          <dd>
            {indicator.kind === "days_since" ? formatNumber(daysWithout(indicator, today)) : formatCount(indicator.numerator ?? 0)}{" "}
            <span>{localized(indicator.unit)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface PartProps {
  readonly details: Details;
  readonly known: Known;
}

function Communes({ details, known }: PartProps) {
  const told = known.indicators.filter((each) => BY_UNIT.includes(each.kind));
  const columns = (["outcome", "activity"] as const).flatMap((window) => told.filter((each) => each.window === window).slice(0, BIG));
  return (
    <section class="wall-card wall-communes" tabIndex={0} aria-label={t("wall.communes")}>
      <table>
        <caption>{t("wall.communes")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("wall.commune")}</th>
            {columns.map((indicator) => (
              <th key={indicator.code} scope="col">
                {localized(indicator.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {unitsInOrder(details, known.places).map(([place, name]) => (
            <tr key={place}>
              <th scope="row">{name}</th>
              {columns.map((indicator) => {
                const all = details.indicators.find((each) => each.code === indicator.code)?.places;
                const figure = all?.find((each) => each.place === place);
                return <td key={indicator.code}>{figure ? written(indicator.kind, figure) : "–"}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Communes by their hazards: the mark is the worst state that there is, the number how many aren't done. */
function HazardMap({ details, known }: PartProps) {
  const { letter, words } = boardWords();
  const places = useMemo(() => {
    return (details.hazards?.middles ?? []).map((middle) => {
      const [waiting = 0, inWork = 0, late = 0, done = 0] = hazardsAt(details, middle.place);
      const state: Spot["state"] = late > 0 ? "late" : waiting > 0 ? "waiting" : inWork > 0 ? "in_work" : "done";
      const name = localized(known.places.get(middle.place)?.name);
      return { middle, name, state, open: waiting + inWork, done };
    });
  }, [details, known.places]);
  const spots = useMemo(
    () => places.map(({ middle, name, state, open, done }): Spot => ({ ...middle, key: String(middle.place), state, words: name, count: state === "done" ? done : open })),
    [places],
  );
  const names = useMemo(() => places.map(({ middle, name }): Name => ({ ...middle, text: name })), [places]);
  const totals = HAZARD_COUNTS.map((_, at) => details.places.reduce((sum, place) => sum + (hazardsAt(details, place)[at] ?? 0), 0));
  return (
    <section class="wall-card wall-map">
      <h2>{t("wall.hazards")}</h2>
      <ul class="wall-legend">
        {HAZARD_COUNTS.map((state, at) => (
          <li key={state}>
            <Mark state={state} letter={letter(state)} />
            {t(`wall.${state}`)} <b>{formatNumber(totals[at] ?? 0)}</b>
          </li>
        ))}
      </ul>
      {spots.length > 0 ? (
        <Board label={t("wall.hazards")} spots={spots} names={names} tiles={details.tiles} letter={letter} words={words} />
      ) : (
        <EmptyState icon="pin" title={t("wall.no-hazards")} />
      )}
    </section>
  );
}

function when(milestone: MilestoneDocument, number: string): string {
  if (milestone.type === "guard" && !milestone.reached) return t("milestone.held");
  const day = milestone.reached ?? milestone.on;
  if (day) return formatDate(day);
  return number ? t("milestone.threshold", { number }) : "";
}

function Milestones({ known, today }: { known: Known; today: string }) {
  const { reached, next } = milestonesInOrder(known.milestones, today);
  const row = (one: MilestoneDocument) => (
    <li key={one.id}>
      <span>{localized(one.name)}</span>
      <span class="wall-when">{[when(one, thresholdWords(one, known.indicators)), one.place === known.campaign?.place ? "" : localized(known.places.get(one.place)?.name)].filter(Boolean).join(" · ")}</span>
    </li>
  );
  return (
    <section class="wall-card wall-milestones">
      <h2>{t("wall.next")}</h2>
      <ul>{next.filter((one) => one.on !== null || one.place === known.campaign?.place).slice(0, MILESTONES).map(row)}</ul>
      <h2>{t("wall.reached")}</h2>
      {reached.length === 0 ? <p>{t("wall.none-reached")}</p> : <ul>{reached.slice(0, MILESTONES).map(row)}</ul>}
    </section>
  );
}

interface HeadProps {
  readonly campaign: CampaignDocument;
  readonly at: string | null;
  readonly silent: string | null;
}

function Head({ campaign, at, silent }: HeadProps) {
  const full = useFullScreen();
  const now = useNow();
  return (
    <header class="wall-head">
      <h1 tabIndex={-1}>{localized(campaign.name)}</h1>
      {campaign.rehearsal && <span class="chip" data-tone="lantern">{t("wall.rehearsal")}</span>}
      <p class="wall-state" role="status" data-silent={silent === null ? undefined : "yes"}>
        {silent !== null && <Icon name="offline" />}
        {silent !== null ? t("wall.silent", { since: formatMoment(silent), at: at ? formatMoment(at) : "–" }) : at ? t("wall.at", { at: formatTime(at) }) : t("app.loading")}
      </p>
      <p class="wall-clock">
        {formatTime(now.toISOString())} <span>{formatDate(now.toISOString())}</span>
      </p>
      <div class="wall-tools">
        {full.can && (
          <Button onClick={full.turn}>{t(full.on ? "wall.small" : "wall.full")}</Button>
        )}
        <LinkButton href="#/campaign">{t("wall.leave")}</LinkButton>
      </div>
    </header>
  );
}

function Screen({ campaign, known }: { campaign: CampaignDocument; known: Known }) {
  const { found, at, silent } = useDetails(campaign.id, MINUTES);
  const details = found ?? undefined;
  const today = here().store.today();
  const outcome = known.indicators.filter((each) => each.window === "outcome");
  const big = outcome.filter((each) => each.kind === "reduction").slice(0, BIG);
  const small = outcome.filter((each) => !big.includes(each) && (each.kind === "reduction" || each.kind === "at_most" || each.kind === "days_since"));
  return (
    <>
      <Head campaign={campaign} at={at} silent={silent} />
      <div class="wall-big">
        {big.map((indicator) => (
          <Big key={indicator.code} indicator={indicator} details={details} />
        ))}
      </div>
      <div class="wall-line">
        <Small indicators={small} today={today} />
        <LinesMeant budget={big.some((each) => each.budget !== null)} />
      </div>
      <div class="wall-parts">
        {details && <Communes details={details} known={known} />}
        {details?.hazards && <HazardMap details={details} known={known} />}
        <Milestones known={known} today={today} />
      </div>
      <p class="wall-foot">{t("wall.approved-only")}</p>
    </>
  );
}

export default function Wall() {
  const known = useKnown();
  useAwake();
  useEffect(() => {
    document.title = `${t("wall.title")} · ${t("app.name")}`;
  }, []);
  if (!known?.campaign) {
    return <Page title={t("wall.title")}>{known ? <EmptyState icon="flag" title={t("campaign.none")} /> : <p class="soft">{t("app.loading")}</p>}</Page>;
  }
  return (
    <main id="main" class="wall">
      <Screen campaign={known.campaign} known={known} />
    </main>
  );
}
