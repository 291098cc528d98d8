/** Somebody new: name, role, place, language; their link follows at once. */
import { useId, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { LANGUAGES } from "../../../shared/language";
import type { PlaceDocument } from "../../../shared/protocol";
import { LANGUAGE_NAMES, localized } from "../../i18n";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, describedBy, Dialog, Field } from "../../ui";
import { inTreeOrder, mayGive, type PersonRow, type Role } from "./people-data";
import { t } from "./t";

export interface AddPersonProps {
  open: boolean;
  places: readonly PlaceDocument[];
  close: () => void;
  added: (person: PersonRow) => Promise<void>;
}

interface Typed {
  readonly name: string;
  readonly role: Role;
  readonly place: number;
  readonly language: string;
}

function useTyped(places: readonly PlaceDocument[]) {
  const roles = mayGive(here().profile);
  const only = places.length === 1 ? (places[0]?.id ?? 0) : 0;
  const empty: Typed = { name: "", role: roles[0] ?? "TNV", place: 0, language: "vi" };
  const [kept, setTyped] = useState<Typed>(empty);
  const typed = { ...kept, place: kept.place || only };
  return { roles, typed, type: (over: Partial<Typed>) => setTyped({ ...typed, ...over }), clear: () => setTyped(empty) };
}

export function AddPerson({ open, places, close, added }: AddPersonProps) {
  const id = useId();
  const { roles, typed, type, clear } = useTyped(places);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const nameError = tried && !typed.name.trim() ? t("people.name.missing") : undefined;
  const placeError = tried && !typed.place ? t("people.place.missing") : undefined;
  const save = async (): Promise<void> => {
    setTried(true);
    if (!typed.name.trim() || !typed.place) return;
    setBusy(true);
    setTrouble(null);
    try {
      const body = { ...typed, name: typed.name.trim().normalize("NFC") };
      const person = await api<PersonRow>("POST", "/api/people", body, here().profile.device);
      clear();
      setTried(false);
      await added(person);
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={open}
      title={t("people.add")}
      onClose={close}
      actions={
        <>
          <Button kind="primary" busy={busy} onClick={save}>
            {t("people.add.save")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Field id={`${id}-name`} label={t("people.name")} required error={nameError}>
        <input
          id={`${id}-name`}
          class="input"
          autocomplete="off"
          maxLength={120}
          value={typed.name}
          aria-invalid={nameError ? "true" : undefined}
          aria-describedby={describedBy(`${id}-name`, undefined, nameError)}
          onInput={(event) => type({ name: event.currentTarget.value })}
        />
      </Field>
      <Field id={`${id}-role`} label={t("people.role")}>
        <select id={`${id}-role`} class="input" value={typed.role} onChange={(event) => type({ role: event.currentTarget.value as Role })}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field id={`${id}-place`} label={t("people.place")} required error={placeError}>
        <select
          id={`${id}-place`}
          class="input"
          value={typed.place || ""}
          aria-invalid={placeError ? "true" : undefined}
          aria-describedby={describedBy(`${id}-place`, undefined, placeError)}
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
      <Field id={`${id}-language`} label={t("people.language")}>
        <select id={`${id}-language`} class="input" value={typed.language} onChange={(event) => type({ language: event.currentTarget.value })}>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </select>
      </Field>
    </Dialog>
  );
}
