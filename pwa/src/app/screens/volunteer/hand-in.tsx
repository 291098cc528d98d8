/** Handing in what another phone saved as a file: chosen, looked at, sent; nothing is lost and nothing doubled. */
import { useRef, useState } from "preact/hooks";
import type { MutationResult } from "../../../shared/protocol";
import { readDraftFile, type DraftFile } from "../../data/draft-file";
import { handIn, readOutboxFile, type HandingIn, type OutboxFile } from "../../data/outbox-file";
import { takePhotos, type PhotosTaken } from "../../data/photo-file";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { explain } from "../../problems";
import { StorageFull } from "../../../store";
import { here } from "../../session";
import { Banner, Button, Card, Facts, Page } from "../../ui";
import { DraftChosen } from "./hand-in-draft";

export function HandIn() {
  const [file, setFile] = useState<OutboxFile | DraftFile | null>(null);
  const [wrong, setWrong] = useState(false);
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    const text = await chosen.text();
    const read = readOutboxFile(text) ?? readDraftFile(text);
    setFile(read);
    setWrong(read === null);
  };
  return (
    <Page title={t("handin.title")} back="outbox" lead={<p class="soft">{t("handin.text")}</p>}>
      <label class="button" data-wide="yes" data-kind={file ? "secondary" : "primary"}>
        <input class="sr" type="file" accept=".json,.txt,application/json,text/plain" onChange={(event) => void choose(event.currentTarget.files?.[0])} />
        <span>{t("handin.choose")}</span>
      </label>
      {wrong && <Banner tone="problem" live title={t("handin.wrong")} />}
      {file?.kind === "ben-outbox" && <Chosen key={`${file.device} ${file.saved}`} file={file} />}
      {file?.kind === "ben-draft" && <DraftChosen key={`${file.device} ${file.saved}`} file={file} />}
    </Page>
  );
}

/** Once more, if the server was restored since this phone last heard of it. */
async function handInAs(device: number, file: OutboxFile, by: Pick<HandingIn, "signal" | "onLanded">): Promise<readonly MutationResult[]> {
  const { store, sync } = here();
  const results = await handIn(file, { ...by, device, epoch: await store.epoch() });
  if (!results.some(({ status }) => status === "retry")) return results;
  await sync.now();
  return handIn(file, { ...by, device, epoch: await store.epoch() });
}

function Chosen({ file }: { file: OutboxFile }) {
  const { profile, store, sync } = here();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [results, setResults] = useState<readonly MutationResult[] | null>(null);
  const [photos, setPhotos] = useState<PhotosTaken | null>(null);
  const [landing, setLanding] = useState(0);
  const under = useRef<AbortController | null>(null);
  const send = async () => {
    const { signal } = (under.current = new AbortController());
    setBusy(true);
    setTrouble(null);
    setLanding(0);
    try {
      const landed = await handInAs(profile.device, file, { signal, onLanded: setLanding });
      // The photos are this phone's to send from now on.
      if (file.photos.length > 0) setPhotos(await takePhotos(store, file));
      setResults(landed);
      void sync.now();
    } catch (error) {
      setTrouble(signal.aborted ? t("handin.stopped") : error instanceof StorageFull ? t("home.full") : explain(error));
    }
    setBusy(false);
  };
  const own = file.person.id === profile.person.id;
  return (
    <>
      <Card title={t("handin.what")}>
        <Facts
          rows={[
            [t("record.by"), file.person.name],
            [t("me.device"), String(file.device)],
            [t("handin.saved"), formatMoment(file.saved)],
            [t("handin.items"), String(file.mutations.length)],
            ...(file.photos.length > 0 ? [[t("handin.photos"), String(file.photos.length)] as const] : []),
          ]}
        />
        {file.left > 0 && <p class="soft small">{t("handin.left", { count: file.left })}</p>}
        {!own && !results && <p class="soft small">{t("handin.others")}</p>}
      </Card>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {results ? (
        <>
          <Outcome results={results} />
          {photos && <Banner tone={photos.wrong > 0 ? "attention" : "good"} title={t("handin.photos.kept", { count: photos.taken })}>
            {photos.wrong > 0 && <p>{t("handin.photos.wrong", { count: photos.wrong })}</p>}
          </Banner>}
        </>
      ) : (
        <>
          {busy && <Landing landed={landing} of={file.mutations.length} stop={() => under.current?.abort()} />}
          <Button kind="primary" icon="send" wide busy={busy} onClick={send}>
            {t(busy ? "state.sending" : "handin.send")}
          </Button>
        </>
      )}
    </>
  );
}

function Landing({ landed, of, stop }: { landed: number; of: number; stop: () => void }) {
  const words = t("handin.landing", { landed, of });
  return (
    <div class="stack" data-gap="small">
      <p class="small" role="status">
        {words}
      </p>
      <progress value={landed} max={of || 1} aria-label={words} />
      <Button kind="quiet" icon="cross" onClick={stop}>
        {t("handin.stop")}
      </Button>
    </div>
  );
}

function Outcome({ results }: { results: readonly MutationResult[] }) {
  const held = results.filter((result) => (result.first ?? result.status) === "quarantined" || result.reason === "handed-in").length;
  return (
    <Banner tone={held > 0 ? "attention" : "good"} live title={t("handin.done", { count: results.length })}>
      <p>{t("handin.landed", { count: results.length - held })}</p>
      {held > 0 && <p>{t("handin.held", { count: held })}</p>}
    </Banner>
  );
}
