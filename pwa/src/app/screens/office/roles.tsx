/** What somebody does where: another role, one instead of another, the end of one. */
import { Fragment } from "preact";
import { useId, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import type { PlaceDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatDate } from "../../i18n/format";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, describedBy, Dialog, Field } from "../../ui";
import { dayBeside, inTreeOrder, isRole, mayGive, type HeldRole, type PersonRow, type Role, type StandIn } from "./people-data";
import { StandInForm, StandIns, type Leave } from "./stand-in";
import { t } from "./t";

/** "Volunteer · Đại An, until 30/06/2023". */
export function roleLine(held: HeldRole): string {
  const role = isRole(held.role) ? t(`role.${held.role}`) : held.role;
  const place = `${role} · ${localized(held.place.name)}`;
  const words = held.for ? t("people.role.for", { role: place, name: held.for.name }) : place;
  return held.to === null ? words : t("people.role.until", { role: words, day: formatDate(dayBeside(held.to, -1)) });
}

interface Typed {
  readonly role: Role;
  readonly place: number;
  /** The last day; empty: open. */
  readonly last: string;
  /** The role that this one takes the place of; 0: none. */
  readonly replaces: number;
}

interface RolesProps {
  readonly person: PersonRow | null;
  readonly people: readonly PersonRow[];
  readonly places: readonly PlaceDocument[];
  readonly close: () => void;
  readonly done: (words: string) => void;
}

/** One request about a person's roles; says what came of it. */
function useAsk(person: PersonRow | null, done: (words: string) => void) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const ask = async (path: string, body: object, words: string, whose = person?.id ?? 0): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      await api("POST", `/api/people/${whose}/roles${path}`, body, here().profile.device);
      done(words);
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return { busy, trouble, setTrouble, ask };
}

interface HeldRolesProps {
  person: PersonRow;
  people: readonly PersonRow[];
  busy: boolean;
  end: (held: HeldRole) => void;
  leave: (held: HeldRole, leave: Leave) => void;
  callOff: (one: StandIn) => void;
}

function HeldRoles({ person, people, busy, end, leave, callOff }: HeldRolesProps) {
  const [ending, setEnding] = useState(0);
  const [leaving, setLeaving] = useState(0);
  const mine = mayGive(here().profile);
  return (
    <ul class="phones">
      {person.roles.map((held) => (
        <Fragment key={held.id}>
          <li class="phone-line role-line">
            <span>
              <strong>{roleLine(held)}</strong>
              {ending === held.id && <span class="small"> {t("people.role.end.text")}</span>}
            </span>
            {isRole(held.role) && mine.includes(held.role) && (
              <span class="role-steps">
                {held.role !== "TNV" && leaving !== held.id && (
                  <Button kind="quiet" label={`${t("people.away")}: ${roleLine(held)}`} onClick={() => setLeaving(held.id)}>
                    {t("people.away")}
                  </Button>
                )}
                <Button kind={ending === held.id ? "danger" : "quiet"} busy={busy} label={`${t("people.role.end")}: ${roleLine(held)}`} onClick={() => (ending === held.id ? end(held) : setEnding(held.id))}>
                  {t(ending === held.id ? "people.role.end.sure" : "people.role.end")}
                </Button>
              </span>
            )}
          </li>
          <StandIns held={held} busy={busy} end={callOff} />
          {leaving === held.id && <StandInForm people={people} person={person} busy={busy} save={(chosen) => leave(held, chosen)} close={() => setLeaving(0)} />}
        </Fragment>
      ))}
    </ul>
  );
}

function NewRole({ person, places, typed, type, missing }: { person: PersonRow; places: readonly PlaceDocument[]; typed: Typed; type: (over: Partial<Typed>) => void; missing: string | undefined }) {
  const id = useId();
  return (
    <>
      <Field id={`${id}-place`} label={t("people.place")} required error={missing}>
        <select
          id={`${id}-place`}
          class="input"
          value={typed.place || ""}
          aria-invalid={missing ? "true" : undefined}
          aria-describedby={describedBy(`${id}-place`, undefined, missing)}
          onChange={(event) => type({ place: Number(event.currentTarget.value) })}
        >
          <option value="" />
          {inTreeOrder(places, (place) => localized(place.name)).map((place) => (
            <option key={place.id} value={place.id}>
              {localized(place.name)}
            </option>
          ))}
        </select>
      </Field>
      <Field id={`${id}-role`} label={t("people.role")}>
        <select id={`${id}-role`} class="input" value={typed.role} onChange={(event) => type({ role: event.currentTarget.value as Role })}>
          {mayGive(here().profile).map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field id={`${id}-replaces`} label={t("people.role.replaces")}>
        <select id={`${id}-replaces`} class="input" value={typed.replaces} onChange={(event) => type({ replaces: Number(event.currentTarget.value) })}>
          <option value={0}>{t("people.role.beside")}</option>
          {person.roles.map((held) => (
            <option key={held.id} value={held.id}>
              {t("people.role.instead", { role: roleLine(held) })}
            </option>
          ))}
        </select>
      </Field>
      <Field id={`${id}-last`} label={t("people.role.last")} hint={t("people.role.last.hint")}>
        <input
          id={`${id}-last`}
          class="input"
          type="date"
          min={here().store.today()}
          value={typed.last}
          aria-describedby={describedBy(`${id}-last`, t("people.role.last.hint"), undefined)}
          onInput={(event) => type({ last: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}

function Content({ person, people, places, close, done }: RolesProps & { person: PersonRow }) {
  const first = mayGive(here().profile)[0] ?? "TNV";
  const [typed, setTyped] = useState<Typed>({ role: first, place: 0, last: "", replaces: 0 });
  const [tried, setTried] = useState(false);
  const { busy, trouble, ask } = useAsk(person, done);
  const give = async (): Promise<void> => {
    setTried(true);
    if (!typed.place) return;
    const { role, place, last, replaces } = typed;
    const body = { role, place, ...(last && { to: dayBeside(last, 1) }), ...(replaces && { replaces }) };
    await ask("", body, t("people.role.given", { name: person.name }));
  };
  const end = (held: HeldRole): void => void ask(`/${held.id}/end`, {}, t("people.role.ended", { name: person.name }));
  const leave = (held: HeldRole, chosen: Leave): void => void ask(`/${held.id}/stand-in`, chosen, t("people.away.saved", { name: people.find((each) => each.id === chosen.person)?.name ?? "", whom: person.name }));
  const callOff = (one: StandIn): void => void ask(`/${one.role}/end`, {}, t("people.away.ended", { name: one.person.name }), one.person.id);
  return (
    <Dialog
      open
      title={t("people.roles.title", { name: person.name })}
      onClose={close}
      actions={
        <>
          <Button kind="primary" busy={busy} onClick={give}>
            {t("people.role.give")}
          </Button>
          <Button onClick={close}>{t("app.close")}</Button>
        </>
      }
    >
      {trouble && <Banner tone="problem" live title={trouble} />}
      <HeldRoles person={person} people={people} busy={busy} end={end} leave={leave} callOff={callOff} />
      <h3>{t("people.role.new")}</h3>
      <NewRole person={person} places={places} typed={typed} type={(over) => setTyped({ ...typed, ...over })} missing={tried && !typed.place ? t("people.place.missing") : undefined} />
      <p class="small soft">{t("people.role.text")}</p>
    </Dialog>
  );
}

export function Roles(props: RolesProps) {
  return props.person && <Content key={props.person.id} {...props} person={props.person} />;
}
