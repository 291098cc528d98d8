/** A name in the three languages of the app; Vietnamese is needed. */
import { useId } from "preact/hooks";
import { LANGUAGES } from "../../i18n";
import { describedBy, Field } from "../../ui";
import { t } from "./setup-t";

type Name = Readonly<Partial<Record<string, string>>>;

interface NamesProps {
  readonly name: Name;
  /** What is wrong with the Vietnamese one. */
  readonly error?: string | undefined;
  readonly longest?: number;
  readonly change: (name: Name) => void;
}

const LONGEST = 200;

export function NamesField({ name, error, longest = LONGEST, change }: NamesProps) {
  const id = useId();
  return (
    <>
      {LANGUAGES.map((language) => {
        const wrong = language === "vi" ? error : undefined;
        return (
          <Field key={language} id={`${id}-${language}`} label={t(`setup.name.${language}`)} required={language === "vi"} error={wrong}>
            <input
              id={`${id}-${language}`}
              class="input"
              lang={language}
              maxLength={longest}
              value={name[language] ?? ""}
              aria-invalid={wrong ? "true" : undefined}
              aria-describedby={describedBy(`${id}-${language}`, undefined, wrong)}
              onInput={(event) => change({ ...name, [language]: event.currentTarget.value })}
            />
          </Field>
        );
      })}
    </>
  );
}
