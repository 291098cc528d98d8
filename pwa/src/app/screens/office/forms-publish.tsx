/** Whom a form is for: everybody who writes, or some roles and places. */
import { useId, useState } from "preact/hooks";
import type { PlaceDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { here } from "../../session";
import { Banner, Button, Dialog, Field } from "../../ui";
import { publish, WRITING, type Audience, type Version } from "./forms-data";
import { inTreeOrder } from "./people-data";
import { explain, t } from "./forms-t";

export interface PublishProps {
  version: Version | null;
  /** Whom it is for until somebody chooses. */
  audience: (version: Version) => Audience;
  places: readonly PlaceDocument[];
  close: () => void;
  done: (version: Version) => void;
}

export function Publish({ version, ...rest }: PublishProps) {
  return version && <Choosing key={version.id} version={version} {...rest} />;
}

const toggled = <Item,>(list: readonly Item[], item: Item): Item[] => (list.includes(item) ? list.filter((each) => each !== item) : [...list, item]);

function Choosing({ version, audience, places, close, done }: PublishProps & { version: Version }) {
  const id = useId();
  const [roles, setRoles] = useState<readonly string[]>(() => audience(version).roles);
  const [chosen, setChosen] = useState<readonly number[]>(() => audience(version).places);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      done(await publish(version.id, { roles, places: chosen }, here().profile.device));
    } catch (error) {
      setTrouble(explain(error));
    }
    setBusy(false);
  };
  return (
    <Dialog
      open
      title={t("forms.publish.title", { name: localized(version.title), version: version.version })}
      onClose={close}
      actions={
        <>
          <Button kind="primary" icon="megaphone" busy={busy} onClick={save}>
            {t("forms.publish")}
          </Button>
          <Button onClick={close}>{t("app.cancel")}</Button>
        </>
      }
    >
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Field id={`${id}-roles`} group label={t("forms.roles")} hint={t("forms.roles.hint")}>
        {WRITING.map((role) => (
          <label key={role} class="choice">
            <input type="checkbox" checked={roles.includes(role)} onChange={() => setRoles(toggled(roles, role))} />
            <span>{t(`role.${role}`)}</span>
          </label>
        ))}
      </Field>
      <Field id={`${id}-places`} group label={t("forms.places")} hint={t("forms.places.hint")}>
        <div class="place-checks">
          {inTreeOrder(places, (place) => localized(place.name)).map((place) => (
            <label key={place.id} class="choice">
              <input type="checkbox" checked={chosen.includes(place.id)} onChange={() => setChosen(toggled(chosen, place.id))} />
              <span>{localized(place.name)}</span>
            </label>
          ))}
        </div>
      </Field>
    </Dialog>
  );
}
