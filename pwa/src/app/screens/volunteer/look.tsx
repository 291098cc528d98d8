/** How the screen looks: its colours, and whether anything on it moves. At once, and on this phone only. */
import { useState } from "preact/hooks";
import { t } from "../../i18n/t";
import { chooseStill, chooseTheme, chosenTheme, still, type Chosen } from "../../look";

const CHOICES: readonly Chosen[] = ["phone", "light", "dark", "sun"];

export function ChangeLook() {
  const [missing, setMissing] = useState(false);
  const choose = async (chosen: Chosen) => setMissing(!(await chooseTheme(chosen)));
  return (
    <>
      <fieldset class="field">
        <legend class="field-label">{t("me.look")}</legend>
        <div class="choices">
          {CHOICES.map((each) => (
            <label class="choice" key={each}>
              <input type="radio" name="look" value={each} checked={chosenTheme.value === each} onChange={() => void choose(each)} />
              <span>{t(`me.look.${each}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {missing && (
        <p class="soft small" role="status">
          {t("me.look.unavailable")}
        </p>
      )}
      <label class="choice">
        <input type="checkbox" name="still" checked={still.value} onChange={(event) => void chooseStill(event.currentTarget.checked)} />
        <span>{t("me.still")}</span>
      </label>
    </>
  );
}
