import { defineConfig } from "vite";

/** Files that not everybody needs, by what is in them: a role's screens, what photos and other media are shown and sent by. */
const GROUPS = { supervisor: ["/screens/supervisor/"], office: ["/screens/office/"], media: ["/screens/media/", "/src/sync/upload.ts"] } as const;

/** What the first screens are made of and others use as well: one file, since each further one costs a request. */
const SHARED = /\/node_modules\/(preact|@preact|idb)\/|\/src\/app\/(live|router|problems|session)\.ts$|\/src\/app\/data\/(lookup|places|values|offered)\.ts$|\/src\/app\/i18n\/(index|common|t|format)\.ts$|\/src\/shared\/(problem|messages)\.ts$/;

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
  server: { proxy: { "/api": "http://localhost:8000" } },
  build: {
    target: ["es2022", "chrome100", "firefox115", "safari16"],
    outDir: "dist",
    emptyOutDir: true,
    manifest: "build-manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        chunkFileNames: (chunk) => chunkName(chunk.moduleIds),
        codeSplitting: { groups: [{ name: "ui", test: SHARED }] },
      },
    },
  },
});
