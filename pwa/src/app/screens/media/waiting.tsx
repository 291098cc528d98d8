/** Photos and files that the server doesn't have yet: how many, how far, and the way to send them now. */
import { useState } from "preact/hooks";
import { shareAsFile } from "../../data/file";
import { outboxFile } from "../../data/outbox-file";
import { formatNumber } from "../../i18n/format";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here, syncStatus } from "../../session";
import { Banner, Button } from "../../ui";
import { t } from "./t";

/** 240 kB, 1,2 MB. */
export function sizeWords(bytes: number): string {
  return bytes < 1e6 ? `${formatNumber(Math.max(1, Math.round(bytes / 1000)))} kB` : `${formatNumber(bytes / 1e6, 1)} MB`;
}

/** `file`: also offered as a file, where there is no record that a file would be offered for. */
export function Waiting({ file }: { file: boolean }) {
  const { photos } = here();
  const found = useLive((store) => store.photos(), [], ["photos"]) ?? [];
  const waiting = found.filter((photo) => photo.state === "waiting" || photo.state === "lacked");
  const refused = waiting.filter((photo) => photo.refused !== undefined);
  const progress = photos.progress.value;
  const { state } = syncStatus.value;
  if (waiting.length === 0) return null;
  const all = waiting.reduce((sum, { size }) => sum + size, 0);
  const percent = progress && Math.floor((100 * progress.sent) / Math.max(1, progress.size));
  return (
    <div class="stack" data-gap="small" data-testid="photos-waiting">
      <div role="status">
        <p>
          <strong>{t("media.waiting", { count: waiting.length, size: sizeWords(all) })}</strong>
        </p>
        {percent !== null && <p>{t("media.waiting.sending", { percent })}</p>}
      </div>
      {progress && <progress value={progress.sent} max={progress.size || 1} aria-label={t("media.waiting.sending", { percent: percent ?? 0 })} />}
      {refused.length > 0 && <Banner tone="attention" title={t("media.waiting.refused", { count: refused.length })} />}
      {state === "revoked" ? (
        <Banner tone="attention" title={t("media.waiting.revoked")}>
          <p>{t("media.waiting.revoked.text")}</p>
        </Banner>
      ) : (
        <>
          <p class="soft small">{t("media.waiting.text")}</p>
          <Button icon="send" wide busy={progress !== null || state === "sending"} onClick={() => photos.insist()}>
            {t("media.waiting.now")}
          </Button>
        </>
      )}
      {file && <SaveAsFile />}
    </div>
  );
}

function SaveAsFile() {
  const { store, profile } = here();
  const [said, setSaid] = useState<{ left: number } | { trouble: string } | null>(null);
  const save = async () => {
    try {
      const made = await outboxFile(store, profile);
      await shareAsFile(`ben-${profile.device}-${store.today()}.json`, made);
      setSaid({ left: made.left });
    } catch (error) {
      setSaid({ trouble: explain(error) });
    }
  };
  return (
    <>
      <div>
        <Button icon="download" onClick={save}>
          {t("media.outbox.file")}
        </Button>
      </div>
      {said && "trouble" in said && <Banner tone="problem" live title={said.trouble} />}
      {said && "left" in said && said.left > 0 && <Banner tone="attention" live title={t("outbox.file.left", { count: said.left })} />}
    </>
  );
}
