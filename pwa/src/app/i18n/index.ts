/**
 * Words on the screen. A catalogue holds every language's words under the same keys; the compiler refuses a missing key, a
 * test refuses an empty string. `translator(common, volunteer)` gives a `t` that knows only those catalogues' keys, so that a
 * screen's words travel with the screen's own code.
 */
import { effect, signal } from "@preact/signals";
import { recall, remember } from "../remembered";
import { formatNumber } from "./format";

export const LANGUAGES = ["vi", "en", "km"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Words<K extends string> = Record<K, string>;
export type Catalogue<K extends string> = Record<Language, Words<K>>;
export type Variables = Record<string, string | number>;

/** Names of the languages in themselves, so that everybody finds their own. */
export const LANGUAGE_NAMES: Record<Language, string> = { vi: "Tiếng Việt", en: "English", km: "ភាសាខ្មែរ" };

const REMEMBERED = "ben-language";

function remembered(): Language {
  const kept = recall(REMEMBERED);
  return LANGUAGES.find((language) => language === kept) ?? "vi";
}

/** The language on the screen now. Reading it inside a component makes the component follow it. */
export const language = signal<Language>(remembered());

/** Keeps the page's own language in step, so that screen readers pronounce it and Khmer gets its font and leading. */
export function followLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    remember(REMEMBERED, language.value);
  });
}

/** Keeps the keys of the three languages the same, checked by the compiler. */
export function catalogue<K extends string>(words: Catalogue<K>): Catalogue<K> {
  return words;
}

/**
 * Numbers are quantities, and written as such; what only names something (a year, a phone's number) is given as a string.
 * `[one|many]` is the first of the two where its number is 1: the last number written before it, or else the first after it.
 */
function fill(pattern: string, variables?: Variables): string {
  if (!variables) return pattern;
  let number: string | number | undefined;
  return pattern.replace(/\{(\w+)\}|\[([^|\]]*)\|([^\]]*)\]/g, (whole, name: string | undefined, one: string, many: string) => {
    if (!name) {
      number ??= pattern.match(/\w+(?=\})/g)?.map((each) => variables[each]).find((value) => typeof value === "number");
      return number === 1 ? one : many;
    }
    const value = variables[name] ?? whole;
    return typeof value === "number" ? formatNumber((number = value), 3) : value;
  });
}

type KeysOf<C> = C extends Catalogue<infer K> ? K : never;

/** Gives `t(key, variables)` over the catalogues named; the first that has the key wins. */
export function translator<C extends readonly Catalogue<string>[]>(
  ...catalogues: C
): (key: KeysOf<C[number]>, variables?: Variables) => string {
  return (key, variables) => {
    for (const each of catalogues) {
      const pattern = each[language.value][key];
      if (pattern !== undefined) return fill(pattern, variables);
    }
    return key;
  };
}

/**
 * The text of a label that carries several languages; Vietnamese stands in for what nobody translated yet, and where a form
 * has none of the app's languages, its own.
 */
export function localized(label: Partial<Record<string, string>> | null | undefined): string {
  if (!label) return "";
  return label[language.value] || label["vi"] || label["en"] || Object.values(label).find(Boolean) || "";
}

/** What something is called, and what it is: "Người viết: Lan". Khmer has a colon of its own, as ":" is read as one of its letters. */
export function called(name: string, what: string): string {
  return `${name}${language.value === "km" ? "៖" : ":"} ${what}`;
}
