/** The frame of a screen that changes one part of a campaign's set-up: which campaign, and what the server says of it. */
import type { ComponentType } from "preact";
import type { CampaignDocument } from "../../../shared/protocol";
import { useLive } from "../../live";
import type { Screen } from "../../router";
import { EmptyState, Page } from "../../ui";
import { Asking, useSetup } from "./setup-changing";
import type { ChangedPart, Setup } from "./setup-data";
import { t } from "./setup-t";
import "./office.css";
import "./setup.css";

export interface OfSetup {
  readonly campaign: CampaignDocument;
  readonly setup: Setup;
  /** What the server answered to a change. */
  readonly take: (found: Setup) => void;
}

function OfCampaign({ campaign, of: Content }: { campaign: CampaignDocument; of: ComponentType<OfSetup> }) {
  const asked = useSetup(campaign);
  return (
    <>
      <Asking asked={asked} />
      {asked.found && <Content campaign={campaign} setup={asked.found} take={asked.take} />}
    </>
  );
}

/** The screen of a part, whose content is `of`. */
export function setupScreen(part: ChangedPart | "windows", of: ComponentType<OfSetup>): Screen {
  return function SetupPart({ parameters }) {
    const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
    const campaign = campaigns?.find((one) => String(one.id) === parameters["campaign"]);
    return (
      <Page title={t(`setup.part.${part}`)} width="wide" back={part === "windows" ? `setup/${parameters["campaign"] ?? ""}/calendar` : "setup"} lead={<p class="soft">{t(`setup.${part}.lead`)}</p>}>
        {campaigns && !campaign && <EmptyState icon="flag" title={t("office.none")} />}
        {campaign && <OfCampaign campaign={campaign} of={of} />}
      </Page>
    );
  };
}
