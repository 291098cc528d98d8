/** What the campaign asks this week of the places that the person writes for: dates first, then what is asked of the month and the quarter. */
import type { IndicatorDocument } from "../../../../shared/protocol";
import { datesNear, goalOf, hazardsDue, readAsOf, stillAsked, type HazardDue } from "../../../data/asked";
import { placeName, recordDetail, type Lookup } from "../../../data/lookup";
import { asked as words } from "../../../i18n/asked";
import { common } from "../../../i18n/common";
import { localized, translator } from "../../../i18n";
import { formatDate } from "../../../i18n/format";
import { useLive } from "../../../live";
import { here } from "../../../session";
import { List, ListItem } from "../../../ui";
import type { AboveProps } from "./around";
import { goalWords } from "./goal";

const t = translator(common, words);
/** The rest is on the map and on the progress page. */
const MOST = 3;

function Hazard({ lookup, hazard: { record, due } }: { lookup: Lookup; hazard: HazardDue }) {
  const late = due < here().store.today();
  return (
    <ListItem
      href={`#/record/${record.id}`}
      icon={late ? "alert" : "clock"}
      title={t(late ? "week.hazard.late" : "week.hazard", { date: formatDate(due) })}
      detail={`${record.id} · ${recordDetail(lookup, record)}`}
    />
  );
}

function Share({ indicator, lookup }: { indicator: IndicatorDocument; lookup: Lookup }) {
  const goal = goalOf(indicator);
  if (!goal) return null;
  return (
    <ListItem
      href="#/campaign"
      icon="target"
      title={localized(indicator.name)}
      detail={`${placeName(lookup, indicator.place)} · ${goalWords(indicator, goal, "week.share")}${indicator.per ? ` · ${t(`week.${indicator.per}`)}` : ""}`}
    />
  );
}

export function ThisWeek({ lookup, records, places }: Omit<AboveProps, "drafts">) {
  const { store } = here();
  const found = useLive(
    async (opened) => ({
      asOf: await readAsOf(opened),
      milestones: await opened.documents("milestone"),
      indicators: await opened.documents("indicator"),
      messages: (await opened.documents("message")).filter(({ kind, withdrawn, read }) => kind === "deadline" && !withdrawn && !read),
    }),
    [],
    ["documents", "profile"],
  );
  if (!found) return null;
  const mine = new Set(places.map(({ id }) => id));
  const today = store.today();
  const near = records.filter(({ place }) => mine.has(place));
  const hazards = found.asOf.campaigns.flatMap(({ hazards: map }) => hazardsDue(near, map, { forms: lookup.forms, today }));
  const dates = datesNear(found.milestones, today);
  const shares = stillAsked(found.indicators, mine, found.asOf);
  if (hazards.length + dates.length + shares.length + found.messages.length === 0) return null;
  return (
    <section class="stack" data-gap="small" data-testid="week">
      <h2>{t("week.title")}</h2>
      <List label={t("week.title")}>
        {found.messages.map(({ id }) => (
          <ListItem key={id} href="#/messages" icon="clock" title={t("message.deadline")} />
        ))}
        {dates.map((each) => (
          <ListItem key={each.id} href="#/campaign" icon="flag" title={localized(each.name)} detail={formatDate(each.on ?? "")} />
        ))}
        {hazards.slice(0, MOST).map((hazard) => (
          <Hazard key={hazard.record.id} lookup={lookup} hazard={hazard} />
        ))}
        {hazards.length > MOST && <ListItem href="#/records" icon="list" title={t("week.hazards-more", { count: hazards.length - MOST })} />}
        {shares.map((indicator) => (
          <Share key={indicator.id} indicator={indicator} lookup={lookup} />
        ))}
      </List>
    </section>
  );
}
