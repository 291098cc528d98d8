import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { t } from "../i18n/t";
import { syncStatus } from "../session";
import { explain } from "../problems";
import { StillWaiting, takeNewNumber } from "../renumber";
import { Banner, Button } from "../ui";
import { acceptUpdate, updateReady } from "./worker";

const dismissed = signal(false);

/** What the person must know wherever they are: a session that has ended, a new version that waits for their yes. */
export function Notices() {
  const { state } = syncStatus.value;
  const ended = state === "revoked" ? "revoked" : state === "signed_out" ? "signed_out" : null;
  const update = updateReady.value && !dismissed.value;
  if (!ended && !update && state !== "renumber") return null;
  return (
    <div class="notices">
      {ended && (
        <Banner tone="problem" live title={t(`ended.${ended}.title`)}>
          <p>{t(`ended.${ended}.text`)}</p>
        </Banner>
      )}
      {state === "renumber" && <NewNumber />}
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

function NewNumber() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const take = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await takeNewNumber();
    } catch (error) {
      setTrouble(error instanceof StillWaiting ? t("ended.renumber.waiting") : explain(error));
    }
    setBusy(false);
  };
  return (
    <Banner tone="problem" live title={t("ended.renumber.title")}>
      <p>{t("ended.renumber.text")}</p>
      {trouble && <p role="alert">{trouble}</p>}
      <Button kind="primary" busy={busy} onClick={take}>
        {t("ended.renumber.take")}
      </Button>
    </Banner>
  );
}
