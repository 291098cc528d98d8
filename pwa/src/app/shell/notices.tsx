import { signal } from "@preact/signals";
import { formatNumber } from "../i18n/format";
import { t } from "../i18n/t";
import { here, syncStatus } from "../session";
import { readRenumbered, renumbered } from "../renumber";
import type { Arriving } from "../../sync";
import { Banner, Button } from "../ui";
import { acceptUpdate, updateReady } from "./worker";

const dismissed = signal(false);

/** What the person must know wherever they are: a session that has ended, a new version that waits for their yes. */
export function Notices() {
  const { state, arriving } = syncStatus.value;
  const ended = state === "revoked" ? "revoked" : state === "signed_out" ? "signed_out" : null;
  const update = updateReady.value && !dismissed.value;
  // On a shared phone it is somebody else's number, perhaps.
  const anew = renumbered.value.split(" ")[1] === String(here().profile.device);
  if (!ended && !update && state !== "renumber" && !anew && !arriving) return null;
  return (
    <div class="notices">
      {arriving && <Arrives arriving={arriving} />}
      {ended && (
        <Banner tone="problem" live title={t(`ended.${ended}.title`)}>
          <p>{t(`ended.${ended}.text`)}</p>
        </Banner>
      )}
      {state === "renumber" && <NewNumber />}
      {anew && <Renumbered />}
      {update && (
        <Banner tone="calm" icon="download" live title={t("update.title")}>
          <p>{t("update.text")}</p>
          <div class="row">
            <Button kind="primary" onClick={acceptUpdate}>
              {t("update.reload")}
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                dismissed.value = true;
              }}
            >
              {t("app.close")}
            </Button>
          </div>
        </Banner>
      )}
    </div>
  );
}

/** Records that come down, many: what is filled in meanwhile doesn't wait for them. */
function Arrives({ arriving }: { arriving: Arriving }) {
  const words = t("arriving", { come: formatNumber(arriving.come), of: formatNumber(arriving.of) });
  return (
    <div class="arriving">
      <p class="small">{words}</p>
      <div class="row">
        <progress value={arriving.come} max={arriving.of} aria-label={words} />
        <Button kind="quiet" onClick={() => here().sync.pause()}>
          {t("sync.pause")}
        </Button>
      </div>
    </div>
  );
}

function NewNumber() {
  return (
    <Banner tone="attention" live title={t("ended.renumber.title")}>
      <p>{t("ended.renumber.text")}</p>
    </Banner>
  );
}

function Renumbered() {
  const [before = "", now = ""] = renumbered.value.split(" ");
  return (
    <Banner tone="calm" icon="phone" live title={t("renumbered.title", { now })}>
      <p>{t("renumbered.text", { before, now })}</p>
      <Button kind="quiet" onClick={readRenumbered}>
        {t("app.close")}
      </Button>
    </Banner>
  );
}
