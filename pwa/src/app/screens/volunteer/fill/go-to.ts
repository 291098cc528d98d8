/** Bringing a question into view. */
import { questionId } from "./control";

const LONGEST = 120;

/** Brings a question, or an item, into view and puts the cursor there, as soon as it is drawn. */
export function goTo(path: string, left = LONGEST): void {
  const control = document.getElementById(questionId(path));
  const place = control?.closest(".question") ?? document.querySelector(`[data-path="${CSS.escape(path)}"]`);
  if (!place) {
    if (left > 0) requestAnimationFrame(() => goTo(path, left - 1));
    return;
  }
  place.scrollIntoView({ block: "start" });
  (control ?? place.querySelector<HTMLElement>("button, input"))?.focus({ preventScroll: true });
}
