/** Two days, both included: from one to the end of the other. */
import { useId } from "preact/hooks";
import { describedBy, Field } from "../../ui";
import type { Window } from "./setup-data";
import { t } from "./setup-t";

interface DaysProps {
  readonly days: Window;
  /** What is wrong with them, said at the last. */
  readonly error?: string | undefined;
  readonly change: (days: Window) => void;
}

export function DaysField({ days, error, change }: DaysProps) {
  const id = useId();
  return (
    <>
      {(["from", "to"] as const).map((end) => {
        const wrong = end === "to" ? error : undefined;
        return (
          <Field key={end} id={`${id}-${end}`} label={t(`setup.days.${end}`)} required error={wrong}>
            <input
              id={`${id}-${end}`}
              class="input"
              type="date"
              value={days[end]}
              aria-invalid={wrong ? "true" : undefined}
              aria-describedby={describedBy(`${id}-${end}`, undefined, wrong)}
              onInput={(event) => change({ from: days.from, to: days.to, [end]: event.currentTarget.value })}
            />
          </Field>
        );
      })}
    </>
  );
}
