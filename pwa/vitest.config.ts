import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx", "dev/**/*.test.tsx", "tests/planted/*.test.ts"],
    setupFiles: ["build/test-setup.ts"],
    testTimeout: 20_000,
  },
});
