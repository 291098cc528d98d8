/** My commune's progress in one line, with a bar to the target; the whole of it is a tap away. */
import type { PlaceDocument } from "../../../../shared/protocol";
import { goalOf, isMet, progressOf, readAsOf } from "../../../data/asked";
import { localized } from "../../../i18n";
import { useLive } from "../../../live";
import { Icon } from "../../../ui";
import { goalWords } from "./goal";

export function CommuneProgress({ places }: { places: readonly PlaceDocument[] }) {
  const found = useLive(
    async (store) => ({ indicators: await store.documents("indicator"), asOf: await readAsOf(store) }),
    [],
    ["documents", "profile"],
  );
  const place = places[0];
  const shown = found && place ? progressOf(found.indicators, place.id, found.asOf) : null;
  const goal = shown && goalOf(shown);
  if (!place || !shown || !goal) return null;
  const line = goalWords(shown, goal, "commune.line");
  return (
    <a class="card commune" href="#/campaign" data-testid="commune">
      <span class="commune-head">
        <strong>{localized(place.name)}</strong>
        <Icon name={isMet(goal) ? "check" : "arrow"} />
      </span>
      <span>
        {localized(shown.name)}: {line}
      </span>
      <progress value={Math.min(goal.value, goal.goal)} max={goal.goal || 1} aria-label={line} />
    </a>
  );
}
