import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { BUGS } from "./bugs";

const ROOT = resolve(import.meta.dirname, "../..");

/** Changes the one line of the bug that PLANTED names. */
function plant(): Plugin {
  const bug = BUGS.find(({ name }) => name === process.env["PLANTED"]);
  return {
    name: "plant",
    enforce: "pre",
    load(path) {
      if (!bug || path !== resolve(ROOT, "src", bug.file)) return null;
      return readFileSync(path, "utf-8").replace(bug.line, () => bug.becomes);
    },
  };
}

export default defineConfig({
  root: ROOT,
  plugins: [plant()],
  test: { include: ["src/{sync,store}/*.test.ts"], setupFiles: ["build/test-setup.ts", "tests/planted/setup.ts"], testTimeout: 20_000 },
});
