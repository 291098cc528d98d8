/**
 * Once there is something to keep: how the app gets onto the home screen, in pictures, then whether to be told of records.
 * One of them at a time, each put away for good by 'later', and found again in 'Me'.
 */
import "./install.css";
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { enablePush, pushState, type PushState } from "../../data/webpush";
import { translator } from "../../i18n";
import { common } from "../../i18n/common";
import { install as words } from "../../i18n/install";
import { explain } from "../../problems";
import { recall, remember } from "../../remembered";
import { here } from "../../session";
import { install, wayToInstall, type Way } from "../../shell/install";
import { Banner, Button, Card } from "../../ui";
import { InstallPicture } from "./install-pictures";

const t = translator(common, words);
const STEPS = [1, 2, 3] as const;
const hidden = signal(recall("ben-install-hint") === "hidden");
const declined = signal(recall("ben-push-offer") === "hidden");

function Steps({ way }: { way: Way }) {
  if (way === "button") {
    return (
      <>
        <p>{t("install.text")}</p>
        <Button icon="download" onClick={install}>
          {t("install.button")}
        </Button>
      </>
    );
  }
  return (
    <>
      <p>{t(way === "ios" ? "install.why.ios" : "install.text")}</p>
      <ol class="install-steps">
        {STEPS.map((step) => (
          <li key={step}>
            <span>{t(`install.${way}.${step}`)}</span>
            <InstallPicture way={way} step={step} label={t(`install.${way}.label`)} />
          </li>
        ))}
      </ol>
      {way === "ios" && <p class="soft small">{t("install.other.ios")}</p>}
    </>
  );
}

export function HowToInstall() {
  const way = wayToInstall();
  return (
    way && (
      <Card title={t("install.title")}>
        <Steps way={way} />
      </Card>
    )
  );
}

/** `arrived`: the report is on the server, so there may be news of it. */
export function AfterSaving({ arrived }: { arrived: boolean }) {
  const way = wayToInstall();
  if (!way || hidden.value) return arrived && !declined.value ? <Offer /> : null;
  return (
    <Card title={t("install.title")}>
      <Steps way={way} />
      <div class="row">
        <Button
          kind="quiet"
          onClick={() => {
            hidden.value = true;
            remember("ben-install-hint", "hidden");
          }}
        >
          {t("install.later")}
        </Button>
        <span class="soft small">{t("install.found")}</span>
      </div>
    </Card>
  );
}

/** The browser's own question comes only after this one was answered with yes. */
function Offer() {
  const { profile } = here();
  const [state, setState] = useState<PushState | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    void pushState().then(setState, () => undefined);
  }, []);
  const yes = async () => {
    setTrouble(null);
    try {
      setState(await enablePush(profile.device));
    } catch (error) {
      setTrouble(explain(error));
    }
  };
  if (state === "on") return <Banner tone="good" icon="bell" live title={t("push.on")} />;
  if (state !== "off") return null;
  return (
    <Card title={t("offer.title")}>
      <p>{t("offer.text")}</p>
      <p class="soft small">{t("push.consent")}</p>
      {trouble && <Banner tone="problem" live title={trouble} />}
      <div class="row">
        <Button icon="bell" onClick={yes}>
          {t("offer.yes")}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            declined.value = true;
            remember("ben-push-offer", "hidden");
          }}
        >
          {t("install.later")}
        </Button>
      </div>
    </Card>
  );
}
