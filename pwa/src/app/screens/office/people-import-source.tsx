/** Where a list of people comes from, and an empty list to begin with. */
import { useState } from "preact/hooks";
import { fetchFile } from "../../data/download";
import { saveFile } from "../../data/file";
import { language } from "../../i18n";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button } from "../../ui";
import { ListSource } from "./list-source";
import { keepDraft } from "./people-import-kept";
import { t } from "./people-import-t";
import type { Importing } from "./use-people-import";

export function Source({ importing: { kept, read, working } }: { importing: Importing }) {
  return (
    <section class="card stack" aria-label={t("import.source")}>
      <h2>{t("import.source")}</h2>
      <p>{t("import.source.text")}</p>
      <ListSource pasted={kept.pasted} paste={(pasted) => keepDraft({ pasted })} read={read} reading={working !== null}>
        <EmptyList />
      </ListSource>
    </section>
  );
}

function EmptyList() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const get = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      const { signal } = new AbortController();
      saveFile(await fetchFile(`/api/people/list/empty?language=${language.value}`, here().profile.device, { signal, onFetched: () => undefined }));
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Button icon="download" busy={busy} onClick={get}>
        {t("import.template")}
      </Button>
      {trouble && <Banner tone="problem" live title={trouble} />}
    </>
  );
}
