import { t } from "../i18n/t";
import { STATES, type StateName } from "../states";
import { Icon } from "./icon";

/** A state by its word, its shape and its colour, so that none of them carries it alone. */
export function StateChip({ state }: { state: StateName }) {
  const { icon, tone, word } = STATES[state];
  return (
    <span class="chip" data-tone={tone} data-state={state}>
      <Icon name={icon} />
      {t(word)}
    </span>
  );
}

export function StateChips({ states }: { states: readonly StateName[] }) {
  return (
    <span class="chips">
      {states.map((state) => (
        <StateChip key={state} state={state} />
      ))}
    </span>
  );
}
