/** A one-time link becomes this phone's profile: who it is for, consent in plain words, then the first sync. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { Language, Localized } from "../../../shared/language";
import { NetworkError, ProblemError } from "../../../shared/problem";
import type { ProfileInfo } from "../../../shared/profile";
import { createProfile, type Store } from "../../../store";
import { language, localized } from "../../i18n";
import { chooseLanguage } from "../../i18n/common";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { explain } from "../../problems";
import { recall, remember } from "../../remembered";
import { go } from "../../router";
import { begin, closeSession, persons, session } from "../../session";
import { token } from "../../shell/token";
import { Banner, Button, Card, EmptyState, Facts, Field, LanguageChoice, LinkButton, Page } from "../../ui";

/** The person chose a language here by hand: the invitation's own no longer counts. */
const CHOSEN = "ben-language-chosen";

interface Invitation {
  readonly person: { readonly id: number; readonly name: string };
  readonly role: string;
  readonly role_name?: Localized;
  readonly place: { readonly id: number; readonly name: Localized };
  readonly campaign_name?: Localized;
  readonly language?: Language;
  readonly expires: string;
}

export function Enrol() {
  const secret = token.value;
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const look = async () => {
    if (!secret) return;
    setFailure(null);
    try {
      const found = await api<Invitation>("POST", "/api/enrolments/inspect", { token: secret });
      if (!session.peek() && found.language && !recall(CHOSEN)) await chooseLanguage(found.language);
      setInvitation(found);
    } catch (error) {
      setFailure(error);
    }
  };
  useEffect(() => {
    setInvitation(null);
    void look();
  }, [secret]);
  if (!secret) return <NoLink />;
  return (
    <Page title={t("enrol.title")}>
      <LanguageChoice
        choose={(chosen) => {
          remember(CHOSEN, "yes");
          void chooseLanguage(chosen);
        }}
      />
      {failure !== null && <Refused failure={failure} again={look} />}
      {failure === null && !invitation && <p role="status">{t("enrol.looking")}</p>}
      {invitation && <Consent invitation={invitation} secret={secret} />}
    </Page>
  );
}

function NoLink() {
  return (
    <Page title={t("enrol.title")}>
      <EmptyState icon="anchor" title={t("enrol.no-link")}>
        <LinkButton href="#/">{t("app.home")}</LinkButton>
      </EmptyState>
    </Page>
  );
}

const REFUSALS: Record<string, "unknown" | "used" | "expired"> = {
  "enrolment-unknown": "unknown",
  "enrolment-used": "used",
  "enrolment-expired": "expired",
  invalid: "unknown",
};

function Refused({ failure, again }: { failure: unknown; again: () => Promise<void> }) {
  const kind = failure instanceof ProblemError ? REFUSALS[failure.slug] : undefined;
  if (kind) {
    return (
      <Banner tone="problem" live title={t(`enrol.${kind}.title`)}>
        <p>{t(`enrol.${kind}.text`)}</p>
        {session.value && <LinkButton href="#/">{t("app.home")}</LinkButton>}
      </Banner>
    );
  }
  const offline = failure instanceof NetworkError;
  return (
    <Banner tone="attention" icon={offline ? "offline" : "alert"} live title={offline ? t("enrol.offline.title") : explain(failure)}>
      {offline && <p>{t("enrol.offline.text")}</p>}
      <Button icon="sync" onClick={again}>
        {t("app.retry")}
      </Button>
    </Banner>
  );
}

/** The same for each try of this page, so that a link whose answer was lost on the way can be used again by this phone. */
const attempt = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Uses the link. Only after this does anything of the person live on this phone. */
async function redeem(secret: string, device: number | undefined): Promise<ProfileInfo> {
  const body = { token: secret, language: language.peek(), consents: ["account"], attempt, ...(device === undefined ? {} : { device }) };
  return api<ProfileInfo>("POST", "/api/enrolments/redeem", body);
}

async function askToPersist(): Promise<void> {
  try {
    await navigator.storage.persist();
  } catch {
    // The browser decides by itself then; 'Me' says how it decided.
  }
}

/** Resolves when the first forms are on this phone. */
function firstForms(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe((changes) => {
      if (changes.has("documents")) void look();
    });
    const look = async () => {
      if ((await store.documents("form")).length === 0) return;
      stop();
      resolve();
    };
  });
}

/** What a link means on a phone that is used already: code that comes only there. */
const whereUsed = (): Promise<typeof import("./sharing")> | null => (persons.value > 0 ? import("./sharing") : null);

function Sharing({ person }: { person: Invitation["person"] }) {
  const [part, setPart] = useState<typeof import("./sharing") | null>(null);
  useEffect(() => {
    void whereUsed()?.then(setPart, () => undefined);
  }, [persons.value]);
  return part && <part.SharingNote person={person} />;
}

function Consent({ invitation, secret }: { invitation: Invitation; secret: string }) {
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState(false);
  const [stage, setStage] = useState<"asking" | "joining" | "syncing">("asking");
  const [failure, setFailure] = useState<unknown>(null);
  const { person } = invitation;
  const join = async () => {
    setMissing(!agreed);
    if (!agreed) {
      document.getElementById("consent-account")?.focus();
      return;
    }
    setFailure(null);
    setStage("joining");
    try {
      const sharing = await whereUsed();
      const profile = await redeem(secret, await sharing?.numberOf(person.id));
      await createProfile(profile, true);
      void askToPersist(); // Firefox asks the person, who may take as long as they like
      if (await sharing?.toChoice(person.id)) {
        token.value = null;
        return;
      }
      persons.value = 1; // The next link that is opened in this page finds somebody here.
      setStage("syncing");
      closeSession();
      const open = await begin(profile);
      // Who has forms sees their names at once, and the forms themselves as they come; thousands of records may follow.
      if (!profile.forms?.length) await Promise.race([open.sync.now(), firstForms(open.store)]);
      session.value = open;
      go("", { replace: true });
      token.value = null;
    } catch (error) {
      setStage("asking");
      setFailure(error);
    }
  };
  if (stage === "syncing") return <FirstSync />;
  return (
    <>
      <Card title={t("enrol.who")}>
        <p class="who">{person.name}</p>
        <Facts
          rows={[
            [t("enrol.role"), localized(invitation.role_name) || invitation.role],
            [t("enrol.place"), localized(invitation.place.name)],
            ...(invitation.campaign_name ? [[t("nav.campaign"), localized(invitation.campaign_name)] as const] : []),
            [t("enrol.expires"), formatMoment(invitation.expires)],
          ]}
        />
        <p class="soft small">{t("enrol.not-you")}</p>
      </Card>
      <Sharing person={person} />
      <Card title={t("consent.title")}>
        <p>{t("consent.what")}</p>
        <p>{t("consent.why")}</p>
        <p>{t("consent.rights")}</p>
        <Field id="consent-group" label={t("consent.account.label")} group required error={missing && !agreed ? t("consent.needed") : undefined}>
          <label class="choice">
            <input
              id="consent-account"
              type="checkbox"
              checked={agreed}
              aria-invalid={missing && !agreed ? true : undefined}
              onChange={(event) => setAgreed(event.currentTarget.checked)}
            />
            <span>{t("consent.account")}</span>
          </label>
        </Field>
        <p class="soft small">{t("consent.push-later")}</p>
      </Card>
      {failure !== null && <Refused failure={failure} again={join} />}
      <Button kind="primary" icon="anchor" wide busy={stage === "joining"} onClick={join}>
        {t(stage === "joining" ? "enrol.joining" : "enrol.join")}
      </Button>
    </>
  );
}

function FirstSync() {
  return (
    <Card title={t("enrol.first-sync")}>
      <p role="status">{t("enrol.first-sync.text")}</p>
      <progress aria-label={t("enrol.first-sync")} />
    </Card>
  );
}
