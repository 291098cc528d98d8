/** Where a list of people comes from: a file, or what is pasted from a spreadsheet; and an empty list to begin with. */
import { useId, useRef, useState } from "preact/hooks";
import { fetchFile } from "../../data/download";
import { saveFile } from "../../data/file";
import { language } from "../../i18n";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, describedBy, Field } from "../../ui";
import { keepDraft } from "./people-import-kept";
import { t } from "./people-import-t";
import type { Importing } from "./use-people-import";

export function Source({ importing }: { importing: Importing }) {
  const { read, working } = importing;
  const input = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file) await read(file, file.name);
    if (input.current) input.current.value = "";
  };
  return (
    <section class="card stack" aria-label={t("import.source")}>
      <h2>{t("import.source")}</h2>
      <p>{t("import.source.text")}</p>
      <input
        ref={input}
        class="sr"
        type="file"
        tabIndex={-1}
        aria-label={t("import.file")}
        accept=".xlsx,.xlsm,.xls,.csv,.tsv,.txt"
        onChange={(event) => choose(event.currentTarget.files?.[0])}
      />
      <div class="row">
        <Button kind="primary" icon="up" busy={working !== null} onClick={() => input.current?.click()}>
          {t(working === "reading" ? "import.reading" : "import.file")}
        </Button>
        <EmptyList />
      </div>
      <Pasting importing={importing} />
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

function Pasting({ importing: { kept, read, working } }: { importing: Importing }) {
  const id = useId();
  const [tried, setTried] = useState(false);
  const missing = tried && !kept.pasted.trim() ? t("import.paste.missing") : undefined;
  const go = async (): Promise<void> => {
    setTried(true);
    if (kept.pasted.trim()) await read(new Blob([kept.pasted], { type: "text/plain" }), null);
  };
  return (
    <>
      <Field id={id} label={t("import.paste")} hint={t("import.paste.hint")} error={missing}>
        <textarea
          id={id}
          class="input import-paste"
          rows={5}
          spellcheck={false}
          value={kept.pasted}
          aria-invalid={missing ? "true" : undefined}
          aria-describedby={describedBy(id, true, missing)}
          onInput={(event) => keepDraft({ pasted: event.currentTarget.value })}
        />
      </Field>
      <div class="row">
        <Button icon="check" busy={working !== null} onClick={go}>
          {t("import.paste.read")}
        </Button>
      </div>
    </>
  );
}
