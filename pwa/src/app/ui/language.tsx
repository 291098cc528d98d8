import { language, LANGUAGE_NAMES, LANGUAGES, type Language } from "../i18n";
import { t } from "../i18n/t";

/** Every language by its own name, so that everybody finds theirs whatever is on the screen. */
export function LanguageChoice({ choose }: { choose: (chosen: Language) => void }) {
  return (
    <fieldset class="field">
      <legend class="field-label">{t("me.language")}</legend>
      <div class="choices">
        {LANGUAGES.map((each) => (
          <label class="choice" key={each}>
            <input type="radio" name="language" checked={language.value === each} onChange={(event) => {
                choose(each);
                event.currentTarget.checked = language.peek() === each;
              }} />
            <span lang={each}>{LANGUAGE_NAMES[each]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
