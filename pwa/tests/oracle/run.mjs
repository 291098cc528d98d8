// Runs cases through ODK's engine and ours: `node tests/oracle/run.mjs CASES.json RESULTS.jsonl` (docs/xlsform.md, Tested against).
// The clock stands still and chance is one number, before either engine is loaded: what they read, they read alike.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { JSDOM } from "jsdom";
import { runnerImport } from "vite";

const NOW = Date.parse("2026-03-17T08:45:30.123Z");
const RealDate = Date;

class StillDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(NOW);
    else super(...parts);
  }
  static now() {
    return NOW;
  }
}

function surroundings() {
  // the engine's parser is a script for CommonJS
  globalThis.require = createRequire(import.meta.url);
  globalThis.__dirname = fileURLToPath(new URL(".", import.meta.url));
  const { window } = new JSDOM("", { url: "https://forms.invalid/" });
  for (const name of Object.getOwnPropertyNames(window)) {
    if (!(name in globalThis)) globalThis[name] = window[name];
  }
  globalThis.window = window;
}

const [cases, results] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL("main.ts", import.meta.url)), {
  root,
  configFile: false,
  logLevel: "error",
});
surroundings();
globalThis.Date = StillDate;
Math.random = () => 0.5;
const engine = await import("@getodk/xforms-engine");
writeFileSync(results, "");
await module.runAll(engine, JSON.parse(readFileSync(cases, "utf8")), (result) => appendFileSync(results, `${JSON.stringify(result)}\n`));
