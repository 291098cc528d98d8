/** Single-key shortcuts, for those who ask for them: never while typing or in a dialog (WCAG 2.1.4 wants them switchable). */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { recall, remember } from "../../remembered";

const REMEMBERED = "ben-keys";

export const keysOn = signal(recall(REMEMBERED) !== "off");

export function switchKeys(on: boolean): void {
  keysOn.value = on;
  remember(REMEMBERED, on ? "on" : "off");
}

function busyElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/**
 * Calls what belongs to the key pressed, from the moment that it is on the screen.
 *
 * An action that gives false leaves the key to the browser.
 */
export function useKeys(actions: Readonly<Record<string, () => unknown>>): void {
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || busyElsewhere(event.target)) return;
      const action = actions[event.key];
      if (action && action() !== false) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}
