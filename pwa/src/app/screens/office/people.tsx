/** People whose access I look after: their links and their phones. */
import { useId, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { RoleHere } from "../../../shared/profile";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useLive } from "../../live";
import { explain } from "../../problems";
import { here, may } from "../../session";
import { Banner, Button, Dialog, EmptyState, LinkButton, Page } from "../../ui";
import { placesOf } from "../../data/places";
import { AddPerson } from "./add-person";
import { LinkDialog, type LinkDialogProps } from "./link-dialog";
import "./office.css";
import { Roles, roleLine } from "./roles";
import { browserName, found, mayGive, type Link, type PersonRow, type Phone } from "./people-data";
import { t } from "./t";
import { usePeople } from "./use-people";

const placeOf = (role: RoleHere): string => localized(role.place.name);

interface PhoneLineProps {
  phone: Phone;
  person: PersonRow;
  revoke: (phone: Phone) => void;
}

function PhoneLine({ phone, person, revoke }: PhoneLineProps) {
  const mine = phone.number === here().profile.device;
  const own = person.id === here().profile.person.id;
  return (
    <li class="phone-line" data-revoked={phone.revoked ? "yes" : undefined}>
      <span>
        <strong>{t("people.phone", { number: String(phone.number) })}</strong>
        {mine && <strong> · {t("people.phone.this")}</strong>}
        <span class="small soft">
          {" "}
          {browserName(phone.browser)}
          <br />
          {phone.revoked ? t("people.phone.revoked", { at: formatMoment(phone.revoked) }) : t("people.phone.seen", { at: formatMoment(phone.last_seen) })}
        </span>
      </span>
      {!phone.revoked && (person.manageable || own) && (
        <Button kind="quiet" label={t("people.revoke.label", { number: String(phone.number), name: person.name })} onClick={() => revoke(phone)}>
          {t("people.revoke")}
        </Button>
      )}
    </li>
  );
}

interface PersonCardProps {
  person: PersonRow;
  busy: boolean;
  give: (person: PersonRow) => Promise<void>;
  revoke: (person: PersonRow, phone: Phone) => void;
  place: (person: PersonRow) => void;
}

function PersonCard({ person, busy, give, revoke, place }: PersonCardProps) {
  const used = person.devices.some((phone) => !phone.revoked);
  return (
    <li class="card person" data-person={person.id}>
      <div>
        <h2>{person.name}</h2>
        <p class="small soft">{person.roles.map(roleLine).join("; ")}</p>
      </div>
      {person.devices.length === 0 && <p class="small">{t("people.phones.none")}</p>}
      {person.devices.length > 0 && (
        <ul class="phones">
          {person.devices.map((phone) => (
            <PhoneLine key={phone.number} phone={phone} person={person} revoke={(chosen) => revoke(person, chosen)} />
          ))}
        </ul>
      )}
      {person.manageable ? (
        <div class="row">
          <Button icon="plus" busy={busy} onClick={() => give(person)} label={`${t(used ? "people.link.another" : "people.link")}: ${person.name}`}>
            {t(used ? "people.link.another" : "people.link")}
          </Button>
          <Button kind="quiet" icon="person" onClick={() => place(person)} label={`${t("people.roles")}: ${person.name}`}>
            {t("people.roles")}
          </Button>
        </div>
      ) : (
        person.id !== here().profile.person.id && <p class="small soft">{t("people.above")}</p>
      )}
    </li>
  );
}

interface RevokeDialogProps {
  chosen: { readonly person: PersonRow; readonly phone: Phone } | null;
  close: () => void;
  done: (words: string) => void;
}

function RevokeDialog({ chosen, close, done }: RevokeDialogProps) {
  const { profile } = here();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const number = chosen?.phone.number ?? 0;
  const leave = (): void => {
    setTrouble(null);
    close();
  };
  const revoke = async (): Promise<void> => {
    setBusy(true);
    try {
      await api("POST", `/api/devices/${number}/revoke`, undefined, profile.device);
      done(t("people.revoke.done", { number: String(number) }));
      leave();
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={chosen !== null}
      title={t("people.revoke.title", { number: String(number), name: chosen?.person.name ?? "" })}
      onClose={leave}
      actions={
        <>
          <Button kind="danger" busy={busy} onClick={revoke}>
            {t("people.revoke")}
          </Button>
          <Button onClick={leave}>{t("app.cancel")}</Button>
        </>
      }
    >
      <p>{t("people.revoke.text")}</p>
      <p>{t(number === profile.device ? "people.revoke.this" : "people.revoke.again")}</p>
      {trouble && <Banner tone="problem" live title={trouble} />}
    </Dialog>
  );
}

function Search({ text, change }: { text: string; change: (text: string) => void }) {
  const id = useId();
  return (
    <div class="field" role="search">
      <label class="field-label small" for={id}>
        {t("people.search")}
      </label>
      <input id={id} class="input" type="search" placeholder={t("people.hint")} value={text} onInput={(event) => change(event.currentTarget.value)} />
    </div>
  );
}

type Given = LinkDialogProps["given"];

/** Links are asked for one at a time: each press makes another one. */
function useLinks(tell: (words: string) => void) {
  const [given, setGiven] = useState<Given>(null);
  const [busy, setBusy] = useState(0);
  const give = async (person: PersonRow): Promise<void> => {
    setBusy(person.id);
    try {
      const link = await api<Link>("POST", `/api/people/${person.id}/enrolments`, undefined, here().profile.device);
      setGiven({ name: person.name, link });
    } catch (error) {
      tell(explain(error));
    }
    setBusy(0);
  };
  return { given, setGiven, busy, give };
}

function usePlaces() {
  const { profile } = here();
  const places = useLive((store) => store.documents("place"), [], ["documents"]) ?? [];
  const mine = placesOf(profile, "people", places, here().store.today());
  return places.filter((place) => mine.has(place.id));
}

export default function People() {
  const { people, trouble, look } = usePeople();
  const [text, setText] = useState("");
  const [adding, setAdding] = useState(false);
  const [placing, setPlacing] = useState<PersonRow | null>(null);
  const [revoking, setRevoking] = useState<RevokeDialogProps["chosen"]>(null);
  const [told, setTold] = useState<{ good: boolean; words: string } | null>(null);
  const { given, setGiven, busy, give } = useLinks((words) => setTold({ good: false, words }));
  const places = usePlaces();
  const shown = people ? found(people, text, placeOf) : [];
  return (
    <Page title={t("people.title")} width="wide" {...(may("review") ? { back: "inbox" } : {})}>
      {trouble && (
        <Banner tone="attention" icon="offline" live title={trouble}>
          <Button icon="sync" onClick={look}>
            {t("app.retry")}
          </Button>
        </Banner>
      )}
      {told && <Banner tone={told.good ? "good" : "problem"} live title={told.words} />}
      {!people && !trouble && <p class="soft">{t("app.loading")}</p>}
      {people && (
        <>
          {mayGive(here().profile).length > 0 && (
            <div class="row">
              <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
                {t("people.add")}
              </Button>
              <LinkButton icon="up" href="#/people/import">
                {t("people.import")}
              </LinkButton>
              <LinkButton icon="code" href="#/people/cards">
                {t("people.cards")}
              </LinkButton>
            </div>
          )}
          {people.length > 4 && <Search text={text} change={setText} />}
          <p role="status">
            <strong>{t("people.count", { count: shown.length })}</strong>
          </p>
          {shown.length === 0 && <EmptyState icon="people" title={t("people.none")} />}
          <ul class="people">
            {shown.map((person) => (
              <PersonCard key={person.id} person={person} busy={busy === person.id} give={give} revoke={(who, phone) => setRevoking({ person: who, phone })} place={setPlacing} />
            ))}
          </ul>
        </>
      )}
      <AddPerson
        open={adding}
        places={places}
        close={() => setAdding(false)}
        added={async (person) => {
          setAdding(false);
          await give(person);
          await look();
        }}
      />
      <Roles
        person={placing}
        people={people ?? []}
        places={places}
        close={() => setPlacing(null)}
        done={(words) => {
          setPlacing(null);
          setTold({ good: true, words });
          void look();
        }}
      />
      <LinkDialog given={given} close={() => setGiven(null)} />
      <RevokeDialog
        chosen={revoking}
        close={() => setRevoking(null)}
        done={(words) => {
          setTold({ good: true, words });
          void look();
        }}
      />
    </Page>
  );
}
