/** One of several, chosen from a list that opens. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { describedBy, Field } from "../../ui";

export type Options = readonly (readonly [value: string, words: string])[];

interface ChoiceProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly options: Options;
  /** What stands for no choice yet. */
  readonly none?: string;
  readonly required?: boolean;
  readonly error?: string | undefined;
  readonly change: (value: string) => void;
}

export function ChoiceField({ label, value, options, none, required = false, error, change }: ChoiceProps) {
  const id = useId();
  return (
    <Field id={id} label={label} required={required} error={error}>
      <select
        id={id}
        class="input"
        value={value}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}
