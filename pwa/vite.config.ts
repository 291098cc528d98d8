import { defineConfig } from "vite";

const ROLES = ["supervisor", "office"] as const;

/** Names a chunk after the role whose screens are in it, or the language whose words, so that lists and people can tell. */
function chunkName(modules: readonly string[]): string {
  const words = modules.length === 1 ? /\/i18n\/words\/(\w+)\.ts$/.exec(modules[0] ?? "")?.[1] : undefined;
  if (words) return `assets/words-${words}-[hash].js`;
  const role = ROLES.find((name) => modules.some((path) => path.includes(`/screens/${name}/`)));
  return role ? `assets/${role}-[hash].js` : "assets/[name]-[hash].js";
}

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { proxy: { "/api": "http://localhost:8000" } },
  build: {
    target: ["es2022", "chrome100", "firefox115", "safari16"],
    outDir: "dist",
    emptyOutDir: true,
    manifest: "build-manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { output: { chunkFileNames: (chunk) => chunkName(chunk.moduleIds) } },
  },
});
