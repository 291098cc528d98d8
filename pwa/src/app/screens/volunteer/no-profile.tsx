/** Nobody has enrolled on this phone: what the app is and how to begin. Or the browser has cleared what was here. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { ProfileInfo } from "../../../shared/profile";
import { createProfile } from "../../../store";
import { t } from "../../i18n/t";
import { chooseLanguage } from "../../i18n/common";
import { formatMoment } from "../../i18n/format";
import { explain } from "../../problems";
import { openSession, session, storageProblem } from "../../session";
import { Banner, Button, EmptyState, LanguageChoice, LinkButton, Page } from "../../ui";

/** A session that this browser can still prove although nothing of its profile is left here. */
interface SessionHere {
  readonly device: number;
  readonly person: { readonly name: string };
  readonly seen: string;
}

export function NoProfile() {
  const [cleared, setCleared] = useState<readonly SessionHere[]>([]);
  useEffect(() => {
    if (session.peek() !== null || storageProblem.peek()) return;
    void api<SessionHere[]>("GET", "/api/sessions/here").then(setCleared, () => undefined);
  }, []);
  return (
    <Page title={t("welcome.title")} lead={<p class="soft">{t("welcome.text")}</p>}>
      {storageProblem.value && (
        <Banner tone="problem" live title={t("welcome.no-storage")}>
          <p>{t("welcome.no-storage.text")}</p>
        </Banner>
      )}
      {cleared.map((each) => (
        <Cleared key={each.device} here={each} />
      ))}
      {cleared.length === 0 && (
        <EmptyState icon="boat" title={t("welcome.link")}>
          <p>{t("welcome.link.text")}</p>
          <LinkButton kind="primary" icon="code" href="#/scan">
            {t("welcome.scan")}
          </LinkButton>
        </EmptyState>
      )}
      <LanguageChoice choose={(chosen) => void chooseLanguage(chosen)} />
    </Page>
  );
}

/** The counters are gone with the rest, so the phone goes on under a new number: the old one would be used twice. */
function Cleared({ here }: { here: SessionHere }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const goOn = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await createProfile(await api<ProfileInfo>("POST", "/api/devices", undefined, here.device));
      await api("POST", "/api/sessions/end", undefined, here.device).catch(() => undefined);
      await openSession();
    } catch (error) {
      setTrouble(explain(error));
      setBusy(false);
    }
  };
  return (
    <Banner tone="problem" live title={t("cleared.title", { name: here.person.name })}>
      <p>{t("cleared.kept")}</p>
      <p>{t("cleared.lost", { time: formatMoment(here.seen) })}</p>
      {trouble && <p role="alert">{trouble}</p>}
      <Button kind="primary" icon="download" wide busy={busy} onClick={goOn}>
        {t("cleared.go-on")}
      </Button>
    </Banner>
  );
}
