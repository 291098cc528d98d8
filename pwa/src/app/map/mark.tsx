/** A state's mark, as it stands on the map: for the list and the legend beside it. */
import { PATHS } from "./shapes";
import { SHAPES, type SpotState } from "./spots";

export function Mark({ state, letter }: { state: SpotState; letter: string }) {
  return (
    <span class="spot" data-state={state} aria-hidden="true">
      <svg viewBox="0 0 36 36">
        <path d={PATHS[SHAPES[state]]} />
      </svg>
      <span>{letter}</span>
    </span>
  );
}
