/** Leave with dates: who stands in for the holder of a role, from a day to another. Who is away keeps the role. */
import { useId, useState } from "preact/hooks";
import { formatDate } from "../../i18n/format";
import { here } from "../../session";
import { Button, describedBy, Field } from "../../ui";
import { dayBeside, type HeldRole, type PersonRow, type StandIn } from "./people-data";
import { t } from "./t";

export interface Leave {
  readonly person: number;
  readonly from: string;
  readonly to: string;
}

interface StandInsProps {
  readonly held: HeldRole;
  readonly busy: boolean;
  readonly end: (one: StandIn) => void;
}

/** Those who stand in now or will, each with the way to call it off. */
export function StandIns({ held, busy, end }: StandInsProps) {
  return (
    <>
      {held.away.map((one) => {
        const words = t("people.away.by", { name: one.person.name, from: formatDate(one.from), last: formatDate(dayBeside(one.to, -1)) });
        return (
          <li key={one.role} class="phone-line role-line">
            <span class="small">{words}</span>
            <Button kind="quiet" busy={busy} label={`${t("people.away.end")}: ${words}`} onClick={() => end(one)}>
              {t("people.away.end")}
            </Button>
          </li>
        );
      })}
    </>
  );
}

interface StandInFormProps {
  readonly people: readonly PersonRow[];
  readonly person: PersonRow;
  readonly busy: boolean;
  readonly save: (leave: Leave) => void;
  readonly close: () => void;
}

export function StandInForm({ people, person, busy, save, close }: StandInFormProps) {
  const id = useId();
  const today = here().store.today();
  const [typed, setTyped] = useState({ person: 0, from: today, last: "" });
  const [tried, setTried] = useState(false);
  const type = (over: Partial<typeof typed>): void => setTyped({ ...typed, ...over });
  const missing = tried && !typed.person ? t("people.away.person.missing") : undefined;
  const wrong = tried && (!typed.from || typed.last < typed.from) ? t("people.away.last.missing") : undefined;
  const submit = (): void => {
    setTried(true);
    if (typed.person && typed.from && typed.last >= typed.from) save({ person: typed.person, from: typed.from, to: dayBeside(typed.last, 1) });
  };
  return (
    <li class="stack" data-gap="small">
      <Field id={`${id}-person`} label={t("people.away.person")} required error={missing}>
        <select id={`${id}-person`} class="input" value={typed.person || ""} aria-invalid={missing ? "true" : undefined} aria-describedby={describedBy(`${id}-person`, undefined, missing)} onChange={(event) => type({ person: Number(event.currentTarget.value) })}>
          <option value="" />
          {people
            .filter((each) => each.manageable && each.id !== person.id)
            .map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
        </select>
      </Field>
      <Field id={`${id}-from`} label={t("people.away.from")}>
        <input id={`${id}-from`} class="input" type="date" min={today} value={typed.from} onInput={(event) => type({ from: event.currentTarget.value })} />
      </Field>
      <Field id={`${id}-last`} label={t("people.role.last")} required error={wrong}>
        <input id={`${id}-last`} class="input" type="date" min={typed.from} value={typed.last} aria-invalid={wrong ? "true" : undefined} aria-describedby={describedBy(`${id}-last`, undefined, wrong)} onInput={(event) => type({ last: event.currentTarget.value })} />
      </Field>
      <p class="small soft">{t("people.away.text")}</p>
      <div class="row">
        <Button kind="primary" busy={busy} onClick={submit}>
          {t("people.away.save")}
        </Button>
        <Button onClick={close}>{t("app.cancel")}</Button>
      </div>
    </li>
  );
}
