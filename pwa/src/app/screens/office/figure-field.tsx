/** A figure as it is typed; what can't be read is said below it. */
import { useId } from "preact/hooks";
import { formatNumber } from "../../i18n/format";
import { describedBy, Field } from "../../ui";
import { LARGEST, readFigure } from "./figures";
import { t } from "./t";

interface FigureFieldProps {
  readonly label: string;
  readonly text: string;
  readonly locked?: boolean;
  /** What an empty field means. */
  readonly none?: string;
  readonly change: (text: string) => void;
}

export function FigureField({ label, text, locked, none, change }: FigureFieldProps) {
  const id = useId();
  const error = readFigure(text).ok ? undefined : t("baseline.wrong", { most: formatNumber(LARGEST) });
  return (
    <Field id={id} label={label} error={error}>
      <input
        id={id}
        class="input figure"
        inputMode="numeric"
        autocomplete="off"
        placeholder={none ?? t("baseline.none")}
        value={text}
        readOnly={locked}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </Field>
  );
}
