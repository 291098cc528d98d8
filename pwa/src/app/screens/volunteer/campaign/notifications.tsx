import { useEffect, useState } from "preact/hooks";
import { chooseKinds, chosenKinds, disablePush, enablePush, KINDS, pushState, type Kind, type PushState } from "../../../data/webpush";
import { t } from "../../../i18n/t";
import { explain } from "../../../problems";
import { pushOwner } from "../../../../store/persons";
import { here, persons } from "../../../session";
import { Banner, Button, Card } from "../../../ui";

/** What this phone is told of; each tap tells the server at once. */
function Kinds({ device, onTrouble }: { device: number; onTrouble: (trouble: string | null) => void }) {
  const [kinds, setKinds] = useState(() => chosenKinds(device));
  const toggle = async (kind: Kind): Promise<void> => {
    const wanted = KINDS.filter((each) => (each === kind) !== kinds.includes(each));
    onTrouble(null);
    setKinds(wanted);
    try {
      await chooseKinds(device, wanted);
    } catch (error) {
      setKinds(kinds);
      onTrouble(explain(error));
    }
  };
  return (
    <fieldset class="stack" data-gap="small">
      <legend class="field-label">{t("push.kinds")}</legend>
      {KINDS.map((kind) => (
        <label key={kind} class="choice">
          <input type="checkbox" checked={kinds.includes(kind)} onChange={() => toggle(kind)} />
          <span>{t(`push.kind.${kind}`)}</span>
        </label>
      ))}
      <p class="soft small">{t("push.quiet")}</p>
    </fieldset>
  );
}

/** Consent is the tap itself: what for, then the browser's own question. */
export function Notifications() {
  const { profile } = here();
  const [state, setState] = useState<PushState | null>(null);
  const [owner, setOwner] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    void pushState().then(setState);
    void pushOwner().then((found) => setOwner(found?.person.name ?? ""));
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
  const canBegin = state === "off" || state === "other";
  return (
    <Card title={t("push.title")}>
      <p role="status">{t(`push.${state}`, { name: owner })}</p>
      {canBegin && <p class="soft small">{t("push.consent")}</p>}
      {persons.value > 1 && (canBegin || state === "on") && <p class="soft small">{t("push.shared")}</p>}
      {trouble && <Banner tone="problem" live title={trouble} />}
      {canBegin && (
        <Button kind={state === "off" ? "primary" : "secondary"} icon="bell" busy={busy} onClick={() => change(enablePush)}>
          {t(state === "off" ? "push.enable" : "push.mine")}
        </Button>
      )}
      {state === "on" && <Kinds device={profile.device} onTrouble={setTrouble} />}
      {state === "on" && (
        <Button icon="bell" busy={busy} onClick={() => change(disablePush)}>
          {t("push.disable")}
        </Button>
      )}
    </Card>
  );
}
