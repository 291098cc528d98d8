/** The volunteer's screens behind the first ones: fetched when one is opened, or as soon as the form list stands. */
import { fetchLater } from "./i18n/common";
import type { Screen } from "./router";
import { persons } from "./session";

type Later = typeof import("./screens/volunteer/later");

/** How a route loads one of them. */
export function later(name: keyof Later): () => Promise<{ default: Screen }> {
  return async () => ({ default: (await import("./screens/volunteer/later"))[name] });
}

/** Fetches what all screens behind the first ones read and look like, and has the phone watched that persons may share. */
export async function fetchBehind(): Promise<void> {
  void watchPersons().catch(() => undefined); // Begun again with the next of them: no screen waits for it.
  await Promise.all([fetchLater(), import("./styles/later.css"), import("./styles/tables.css")]);
}

/** Not sooner: who uses the phone at its start is looked at without this code. */
async function watchPersons(): Promise<void> {
  if (persons.peek() > 0) (await import("./shell/persons")).watchPersons();
}

/** Fetches them now, so that they open even if the network goes a moment later. */
export function warmLater(): void {
  void Promise.all([import("./screens/volunteer/later"), fetchBehind()]).catch(() => undefined); // Asked for again when one of them is opened.
}
