import { defineConfig } from "vite";

/** Bundles a page of bench/forms.py: `CONTESTANT=ours vite build --config tests/bench/vite.config.ts --outDir <directory>`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: true,
    modulePreload: false,
    rolldownOptions: {
      input: `${import.meta.dirname}/${process.env.CONTESTANT ?? "ours"}.ts`,
      output: { entryFileNames: "page.js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
