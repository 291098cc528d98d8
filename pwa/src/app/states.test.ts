/** A record's state has one word, one icon and one colour, on every screen. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "./i18n";
import { media } from "./i18n/media";
import { words as en } from "./i18n/words/en";
import { words as km } from "./i18n/words/km";
import { words as viFirst } from "./i18n/words/vi";
import { words as viLater } from "./i18n/words/vi-later";
import { STATES, type StateName } from "./states";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const WORDS = { vi: { ...viFirst, ...viLater }, en, km };
const ALL = Object.entries(STATES);
/** Steps of one thing, told apart by their words: seen as one from afar. */
const FAMILIES: readonly (readonly StateName[])[] = [
  ["submitted", "checking"],
  ["approved", "confirmed"],
  ["locked", "corrected"],
  ["correcting", "drafted"],
  ["returned", "sent_back"],
];

describe.each(LANGUAGES)("in %s", (language) => {
  const words = WORDS[language];

  it("no two states have the same word", () => {
    expect(new Set(ALL.map(([, { word }]) => words[word])).size).toBe(ALL.length);
  });

  it("the receipt, the history and a photo say it in the chip's words", () => {
    expect(words["saved.here"]).toBe(words["state.waiting"]);
    expect(words["saved.on-server"]).toBe(words["state.on_server"]);
    expect(words["sync.sending"]).toMatch(new RegExp(`^${words["state.sending"]}`));
    expect(words["history.conflict"]).toBe(words["state.conflict"]);
    expect(media[language]["media.state.sent"]).toBe(words["state.on_server"]);
    expect(media[language]["media.state.sending"]).toMatch(new RegExp(`^${words["state.sending"]}`));
  });
});

it("icon and colour together mean one state, or steps of one thing", () => {
  const seen = new Map<string, string[]>();
  for (const [name, { icon, tone }] of ALL) seen.set(`${icon} ${tone}`, [...(seen.get(`${icon} ${tone}`) ?? []), name]);
  const shared = [...seen.values()].filter((names) => names.length > 1).map((names) => names.sort());
  expect(shared.sort()).toEqual(FAMILIES.map((names) => [...names].sort()).sort());
});

it("no record has a chip of a state but from the one list; a nomination's steps have their own", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
  const own = ["ui/chip.tsx", "screens/office/commendation-parts.tsx"];
  const found = files.filter((file) => !own.includes(file.replaceAll(path.sep, "/")) && /class="chip"[^>]*data-state/.test(readFileSync(path.join(import.meta.dirname, file), "utf8")));
  expect(found).toEqual([]);
});

it("docs/design.md has every state with its words, icon and colour", () => {
  const design = readFileSync(path.join(ROOT, "docs/design.md"), "utf8");
  const rows = ALL.map(([name, { icon, tone, word }]) => `| \`${name}\` | ${WORDS.vi[word]} | ${WORDS.km[word]} | ${WORDS.en[word]} | ${icon} | ${tone} |`);
  expect(rows.filter((row) => !design.includes(row))).toEqual([]);
});
