/** What was reached and what comes next, in calm words: nothing here cheers, some of it counts harm. */
import type { IndicatorDocument, MilestoneDocument, PlaceDocument } from "../../../../shared/protocol";
import { milestonesInOrder, thresholdWords } from "../../../data/standing";
import { localized } from "../../../i18n";
import { formatDate } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { Card, Icon, type IconName } from "../../../ui";

function when(milestone: MilestoneDocument, done: boolean, number: string): string {
  if (milestone.type === "guard") return done && milestone.reached ? t("milestone.broken", { date: formatDate(milestone.reached) }) : t("milestone.held");
  if (milestone.retracted) return t("milestone.retracted", { date: formatDate(milestone.retracted) });
  if (done && milestone.reached) return t("milestone.reached", { date: formatDate(milestone.reached) });
  if (milestone.on) return t("milestone.on", { date: formatDate(milestone.on) });
  return number ? t("milestone.threshold", { number }) : t("milestone.open");
}

function icon(milestone: MilestoneDocument, done: boolean): IconName {
  if (milestone.type === "guard") return done ? "alert" : "check";
  return done ? "flag" : "target";
}

function Row({ milestone, place, number }: { milestone: MilestoneDocument; place: string; number: string }) {
  const done = milestone.reached !== null && milestone.retracted === null;
  return (
    <li data-done={done ? "yes" : "no"}>
      <Icon name={icon(milestone, done)} />
      <div>
        <strong>{localized(milestone.name)}</strong>
        <p class="soft small">{[when(milestone, done, number), place].filter(Boolean).join(" · ")}</p>
      </div>
    </li>
  );
}

export interface MilestonesProps {
  milestones: readonly MilestoneDocument[];
  indicators: readonly IndicatorDocument[];
  places: ReadonlyMap<number, PlaceDocument>;
  today: string;
}

export function Milestones({ milestones, indicators, places, today }: MilestonesProps) {
  const { reached, next } = milestonesInOrder(milestones, today);
  const row = (one: MilestoneDocument) => (
    <Row key={one.id} milestone={one} place={localized(places.get(one.place)?.name)} number={thresholdWords(one, indicators)} />
  );
  return (
    <>
      <Card title={t("milestone.reached-title")}>
        {!reached.length && <p class="soft">{t("milestone.none")}</p>}
        <ol class="timeline">{reached.map(row)}</ol>
      </Card>
      {next.length > 0 && (
        <Card title={t("milestone.next")}>
          <ol class="timeline">{next.map(row)}</ol>
        </Card>
      )}
    </>
  );
}
