// How the service worker is built: into one script, with the lists of what it keeps written in.
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** What Vite's `build` needs to make dist/sw.js. */
export function workerConfig(appList, groupList, version) {
  return {
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: {
      __APP_FILES__: JSON.stringify(appList),
      __GROUP_FILES__: JSON.stringify(groupList),
      __VERSION__: JSON.stringify(version),
    },
    build: {
      target: ["es2022", "chrome100", "firefox115", "safari16"],
      outDir: path.join(ROOT, "dist"),
      emptyOutDir: false,
      rolldownOptions: {
        input: path.join(ROOT, "src/sw/worker.ts"),
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  };
}
