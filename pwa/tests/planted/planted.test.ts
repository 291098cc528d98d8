// The tests of the phone's half find what they are there to find: every planted bug, by the rule that it breaks.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { BUGS } from "./bugs";

const PWA = resolve(import.meta.dirname, "../..");

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly title: string; readonly status: string }[] }[];
}

interface Asked {
  readonly where: string;
  readonly title?: string;
  readonly planted?: string;
}

/** Runs the tests of a file, or those of one title, with a bug planted or none; gives how each went. */
async function run({ where, title = "", planted = "" }: Asked): Promise<ReadonlyMap<string, string>> {
  const only = title ? ["-t", `${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`] : [];
  const given = ["run", "--config", "tests/planted/vitest.config.ts", "--reporter=json", ...only, where];
  const vitest = spawn(process.execPath, [resolve(PWA, "node_modules/vitest/vitest.mjs"), ...given], {
    cwd: PWA,
    env: { ...process.env, PLANTED: planted },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  for await (const part of vitest.stdout) printed += String(part);
  const report = JSON.parse(printed.slice(printed.indexOf("{"))) as Report;
  const all = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(all.filter(({ status }) => status !== "skipped").map(({ title: told, status }) => [told, status]));
}

describe("a bug of one line", () => {
  it.each(BUGS)("$name: is found", { timeout: 120_000 }, async ({ name, file, line, by }) => {
    expect(readFileSync(resolve(PWA, "src", file), "utf-8").split(line), "its line stands there once").toHaveLength(2);
    expect(await run({ ...by, planted: name })).toEqual(new Map([[by.title, "failed"]]));
  });

  it("that is not there is not found", { timeout: 120_000 }, async () => {
    for (const where of new Set(BUGS.map(({ by }) => by.where))) {
      const titles = BUGS.flatMap(({ by }) => (by.where === where ? [by.title] : []));
      const went = await run({ where });
      expect(titles.map((title) => [title, went.get(title)])).toEqual(titles.map((title) => [title, "passed"]));
    }
  });
});
