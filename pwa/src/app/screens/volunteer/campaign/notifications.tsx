import { useEffect, useState } from "preact/hooks";
import { disablePush, enablePush, pushState, type PushState } from "../../../data/webpush";
import { t } from "../../../i18n/t";
import { explain } from "../../../problems";
import { here } from "../../../session";
import { Banner, Button, Card } from "../../../ui";

/** Consent is the tap itself: what for, then the browser's own question. */
export function Notifications() {
  const { profile } = here();
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    void pushState().then(setState);
  }, []);
  const change = async (how: (device: number) => Promise<PushState>) => {
    setBusy(true);
    setTrouble(null);
    try {
      setState(await how(profile.device));
    } catch (error) {
      setTrouble(explain(error));
      setState(await pushState());
    }
    setBusy(false);
  };
  if (!state) return null;
  return (
    <Card title={t("push.title")}>
      <p role="status">{t(`push.${state}`)}</p>
      {state === "off" && <p class="soft small">{t("push.consent")}</p>}
      {trouble && <Banner tone="problem" live title={trouble} />}
      {state === "off" && (
        <Button kind="primary" icon="bell" busy={busy} onClick={() => change(enablePush)}>
          {t("push.enable")}
        </Button>
      )}
      {state === "on" && (
        <Button icon="bell" busy={busy} onClick={() => change(disablePush)}>
          {t("push.disable")}
        </Button>
      )}
    </Card>
  );
}
