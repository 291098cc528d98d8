/** Setting up a campaign: what there is of each part, what is missing, and where it is changed. */
import { useEffect, useState } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useLive } from "../../live";
import { EmptyState, Icon, List, ListItem, Page, type IconName } from "../../ui";
import { Asking, isElsewhere, useSetup } from "./setup-changing";
import type { Part } from "./setup-data";
import { t } from "./setup-t";
import "./office.css";
import "./setup.css";

const ICONS: Record<Part["part"], IconName> = {
  places: "pin",
  people: "people",
  forms: "form",
  indicators: "list",
  targets: "target",
  milestones: "flag",
  calendar: "clock",
};

/** Where a part is changed. */
function wayTo(part: Part["part"], campaign: number): string {
  if (part === "people") return "#/people/import";
  if (part === "forms") return "#/forms";
  return `#/setup/${campaign}/${part}`;
}

function lastChange({ at, by }: Part): string {
  if (at === null) return "";
  return by === null ? t("setup.loaded", { at: formatMoment(at) }) : t("setup.changed", { at: formatMoment(at), name: by });
}

/** A figure without a target may be meant so: it is said, and is no warning. */
function lookOf({ part, missing }: Part): { tone: string; icon: IconName } {
  if (!missing) return { tone: "water", icon: "check" };
  return part === "targets" ? { tone: "slate", icon: "info" } : { tone: "amber", icon: "alert" };
}

function PartLine({ part, campaign }: { part: Part; campaign: number }) {
  const href = wayTo(part.part, campaign);
  const { tone, icon } = lookOf(part);
  const told = [t(`setup.part.${part.part}.count`, { count: part.count }), lastChange(part)].filter(Boolean).join(" · ");
  return (
    <ListItem
      href={href}
      icon={ICONS[part.part]}
      title={t(`setup.part.${part.part}`)}
      detail={told}
      chip={
        <span class="chips">
          <span class="chip" data-tone={tone}>
            <Icon name={icon} />
            {part.missing ? t(`setup.part.${part.part}.missing`, { count: part.missing }) : t("setup.complete")}
          </span>
        </span>
      }
    />
  );
}

function Campaign({ campaign, leaveOut }: { campaign: CampaignDocument; leaveOut: () => void }) {
  const asked = useSetup(campaign);
  const elsewhere = isElsewhere(asked);
  useEffect(() => {
    if (elsewhere) leaveOut();
  }, [elsewhere]);
  return (
    <section class="stack" aria-label={localized(campaign.name)}>
      <h2>{localized(campaign.name)}</h2>
      <Asking asked={asked} />
      {asked.found && (
        <List label={t("setup.title")}>
          {asked.found.parts.map((part) => (
            <PartLine key={part.part} part={part} campaign={campaign.id} />
          ))}
        </List>
      )}
    </section>
  );
}

export default function SetupScreen() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  const [elsewhere, setElsewhere] = useState<readonly number[]>([]);
  const mine = campaigns?.filter((campaign) => !elsewhere.includes(campaign.id));
  return (
    <Page title={t("setup.title")} width="wide" back="office" lead={<p class="soft">{t("setup.lead")}</p>}>
      {mine?.length === 0 && <EmptyState icon="flag" title={t("office.none")} />}
      {mine?.map((campaign) => (
        <Campaign key={campaign.id} campaign={campaign} leaveOut={() => setElsewhere((known) => [...known, campaign.id])} />
      ))}
    </Page>
  );
}
