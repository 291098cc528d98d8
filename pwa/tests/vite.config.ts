import { defineConfig } from "vite";

/** Bundles the phone without a screen for Node: `vite build --config tests/vite.config.ts --outDir <directory>`. */
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: { ssr: "tests/phone.ts", minify: false, rolldownOptions: { output: { entryFileNames: "phone.mjs" } } },
});
