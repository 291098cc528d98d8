import { beforeAll, describe, expect, it } from "vitest";
import { chooseLanguage, common, fetchLater } from "./common";
import { LANGUAGES, type Catalogue, type Language } from "./index";

/** Every catalogue there is, whoever writes it. */
const modules = import.meta.glob<Record<string, unknown>>(["./*.ts", "!./*.test.ts"], { eager: true });

function isCatalogue(value: unknown): value is Catalogue<string> {
  if (typeof value !== "object" || value === null) return false;
  return LANGUAGES.every((language) => typeof (value as Record<string, unknown>)[language] === "object");
}

const catalogues = Object.entries(modules).flatMap(([path, module]) =>
  Object.values(module)
    .filter(isCatalogue)
    .map((words) => ({ path, words })),
);

function variables(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();
}

/** Brackets that are no plural, or in a language that has none. */
function isOdd(text: string, language: Language): boolean {
  const rest = language === "en" && text.includes("{") ? text.replace(/\[[^[\]{|}]+\|[^[\]{|}]+\]/g, "") : text;
  return /[[\]|]/.test(rest);
}

/** Pairs that are the same in Khmer and in Vietnamese on purpose: a name, a unit. */
const UNTRANSLATED = ["app.name", "me.megabytes"];

beforeAll(async () => {
  await fetchLater();
  for (const language of LANGUAGES) expect(await chooseLanguage(language)).toBe(true);
});

describe("words", () => {
  it("finds the catalogues", () => {
    expect(catalogues.map((each) => each.path)).toContain("./common.ts");
  });

  it("fetches every shared language, so that none stands in for another", () => {
    const loaded = (language: Language) => common[language];
    expect(new Set(LANGUAGES.map(loaded)).size).toBe(LANGUAGES.length);
  });

  it.each(catalogues)("$path has the same keys in each language", ({ words }) => {
    const keys = Object.keys(words.vi).sort();
    expect(keys.length).toBeGreaterThan(0);
    for (const language of LANGUAGES) expect(Object.keys(words[language]).sort()).toEqual(keys);
  });

  it.each(catalogues)("$path has no empty word", ({ words }) => {
    for (const language of LANGUAGES) {
      expect(Object.entries(words[language]).filter(([, text]) => text.trim() === "")).toEqual([]);
    }
  });

  it.each(catalogues)("$path uses the same variables in each language", ({ words }) => {
    for (const [key, text] of Object.entries(words.vi)) {
      for (const language of LANGUAGES) expect([key, variables(words[language][key] ?? "")]).toEqual([key, variables(text)]);
    }
  });

  it.each(catalogues)("$path has plurals in English alone, each with a number and no variable inside", ({ words }) => {
    const odd = LANGUAGES.flatMap((language) => Object.values(words[language]).filter((text) => isOdd(text, language)));
    expect(odd).toEqual([]);
  });

  it.each(catalogues)("$path is in NFC", ({ words }) => {
    for (const language of LANGUAGES) for (const text of Object.values(words[language])) expect(text).toBe(text.normalize("NFC"));
  });

  it.each(catalogues)("$path has its Khmer in Khmer, with Latin digits", ({ words }) => {
    const says = (text: string) => /\p{L}/u.test(text.replace(/\{\w+\}/g, ""));
    const latin = Object.entries(words.km).filter(
      ([key, text]) => !UNTRANSLATED.includes(key) && says(words.vi[key] ?? "") && !/[\u1780-\u17d3]/.test(text),
    );
    expect(latin).toEqual([]);
    expect(Object.entries(words.km).filter(([, text]) => /[\u17e0-\u17e9]/.test(text))).toEqual([]);
  });
});
