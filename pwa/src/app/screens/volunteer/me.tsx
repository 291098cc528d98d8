/** The person and this phone: language, notifications, storage, version, and how to leave. */
import { useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { ProblemError } from "../../../shared/problem";
import { removeProfile, updateProfile } from "../../../store";
import { personsOf } from "../../../store/persons";
import { nearlyFull, useStorage } from "../../data/storage";
import { disablePush, pushState, tellLanguage } from "../../data/webpush";
import { waitingOf } from "../../data/persons";
import { language, localized, type Language } from "../../i18n";
import { chooseLanguage } from "../../i18n/common";
import { formatDate } from "../../i18n/format";
import { t, type WordKey } from "../../i18n/t";
import { forgetKept } from "../../kept";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { go } from "../../router";
import { closeSession, here, noteUse, persons, refreshProfile } from "../../session";
import { putDown } from "../../shell/persons";
import { Banner, Button, Card, Dialog, Facts, LanguageChoice, LinkButton, Page } from "../../ui";
import { bridge } from "../../shell/worker";
import { ChangeLook } from "./look";
import { Notifications } from "./campaign/notifications";
import { HowToInstall } from "./install";
import { PersonsCard } from "./persons-card";

/** The name of a role; its code where this app has no name for it. */
function roleName(role: string): string {
  const word = `role.${role}`;
  const name = t(word as WordKey);
  return name === word ? role : name;
}

export function Me() {
  const { profile } = here();
  return (
    <Page title={profile.person.name} width="wide" lead={<Roles />}>
      <div class="cards">
        <Card>
          <ChangeLanguage />
        </Card>
        <Card>
          <ChangeLook />
        </Card>
        <PersonsCard />
        <Notifications />
        <HowToInstall />
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
        <li key={`${role.role}-${role.place.id}-${role.for?.id ?? 0}`}>
          {roleName(role.role)} · {localized(role.place.name)}
          {role.for && role.to && ` · ${t("me.for", { name: role.for.name, before: formatDate(role.to) })}`}
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

/** What of mine is on this phone alone, under all the numbers that I have had here. */
async function mine() {
  const { profile } = here();
  const me = (await personsOf()).find(({ id }) => id === profile.person.id);
  if (!me) return { numbers: [profile.device], count: 0 };
  const { records, photos, drafts } = await waitingOf(me);
  return { numbers: [profile.device, ...me.former], count: records + photos + drafts };
}

/** Ends the session on the server; another person's stays as it is. Raises what says that it could not be ended. */
async function endSession(device: number): Promise<void> {
  if ((await pushState()) === "on") await disablePush(device).catch(() => undefined);
  try {
    await api("POST", "/api/sessions/end", undefined, device);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 401) throw error;
  }
}

/** What is on the phone stays, unless nothing waits and the person says 'erase' as well. */
function SignOut() {
  const { profile } = here();
  const [asking, setAsking] = useState(false);
  const [erase, setErase] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const count = useLive(async () => (await mine()).count, [asking], ["drafts", "outbox", "photos"]);
  const shared = persons.value > 1;
  const leave = async () => {
    setTrouble(null);
    const { sync } = here();
    try {
      await endSession(profile.device);
    } catch (error) {
      setTrouble(explain(error));
      return;
    }
    setAsking(false);
    const { numbers, count: left } = await mine();
    if (left > 0 || !erase) {
      await sync.now();
      if (shared) await putDown();
      return;
    }
    noteUse(0); // Nobody's is opened again while it is being erased.
    closeSession();
    for (const device of numbers) {
      await removeProfile(device);
      forgetKept(device);
    }
    await putDown();
    go("", { replace: true });
    location.reload(); // What screens hold in memory goes too.
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
        {count === 0 && (
          <label class="choice">
            <input type="checkbox" checked={erase} onChange={(event) => setErase(event.currentTarget.checked)} />
            <span>{t(shared ? "me.sign-out.erase-mine" : "me.sign-out.erase")}</span>
          </label>
        )}
        {count !== undefined && count > 0 && (
          <>
            <p>{t("me.sign-out.keeps", { count })}</p>
            <LinkButton icon="download" href="#/outbox">
              {t("outbox.file")}
            </LinkButton>
          </>
        )}
        {trouble && <Banner tone="problem" live title={trouble} />}
      </Dialog>
    </div>
  );
}
