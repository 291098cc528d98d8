import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { chooseLanguage, common, fetchLater } from "./i18n/common";
import { LANGUAGES } from "./i18n";
import { wordsOf } from "./problems";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf-8");

/** As the server's catalogue names them. */
const SLUGS = [...read("server/problems.py").matchAll(/^ {4}"([a-z-]+)": \(/gm)].map(([, slug]) => slug ?? "");
/** As the protocol's page names them. */
const REASONS = [...(/### Why an item is held\n([^#]*)/.exec(read("docs/protocol.md"))?.[1] ?? "").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, reason]) => reason ?? "");

beforeAll(async () => {
  await fetchLater();
  for (const language of LANGUAGES) await chooseLanguage(language);
});

/** What was meant to be said of a problem, and why something is held. */
const told = (): string[] => [...new Set([...SLUGS.map((slug) => wordsOf(slug) ?? ""), ...Object.keys(common.vi).filter((key) => /^(problem|reason)\./.test(key))])];

/** A sentence tells what to do, what happens by itself, who acts, or that nothing is to be done. */
const NEXT = {
  vi: /hãy|tự |mới dùng được|không phải làm gì|sẽ xem|có thể nhận vào|giám sát viên (xem|so)/i,
  en: /\b(ask|tell|try|look|use|choose|update|sync|take it|send|open|mend|upload|raise|stay|wait|close|propose|let|copy|read|decide|prepare|have it|change|by itself|sends it again|need do nothing|sees this|may take it in|a supervisor)\b/i,
  km: /សូម|ដោយខ្លួនឯង|ត្រូវការ|មិនបាច់|អ្នកត្រួតពិនិត្យ|ផ្ញើវាម្តងទៀត|នឹងមើល/,
} as const;

/** What makes it the person's fault. */
const BLAME = {
  vi: /lỗi của bạn|bạn (đã )?(sai|quên|nhầm|làm hỏng)|không hợp lệ|phạm/i,
  en: /\b(your (fault|mistake|error)|you (failed|forgot|must not|should have)|invalid|illegal|wrong)\b/i,
  km: /កំហុសរបស់អ្នក|អ្នកខុស|អ្នកភ្លេច/,
} as const;

describe("what a person is told", () => {
  it("of every problem of the server is said in their language", () => {
    expect(SLUGS.length).toBeGreaterThan(20);
    expect(SLUGS.filter((slug) => wordsOf(slug) === null)).toEqual([]);
  });

  it("of every reason why something is held is said in their language", () => {
    expect(REASONS.length).toBeGreaterThan(10);
    expect(REASONS.filter((reason) => !(`reason.${reason}` in common.vi))).toEqual([]);
  });

  it.each(LANGUAGES)("of every problem and reason says what comes next (%s)", (language) => {
    expect(told().filter((key) => !NEXT[language].test(common[language][key as keyof typeof common.vi]))).toEqual([]);
  });

  it.each(LANGUAGES)("never blames anybody (%s)", (language) => {
    expect(told().filter((key) => BLAME[language].test(common[language][key as keyof typeof common.vi]))).toEqual([]);
  });

  it("is written in the documentation as the app says it", () => {
    const written = [...read("docs/problems.md").matchAll(/^## ([a-z-]+)\n((?:(?!^## )[^])*?)Vietnamese: "([^"]+)"/gm)].map(([, slug, , text]) => [slug ?? "", (text ?? "").replace(/\s+/g, " ")] as const);
    expect(written.length).toBeGreaterThan(10);
    const said = ([slug, text]: readonly [string, string]): boolean => {
      const key = wordsOf(slug);
      return key !== null && text.endsWith(common.vi[key]);
    };
    expect(written.filter((each) => !said(each))).toEqual([]);
  });
});
