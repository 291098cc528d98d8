/** Bến's colours: named in one place, readable in every look. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const SRC = path.resolve(import.meta.dirname, "../..");
const LOOKS = ["light", "dark", "sun"] as const;
type Tokens = ReadonlyMap<string, string>;

function read(file: string): string {
  return readFileSync(path.join(SRC, file), "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
}

function tokensOf(file: string): [string, string][] {
  return [...read(file).matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name, value]) => [name ?? "", value ?? ""]);
}

const LIGHT = tokensOf("app/styles/tokens.css");
const TOKENS: Record<(typeof LOOKS)[number], Tokens> = {
  light: new Map(LIGHT),
  dark: new Map([...LIGHT, ...tokensOf("app/styles/dark.css")]),
  sun: new Map([...LIGHT, ...tokensOf("app/styles/sun.css")]),
};
const FILES = readdirSync(SRC, { recursive: true, encoding: "utf8" });
const SHEETS = FILES.filter((file) => file.endsWith(".css"));
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|color)a?\(|\b(?:white|black|red|blue|gr[ae]y)\b(?!-)/i;

/** WCAG 2.2: relative luminance of an opaque colour written with three or six digits. */
function luminance(colour: string): number {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(colour)?.[1];
  if (!digits) throw new Error(`${colour} is not an opaque colour`);
  const whole = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(tokens: Tokens, one: string, other: string): number {
  const [darker, lighter] = [one, other].map((name) => luminance(tokens.get(name) ?? name)).sort((left, right) => left - right);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** Words stand on the page, on a card, on a row that is pointed at, on a part that is marked. */
const GROUNDS = ["paper", "shore", "wash", "water-pale"];
const WORDS = ["ink", "ink-soft", "water", "water-ink", "lantern", "red", "green"];
/** Words and the one ground that they stand on. */
const TONES = ["indigo", "green", "plum", "red", "amber", "slate", "lantern"];
const PAIRS = [
  ...WORDS.flatMap((words) => GROUNDS.map((ground) => [words, ground] as const)),
  ...TONES.map((tone) => [tone, `${tone}-pale`] as const),
  ...TONES.map((tone) => ["ink", `${tone}-pale`] as const),
  ...["on-deep", "lamp"].flatMap((words) => ["deep", "deep-raised"].map((ground) => [words, ground] as const)),
  ["water-ink", "water-edge"] as const,
  ...["tape", "tape-dark"].map((ground) => ["tape-ink", ground] as const),
];
/** Borders of controls, icons that mean something, the focus ring, and what they stand against. */
const SHAPES = ["line-strong", "water", "water-mark", "lantern-mark", "red", "act"].flatMap((shape) =>
  ["paper", "shore"].map((ground) => [shape, ground] as const),
);

/** What a style rule itself puts together. */
function written(): [string, string][] {
  return SHEETS.flatMap((file) =>
    [...read(file).matchAll(/\{([^{}]*)\}/g)].flatMap(([, rule]): [string, string][] => {
      const words = /(?:^|[\s;])color: var\(--([\w-]+)\)/.exec(rule ?? "")?.[1];
      const ground = /background: var\(--([\w-]+)\)/.exec(rule ?? "")?.[1];
      return words && ground ? [[words, ground]] : [];
    }),
  );
}

describe.each(LOOKS)("%s", (look) => {
  const tokens = TOKENS[look];
  const least = look === "sun" ? 7 : 4.5;

  it.each([...PAIRS, ...written()])(`%s can be read on %s`, (words, ground) => {
    expect(contrast(tokens, words, ground)).toBeGreaterThanOrEqual(least);
  });

  it.each([...SHAPES, ["lamp", "deep"] as const])("%s is seen against %s", (shape, ground) => {
    expect(contrast(tokens, shape, ground)).toBeGreaterThanOrEqual(3);
  });
});

it("black on white is 21:1, as WCAG says", () => {
  expect(contrast(new Map(), "#000", "#fff")).toBeCloseTo(21);
  expect(contrast(new Map(), "#777777", "#fff")).toBeCloseTo(4.48, 2);
});

it("no style sheet but the tokens names a colour", () => {
  const own = new Set(["tokens.css", "dark.css", "sun.css"]);
  const found = SHEETS.filter((file) => !own.has(path.basename(file))).flatMap((file) =>
    [...read(file).matchAll(/: ([^;{}]+);/g)].filter(([, value]) => COLOUR.test((value ?? "").replace(/var\(--[\w-]+\)|url\([^]*?\)/g, ""))).map(([line]) => `${file}${line}`),
  );
  expect(found).toEqual([]);
});

it("no program but the inks of a drawing names a colour", () => {
  const own = new Set(["drawing.tsx", "reduce.ts"]); // A picture that is sent has its own, whatever the screen looks like.
  const found = FILES.filter((file) => /(?<!test)\.tsx?$/.test(file) && !own.has(path.basename(file))).filter((file) => /["'`]#[0-9a-f]{3,8}["'`]|\brgba?\(/i.test(read(file)));
  expect(found).toEqual([]);
});

it("every token that a style sheet or a chart uses is there, and every colour is used", () => {
  const used = new Set<string>();
  for (const file of FILES.filter((each) => /\.(css|tsx?)$/.test(each) && !each.includes(".test."))) {
    for (const [, name] of read(file).matchAll(/(?:var\(|["'(])--([\w-]+)["')]/g)) used.add(name ?? "");
  }
  const known = new Set([...TOKENS.light.keys(), "wave", "columns"]);
  expect([...used].filter((name) => !known.has(name))).toEqual([]);
  expect(LIGHT.filter(([name, value]) => COLOUR.test(value) && !used.has(name))).toEqual([]);
});

it("the other looks only name anew what the light one has", () => {
  for (const file of ["dark", "sun"]) {
    const strange = tokensOf(`app/styles/${file}.css`).filter(([name]) => !TOKENS.light.has(name));
    expect(strange).toEqual([]);
  }
});
