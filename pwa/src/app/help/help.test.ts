// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { LANGUAGES, type Catalogue } from "../i18n";
import { chooseLanguage, fetchLater } from "../i18n/common";
import { help } from "../i18n/help";
import { ROUTES } from "../routes";
import { ICON_NAMES } from "../ui/icon";
import { helpFor, OWNERS } from "./now";
import { PARTS, readItem } from "./picture";
import { ELSEWHERE, EVERYBODYS } from "./screens";
import { isTold, type Step } from "./steps";

const paths = [...new Set(["welcome", "persons", ...ROUTES.map(({ path }) => path)])];
const owned = await Promise.all(Object.entries(OWNERS).map(async ([name, load]) => ({ name, ...(await load()) })));
const files: { name: string; STEPS: Readonly<Record<string, readonly Step[]>>; WORDS: Catalogue<string> }[] = [...owned, { name: "everybody", STEPS: EVERYBODYS, WORDS: help }];
const all = files.flatMap(({ STEPS, WORDS }) => Object.entries(STEPS).map(([path, steps]) => ({ path, steps, WORDS })));

/** All that the app's screens say, in one language. */
async function onScreens(language: (typeof LANGUAGES)[number]): Promise<Set<string>> {
  await fetchLater();
  await chooseLanguage(language);
  const modules = import.meta.glob<Record<string, unknown>>(["../i18n/*.ts", "!../i18n/*.test.ts", "!../i18n/help*.ts"], { eager: true });
  const found = Object.values(modules).flatMap((module) => Object.values(module));
  const words = found.flatMap((value) => {
    const each = (value as Partial<Catalogue<string>> | null)?.[language];
    return typeof each === "object" ? Object.values(each) : [];
  });
  // What follows a number is quoted without it.
  return new Set(words.map((text) => text.replace(/\{\w+\}/g, "").trim()));
}

describe("help", () => {
  it.each(paths)("the screen '%s' has help, or a reason why not", async (path) => {
    const elsewhere = ELSEWHERE[path];
    if (typeof elsewhere === "object") {
      expect(elsewhere.none).toMatch(/\w+ \w+/);
      return;
    }
    const { steps } = await helpFor(path);
    const least = steps.filter(({ seen }) => !seen || seen.startsWith("!"));
    expect(least.length).toBeGreaterThanOrEqual(2);
    expect(steps.length).toBeLessThanOrEqual(6);
  });

  it("tells of no screen that isn't there, and of none twice", () => {
    const told = [...all.map(({ path }) => path), ...Object.keys(ELSEWHERE).filter((path) => typeof ELSEWHERE[path] === "object")];
    expect(told.filter((path) => !paths.includes(path))).toEqual([]);
    expect(told.length).toBe(new Set(told).size);
  });

  it.each(all)("each step of '$path' has its sentence in three languages", ({ steps, WORDS }) => {
    for (const { words } of steps) for (const language of LANGUAGES) expect(WORDS[language][words]).toMatch(/[.។]$/);
  });

  it.each(files)("no sentence of $name is without a picture", ({ STEPS, WORDS }) => {
    const used = Object.values(STEPS).flatMap((steps) => steps.map(({ words }) => words));
    expect(Object.keys(WORDS.vi).filter((key) => !used.includes(key) && !key.startsWith("help."))).toEqual([]);
  });

  it.each(all)("pictures of '$path' are made of known parts only", ({ steps }) => {
    for (const { picture } of steps) {
      expect(picture.length).toBeGreaterThan(0);
      for (const item of picture.flat()) {
        const { name, icon } = readItem(item);
        expect(Object.keys(PARTS)).toContain(name);
        if (icon) expect(ICON_NAMES).toContain(icon);
      }
    }
  });

  it.each(LANGUAGES)("what help calls by name is called so on the screens (%s)", async (language) => {
    const known = await onScreens(language);
    const quoted = files.flatMap(({ WORDS }) => Object.entries(WORDS[language]).flatMap(([key, text]) => [...text.matchAll(/“([^”]+)”/g)].map((found) => [key, found[1] ?? ""] as const)));
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter(([, name]) => !known.has(name))).toEqual([]);
  });

  it("tells only of what the screen shows", () => {
    const shows = (answer: Element | null) => ({ querySelector: () => answer }) as unknown as ParentNode;
    const there = {} as Element;
    expect(isTold({ words: "a", picture: [] }, shows(null))).toBe(true);
    expect([isTold({ words: "a", picture: [], seen: ".x" }, shows(there)), isTold({ words: "a", picture: [], seen: ".x" }, shows(null))]).toEqual([true, false]);
    expect([isTold({ words: "a", picture: [], seen: "!.x" }, shows(there)), isTold({ words: "a", picture: [], seen: "!.x" }, shows(null))]).toEqual([false, true]);
  });
});
