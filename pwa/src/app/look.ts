/**
 * How the app looks on this phone: its colours, and whether anything moves. What the phone says, unless the person chose
 * otherwise in 'Me'; kept on this phone, since it depends on its screen and on where it is used. The sheets of the other
 * colours are fetched where they are worn, and kept with the rest of the app.
 */
import { signal } from "@preact/signals";
import { recall, remember } from "./remembered";

export type Theme = "light" | "dark" | "sun";
export type Chosen = Theme | "phone";

const SHEETS: Record<Exclude<Theme, "light">, () => Promise<unknown>> = {
  dark: () => import("./styles/dark.css"),
  sun: () => import("./styles/sun.css"),
};
const kept = recall("ben-theme");

/** What the person chose; 'phone' follows the phone. */
export const chosenTheme = signal<Chosen>(kept === "light" || kept === "dark" || kept === "sun" ? kept : "phone");
/** Whether the person wants nothing to move, whatever the phone says. */
export const still = signal(recall("ben-still") === "yes");
/** The colours on the screen now: what is drawn without style sheets follows it. */
export const theme = signal<Theme>("light");

const sharp = matchMedia("(prefers-contrast: more)");
const night = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** Text so large for this screen that a line holds a few words: styles/large.css, which says the same. */
const crowded = matchMedia("(max-width: 15rem)");

function wanted(): Theme {
  const chosen = chosenTheme.value;
  return chosen !== "phone" ? chosen : sharp.matches ? "sun" : night.matches ? "dark" : "light";
}

/** Puts on what is wanted now. Resolves when it is seen; false: its sheet can't be had now, and the screen stays as it was. */
async function wear(): Promise<boolean> {
  const root = document.documentElement;
  root.toggleAttribute("data-still", still.value || calm.matches);
  if (crowded.matches) await import("./styles/large.css").catch(() => undefined); // It is read without, less well.
  root.toggleAttribute("data-crowded", crowded.matches);
  const next = wanted();
  const had = next === "light" || (await SHEETS[next]().then(() => true, () => false));
  if (next !== wanted()) return true; // Something else was chosen meanwhile.
  if (had) theme.value = next;
  root.dataset["theme"] = theme.value;
  const bar = getComputedStyle(root).getPropertyValue("--deep");
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", bar);
  return had;
}

/** Chooses and keeps the choice. */
export function chooseTheme(chosen: Chosen): Promise<boolean> {
  remember("ben-theme", (chosenTheme.value = chosen));
  return wear();
}

export function chooseStill(chosen: boolean): Promise<boolean> {
  remember("ben-still", (still.value = chosen) ? "yes" : "no");
  return wear();
}

/** Wears what is wanted from now on, also when the phone changes its mind at dusk. */
export function followLook(): Promise<boolean> {
  for (const each of [sharp, night, calm, crowded]) each.addEventListener("change", () => void wear());
  return wear();
}
