import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { common, fetchLater } from "./i18n/common";
import { wordsOf } from "./problems";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf-8");

/** As the server's catalogue names them. */
const SLUGS = [...read("server/problems.py").matchAll(/^ {4}"([a-z-]+)": \(/gm)].map(([, slug]) => slug ?? "");
/** As the protocol's page names them. */
const REASONS = [...(/### Why an item is held\n([^#]*)/.exec(read("docs/protocol.md"))?.[1] ?? "").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, reason]) => reason ?? "");

beforeAll(fetchLater);

describe("what a person is told", () => {
  it("of every problem of the server is said in their language", () => {
    expect(SLUGS.length).toBeGreaterThan(20);
    expect(SLUGS.filter((slug) => wordsOf(slug) === null)).toEqual([]);
  });

  it("of every reason why something is held is said in their language", () => {
    expect(REASONS.length).toBeGreaterThan(10);
    expect(REASONS.filter((reason) => !(`reason.${reason}` in common.vi))).toEqual([]);
  });
});
