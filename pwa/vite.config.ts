import { defineConfig } from "vite";

/** Files that not everybody needs, by what is in them: a role's screens, what photos and other media are shown and sent by. */
const GROUPS = { supervisor: ["/screens/supervisor/"], office: ["/screens/office/"], media: ["/screens/media/", "/src/sync/upload.ts"] } as const;

/** What the first screens are made of and others use as well: one file, since each further one costs a request. */
const SHARED = /\/node_modules\/(preact|@preact|idb)\/|\/src\/app\/(live|look|router|problems|session|shell\/install)\.ts$|\/src\/app\/data\/(lookup|places|values|offered)\.ts$|\/src\/app\/i18n\/(index|common|t|format)\.ts$|\/src\/shared\/(problem|messages)\.ts$/;

/** Names a chunk after the group whose code is in it, or the language whose words, so that lists and people can tell. */
function chunkName(modules: readonly string[]): string {
  const words = modules.length === 1 ? /\/i18n\/words\/(\w+)\.ts$/.exec(modules[0] ?? "")?.[1] : undefined;
  if (words) return `assets/words-${words}-[hash].js`;
  const group = Object.entries(GROUPS).find(([, parts]) => modules.some((path) => parts.some((part) => path.includes(part))));
  return group ? `assets/${group[0]}-[hash].js` : "assets/[name]-[hash].js";
}

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "assets/media-[name]-[hash].js" } } },
  build: {
    target: ["es2022", "chrome100", "firefox115", "safari16"],
    outDir: "dist",
    emptyOutDir: true,
    manifest: "build-manifest.json",
    // Of the page's own files only: a slow network's answer begins seconds late, and what comes later says itself what it needs.
    modulePreload: { polyfill: false, resolveDependencies: (_file, files, { hostType }) => files.filter((each) => hostType === "html" || each.endsWith(".css")) },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        chunkFileNames: (chunk) => chunkName(chunk.moduleIds),
        codeSplitting: { groups: [{ name: "ui", test: SHARED }] },
      },
    },
  },
});
