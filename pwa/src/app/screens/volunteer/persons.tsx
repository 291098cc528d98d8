/** A shared phone that nobody has taken up: who is there, then their PIN. */
import { useState } from "preact/hooks";
import { currentProfile, switchProfile } from "../../../store";
import { forgetPin, tryPin } from "../../../store/persons";
import { usePersons, type Shown, type Waiting } from "../../data/persons";
import { localized } from "../../i18n";
import { chooseLanguage } from "../../i18n/common";
import { go } from "../../router";
import { persons } from "../../session";
import { choosing, takeUp } from "../../shell/persons";
import { Button, Icon, LanguageChoice, Page } from "../../ui";
import { ChoosePin } from "./choose-pin";
import { t } from "./persons-t";
import { PinPad } from "./pin-pad";

/** '2 records to send · 1 draft'; where nothing waits, that. */
export function waitingWords(waiting: Waiting | null): string {
  if (!waiting) return t("persons.unreadable");
  const { records, photos, drafts } = waiting;
  const parts = [
    records > 0 && t("persons.records", { count: records }),
    photos > 0 && t("persons.photos", { count: photos }),
    drafts > 0 && t("persons.drafts", { count: drafts }),
  ].filter(Boolean);
  return parts.length ? parts.join(" · ") : t("persons.nothing");
}

/** Opens a person's own; who was here last finds what they had open. */
async function open(person: Shown): Promise<void> {
  const before = await currentProfile();
  if (before?.person.id !== person.id) go("", { replace: true });
  // Nothing is written that needn't be: a full phone opens too.
  if (before?.device !== person.profile.device) await switchProfile(person.profile.device);
  if (persons.peek() < 2 && person.hasPin) await forgetPin(person.id).catch(() => undefined); // Alone, they need none.
  await takeUp();
}

export function Persons() {
  const [all, look] = usePersons();
  const [chosen, setChosen] = useState<number | null>(null);
  if (!all) return <Page title={t("persons.title")}>{null}</Page>;
  const pending = choosing.value.flatMap((id) => all.find((person) => person.id === id && !person.hasPin) ?? []);
  const first = pending[0];
  if (first) return <Coming person={first} last={pending.length === 1} look={look} />;
  const person = all.find(({ id }) => id === chosen);
  const choose = (each: Shown) => {
    if (all.length === 1 && !each.hasPin) void open(each); // A PIN of theirs would be thrown away at once.
    else setChosen(each.id);
  };
  if (person) return <Opening person={person} leave={() => setChosen(null)} />;
  return (
    <Page title={t("persons.title")}>
      <div class="tiles">
        {all.map((each) => (
          <button key={each.id} type="button" class="tile" data-person={each.id} onClick={() => choose(each)}>
            <Icon name="person" />
            <span>
              {each.profile.person.name}
              <span class="tile-note small soft">{localized(each.profile.roles[0]?.place.name)}</span>
              <span class="tile-note small soft">{waitingWords(each.waiting)}</span>
            </span>
            <Icon name="arrow" />
          </button>
        ))}
      </div>
      <p class="soft small">{t("persons.more")}</p>
      <LanguageChoice choose={(wanted) => void chooseLanguage(wanted)} />
    </Page>
  );
}

/** Just joined, or here when somebody joined: a PIN first. Only whoever has come with the link is surely there. */
function Coming({ person, last, look }: { person: Shown; last: boolean; look: () => Promise<void> }) {
  const next = async () => {
    choosing.value = choosing.peek().filter((id) => id !== person.id);
    if (last) await open(person);
    else await look();
  };
  return (
    <Page title={t("pin.title")}>
      <ChoosePin key={person.id} person={person} done={next}>
        {!last && (
          <>
            <p class="soft small">{t("persons.first.why", { name: person.profile.person.name })}</p>
            <Button kind="quiet" onClick={next}>
              {t("persons.first.absent", { name: person.profile.person.name })}
            </Button>
          </>
        )}
      </ChoosePin>
    </Page>
  );
}

function Opening({ person, leave }: { person: Shown; leave: () => void }) {
  const [until, setUntil] = useState(person.until);
  const [wrong, setWrong] = useState(false);
  const { name } = person.profile.person;
  const check = async (digits: string) => {
    const tried = await tryPin(person.id, digits);
    setWrong(!tried.right);
    setUntil(tried.until);
    if (tried.right) await open(person);
  };
  const others = (
    <Button kind="quiet" icon="back" onClick={leave}>
      {t("persons.other")}
    </Button>
  );
  if (!person.hasPin) {
    return (
      <Page title={t("pin.title")}>
        <ChoosePin person={person} done={() => open(person)}>
          {others}
        </ChoosePin>
      </Page>
    );
  }
  return (
    <Page title={t("pin.title")}>
      <PinPad title={t("pin.of", { name })} trouble={wrong ? t("pin.wrong") : null} until={until} done={check}>
        {others}
        <details class="soft small">
          <summary>{t("pin.forgotten")}</summary>
          <p>{t("pin.forgotten.text")}</p>
        </details>
      </PinPad>
    </Page>
  );
}
