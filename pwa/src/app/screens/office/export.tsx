/** Exporting: everything that a campaign has gathered in my places, as one file to keep or to reckon with. */
import { useState } from "preact/hooks";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import type { CampaignDocument } from "../../../shared/protocol";
import { saveFile } from "../../data/file";
import { localized } from "../../i18n";
import { formatNumber } from "../../i18n/format";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here, may } from "../../session";
import { Banner, Button, Card, EmptyState, List, ListItem, Page } from "../../ui";
import { t } from "./t";

const KILOBYTE = 1_000;

/** The file as the server names it. It is made whole before its first byte is sent, so that silence means nothing here. */
async function fetchExport(campaign: number, device: number): Promise<File> {
  let response: Response;
  try {
    const headers = { "Ben-Device": String(device) };
    response = await fetch(`/api/campaigns/${campaign}/export`, { headers, credentials: "same-origin", cache: "no-store" });
    if (response.ok) {
      const name = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
      return new File([await response.blob()], name ?? "ben.zip", { type: "application/zip" });
    }
  } catch (error) {
    throw new NetworkError("no answer from the server", { cause: error });
  }
  throw new ProblemError(readProblem(response.status, await response.json().catch(() => null)));
}

function One({ campaign }: { campaign: CampaignDocument }) {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; title: string; text?: string } | null>(null);
  const get = async (): Promise<void> => {
    setBusy(true);
    setTold(null);
    try {
      const file = await fetchExport(campaign.id, here().profile.device);
      saveFile(file);
      const size = formatNumber(Math.max(1, Math.round(file.size / KILOBYTE)));
      setTold({ good: true, title: t("export.done"), text: t("export.saved", { name: file.name, size }) });
    } catch (error) {
      setTold({ good: false, title: explain(error) });
    }
    setBusy(false);
  };
  return (
    <Card title={localized(campaign.name)}>
      <p>{t("export.text")}</p>
      <List label={t("export.text")}>
        <ListItem icon="list" title={t("export.records")} />
        <ListItem icon="clock" title={t("export.history")} />
        <ListItem icon="hold" title={t("export.held")} />
      </List>
      {told && (
        <Banner tone={told.good ? "good" : "problem"} live title={told.title}>
          {told.text && <p>{told.text}</p>}
        </Banner>
      )}
      <Button kind="primary" icon="download" wide busy={busy} onClick={get}>
        {t(busy ? "export.busy" : "export.get")}
      </Button>
    </Card>
  );
}

export default function Export() {
  const campaigns = useLive((store) => store.documents("campaign"), [], ["documents"]);
  return (
    <Page title={t("export.title")} lead={<p class="soft">{t("export.lead")}</p>} {...(may("office") ? { back: "office" } : {})}>
      {!campaigns && <p class="soft">{t("app.loading")}</p>}
      {campaigns?.length === 0 && <EmptyState icon="flag" title={t("office.none")} />}
      {campaigns?.map((campaign) => (
        <One key={campaign.id} campaign={campaign} />
      ))}
      {campaigns && campaigns.length > 0 && <Banner tone="attention" icon="people" title={t("export.care")} />}
    </Page>
  );
}
