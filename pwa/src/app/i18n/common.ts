/**
 * The words that every role's code shares: the shell's, the volunteer's, states and problems. The first screens' Vietnamese
 * comes with the app, the rest of it with the screens behind them; another language's words are fetched when it is first
 * chosen. All are kept for offline use with the rest of the app.
 */
import { signal } from "@preact/signals";
import { catalogue, language, type Language } from "./index";
import { words as vi } from "./words/vi";

type Later = (typeof import("./words/vi-later"))["words"];
export type SharedKey = keyof typeof vi | keyof Later;
export type SharedWords = Record<SharedKey, string>;

const LOAD: Record<Exclude<Language, "vi">, () => Promise<{ words: SharedWords }>> = {
  en: () => import("./words/en"),
  km: () => import("./words/km"),
};

/** Of Vietnamese only the first screens' words until `fetchLater` has ended: no other screen is shown before. */
const fetched = signal<{ vi: SharedWords } & Partial<Record<Language, SharedWords>>>({ vi: vi as SharedWords });

/** A catalogue like any other; a language that has not arrived yet reads as Vietnamese. */
export const common = catalogue<SharedKey>({
  get vi() {
    return fetched.value.vi;
  },
  get en() {
    return fetched.value.en ?? fetched.value.vi;
  },
  get km() {
    return fetched.value.km ?? fetched.value.vi;
  },
});

let whole = false;

/** Fetches the Vietnamese of the screens behind the first ones. Raises when it can't be had now. */
export async function fetchLater(): Promise<void> {
  const { words } = await import("./words/vi-later");
  if (whole) return;
  whole = true;
  fetched.value = { ...fetched.peek(), vi: { ...vi, ...words } };
}

/** Fetches a language's words unless they are here. Raises when they can't be had now (offline, and never fetched). */
export async function fetchWords(chosen: Language): Promise<void> {
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
