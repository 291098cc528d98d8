/** What was reached and what comes next, in calm words: nothing here cheers, some of it counts harm. */
import type { MilestoneDocument, PlaceDocument } from "../../../../shared/protocol";
import { localized } from "../../../i18n";
import { formatDate, formatNumber } from "../../../i18n/format";
import { t } from "../../../i18n/t";
import { Card, Icon } from "../../../ui";

export interface MilestonesInOrder {
  /** Latest first. */
  readonly reached: readonly MilestoneDocument[];
  /** Dates in their order, then what is counted towards. */
  readonly next: readonly MilestoneDocument[];
}

/** `today`: a plain date. A retracted milestone is not reached; a date milestone is when its day has come. */
export function milestonesInOrder(milestones: readonly MilestoneDocument[], today: string): MilestonesInOrder {
  const isReached = (one: MilestoneDocument) => one.reached !== null && one.retracted === null;
  const reached = milestones.filter(isReached).sort((one, other) => ((one.reached ?? "") < (other.reached ?? "") ? 1 : -1));
  const next = milestones
    .filter((one) => !isReached(one) && (one.on === null || one.on >= today))
    .sort(
      (one, other) =>
        (one.on ?? "9999").localeCompare(other.on ?? "9999") || (one.threshold ?? 0) - (other.threshold ?? 0) || one.code.localeCompare(other.code),
    );
  return { reached, next };
}

function Row({ milestone, place }: { milestone: MilestoneDocument; place: string }) {
  const done = milestone.reached !== null && milestone.retracted === null;
  const when = milestone.retracted
    ? t("milestone.retracted", { date: formatDate(milestone.retracted) })
    : done && milestone.reached
      ? t("milestone.reached", { date: formatDate(milestone.reached) })
      : milestone.on
        ? t("milestone.on", { date: formatDate(milestone.on) })
        : milestone.threshold
          ? t("milestone.threshold", { number: formatNumber(milestone.threshold) })
          : t("milestone.open");
  return (
    <li data-done={done ? "yes" : "no"}>
      <Icon name={done ? "flag" : "target"} />
      <div>
        <strong>{localized(milestone.name)}</strong>
        <p class="soft small">{[when, place].filter(Boolean).join(" · ")}</p>
      </div>
    </li>
  );
}

export interface MilestonesProps {
  milestones: readonly MilestoneDocument[];
  places: ReadonlyMap<number, PlaceDocument>;
  today: string;
}

export function Milestones({ milestones, places, today }: MilestonesProps) {
  const { reached, next } = milestonesInOrder(milestones, today);
  const place = (one: MilestoneDocument) => localized(places.get(one.place)?.name);
  return (
    <>
      <Card title={t("milestone.reached-title")}>
        {!reached.length && <p class="soft">{t("milestone.none")}</p>}
        <ol class="timeline">
          {reached.map((one) => (
            <Row key={one.id} milestone={one} place={place(one)} />
          ))}
        </ol>
      </Card>
      {next.length > 0 && (
        <Card title={t("milestone.next")}>
          <ol class="timeline">
            {next.map((one) => (
              <Row key={one.id} milestone={one} place={place(one)} />
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}
