/** The person and this phone: language, notifications, storage, version, and how to leave. */
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { ProblemError } from "../../../shared/problem";
import { removeProfile, updateProfile } from "../../../store";
import { nearlyFull, useStorage } from "../../data/storage";
import { tellLanguage } from "../../data/webpush";
import { language, localized, type Language } from "../../i18n";
import { chooseLanguage } from "../../i18n/common";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { useWaitingPhotos } from "../../media";
import { explain } from "../../problems";
import { go } from "../../router";
import { closeSession, here, openSession, refreshProfile, syncStatus } from "../../session";
import { Banner, Button, Card, Dialog, Facts, LanguageChoice, Page } from "../../ui";
import { bridge } from "../../shell/worker";
import { Notifications } from "./campaign/notifications";
import { roleName } from "./enrol";

export function Me() {
  const { profile } = here();
  return (
    <Page title={profile.person.name} width="wide" lead={<Roles />}>
      <div class="cards">
        <Card>
          <ChangeLanguage />
        </Card>
        <Notifications />
        <ThisPhone />
        <SignOut />
      </div>
    </Page>
  );
}

function Roles() {
  const { profile } = here();
  return (
    <ul class="soft">
      {profile.roles.map((role) => (
        <li key={`${role.role}-${role.place.id}`}>
          {roleName(role.role)} · {localized(role.place.name)}
        </li>
      ))}
    </ul>
  );
}

/** The screen changes at once and without network; the server is told so that push comes in the same language. */
function ChangeLanguage() {
  const { profile } = here();
  const [trouble, setTrouble] = useState<"untold" | "unavailable" | null>(null);
  const change = async (chosen: Language) => {
    if (!(await chooseLanguage(chosen))) {
      setTrouble("unavailable");
      return;
    }
    const changed = { ...profile, language: chosen };
    refreshProfile(changed);
    await updateProfile(changed);
    try {
      await api("PATCH", "/api/me", { language: chosen }, profile.device);
      await tellLanguage(profile.device);
      setTrouble(null);
    } catch {
      setTrouble("untold");
    }
  };
  return (
    <>
      <LanguageChoice choose={(chosen) => void change(chosen)} />
      {trouble && (
        <p class="soft small" role="status">
          {t(`me.language.${trouble}`)}
        </p>
      )}
      {language.value === "km" && <p class="soft small">{t("me.km-unreviewed")}</p>}
    </>
  );
}

function ThisPhone() {
  const { profile } = here();
  const [storage, keep] = useStorage();
  const words = storage.persisted === null ? t("app.unknown") : t(storage.persisted ? "me.persisted" : "me.not-persisted");
  return (
    <Card title={t("me.phone")}>
      <Facts
        rows={[
          [t("me.device"), String(profile.device)],
          [t("me.storage"), words],
          [t("me.used"), storage.used === null ? t("app.unknown") : t("me.megabytes", { count: Math.max(1, Math.round(storage.used / 1e6)) })],
          [t("me.version"), import.meta.env["VITE_BEN_VERSION"] ?? "0.1.0"],
        ]}
      />
      {nearlyFull(storage) && <p>{t("risk.full")}</p>}
      {storage.persisted === false && (
        <>
          <p class="soft small">{t("me.not-persisted.text")}</p>
          <Button onClick={keep}>{t("me.persist")}</Button>
        </>
      )}
      <div>
        <Button kind="quiet" icon="download" onClick={() => bridge.peek()?.checkForUpdate()}>
          {t("me.check-update")}
        </Button>
      </div>
    </Card>
  );
}

/** Ends the session on the server. What is on the phone stays, unless nothing waits and the person says 'erase' as well. */
function SignOut() {
  const { profile } = here();
  const [asking, setAsking] = useState(false);
  const [erase, setErase] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const drafts = useLive((store) => store.drafts(), [], ["drafts"]);
  const photos = useWaitingPhotos();
  const waiting = syncStatus.value.waiting + photos;
  const empty = waiting === 0 && drafts?.length === 0;
  const leave = async () => {
    setTrouble(null);
    try {
      await api("POST", "/api/sessions/end", undefined, profile.device);
    } catch (error) {
      const ended = error instanceof ProblemError && error.status === 401;
      if (!ended) {
        setTrouble(explain(error));
        return;
      }
    }
    setAsking(false);
    if (!empty || !erase) {
      await here().sync.now();
      return;
    }
    closeSession();
    await removeProfile(profile.device);
    await openSession();
    go("", { replace: true });
  };
  return (
    <div>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("me.sign-out")}
      </Button>
      <Dialog
        open={asking}
        title={t("me.sign-out.title")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="danger" onClick={leave}>
              {t("me.sign-out")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("me.sign-out.text")}</p>
        {empty ? (
          <label class="choice">
            <input type="checkbox" checked={erase} onChange={(event) => setErase(event.currentTarget.checked)} />
            <span>{t("me.sign-out.erase")}</span>
          </label>
        ) : (
          <p>{t("me.sign-out.keeps", { count: waiting + (drafts?.length ?? 0) })}</p>
        )}
        {trouble && <Banner tone="problem" live title={trouble} />}
      </Dialog>
    </div>
  );
}
