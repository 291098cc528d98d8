/**
 * The words that every role's code shares: the shell's, the volunteer's, states and problems. Vietnamese comes with the
 * app; another language's words are fetched when it is first chosen, and kept for offline use with the rest of the app.
 */
import { signal } from "@preact/signals";
import { catalogue, language, type Language } from "./index";
import { words as vi } from "./words/vi";

export type SharedKey = keyof typeof vi;
export type SharedWords = Record<SharedKey, string>;

const LOAD: Record<Exclude<Language, "vi">, () => Promise<{ words: SharedWords }>> = {
  en: () => import("./words/en"),
  km: () => import("./words/km"),
};

const fetched = signal<Partial<Record<Language, SharedWords>>>({ vi });

/** A catalogue like any other; a language that has not arrived yet reads as Vietnamese. */
export const common = catalogue<SharedKey>({
  vi,
  get en() {
    return fetched.value.en ?? vi;
  },
  get km() {
    return fetched.value.km ?? vi;
  },
});

/** Fetches a language's words unless they are here. Raises when they can't be had now (offline, and never fetched). */
async function fetchWords(chosen: Language): Promise<void> {
  if (chosen === "vi" || fetched.peek()[chosen]) return;
  const { words } = await LOAD[chosen]();
  fetched.value = { ...fetched.peek(), [chosen]: words };
}

/** Switches the screen once the words are here, so that nobody sees a mixture. False: they can't be had now. */
export async function chooseLanguage(chosen: Language): Promise<boolean> {
  try {
    await fetchWords(chosen);
  } catch {
    return false;
  }
  language.value = chosen;
  return true;
}
