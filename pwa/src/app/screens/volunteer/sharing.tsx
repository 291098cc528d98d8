/** A link that is opened on a phone which somebody uses already: what happens to whom. */
import { useEffect, useState } from "preact/hooks";
import { personsOf, type PersonHere } from "../../../store/persons";
import { go } from "../../router";
import { noteUse, session } from "../../session";
import { choosing, keptSoon, putDown } from "../../shell/persons";
import { Banner } from "../../ui";
import { t } from "./persons-t";

/**
 * The number this phone already has for the same person: with it the queue of an ended session lives on. Raises, in words for
 * the person, while whoever is using the phone has something on no disk yet: the link isn't used up by that.
 */
export async function numberOf(person: number): Promise<number | undefined> {
  if (!(await keptSoon())) throw new Error(t("persons.unkept"));
  return (await personsOf()).find(({ id }) => id === person)?.profile.device;
}

/** On a shared phone everybody chooses a PIN first: who was using it just now, then who has come. False: they are alone. */
export async function toChoice(person: number): Promise<boolean> {
  if ((await personsOf()).length < 2) return false;
  const before = session.peek()?.profile.person.id;
  choosing.value = [...new Set(before === undefined ? [person] : [before, person])];
  go("", { replace: true });
  if (!(await putDown())) noteUse(0); // As soon as all is kept.
  return true;
}

export function SharingNote({ person }: { person: { readonly id: number; readonly name: string } }) {
  const [all, setAll] = useState<readonly PersonHere[]>([]);
  useEffect(() => {
    void personsOf().then(setAll, () => undefined);
  }, [person.id]);
  const others = all.filter(({ id }) => id !== person.id);
  if (others.length === 0) return null;
  const again = others.length < all.length;
  const names = others.map(({ profile }) => profile.person.name).join(", ");
  return (
    <Banner icon="people" title={t(again ? "persons.again.title" : "persons.add.title", { name: person.name })}>
      <p>{again ? t("persons.again.stays") : t("persons.add.stays", { names })}</p>
      {!again && <p>{t("persons.add.pin")}</p>}
    </Banner>
  );
}
