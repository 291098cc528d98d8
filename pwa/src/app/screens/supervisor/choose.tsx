import { useId } from "preact/hooks";
import { t } from "./t";

export interface ChooseProps {
  label: string;
  /** "" is all of them. */
  value: string;
  options: readonly (readonly [string, string])[];
  /** Not shown while there is nothing to choose between. */
  quiet?: boolean;
  change: (value: string) => void;
}

/** One of a few, or all: a filter by the phone's own picker. */
export function Choose({ label, value, options, quiet, change }: ChooseProps) {
  const id = useId();
  if (quiet && options.length < 2 && value === "") return null;
  return (
    <div class="field">
      <label class="field-label small" for={id}>
        {label}
      </label>
      <select id={id} class="input" value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{t("inbox.all")}</option>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
