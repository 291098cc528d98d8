/** A new PIN, typed twice. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { setPin, type PersonHere } from "../../../store/persons";
import { isEasy } from "../../../store/pin";
import { t } from "./persons-t";
import { PinPad } from "./pin-pad";

export function ChoosePin({ person, done, children }: { person: PersonHere; done: () => Promise<void>; children?: ComponentChildren }) {
  const [first, setFirst] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const take = async (digits: string) => {
    setTrouble(null);
    if (first === null) {
      if (isEasy(digits)) setTrouble(t("pin.easy"));
      else setFirst(digits);
      return;
    }
    if (first !== digits) {
      setFirst(null);
      setTrouble(t("pin.differs"));
      return;
    }
    await setPin(person, digits);
    await done();
  };
  const { name } = person.profile.person;
  return (
    <PinPad title={t(first === null ? "pin.choose" : "pin.again", { name })} trouble={trouble} done={take}>
      <p class="soft small">{t("pin.why")}</p>
      {children}
    </PinPad>
  );
}
