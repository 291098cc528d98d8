// Builds the app, works out who needs which file, and builds the service worker with those lists in it.
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import { getManifest } from "workbox-build";
import { workerConfig } from "./worker.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const DIST = path.join(ROOT, "dist");
/** What only some people need: a role's screens; `media`: what photos and other files are taken, shown and sent by. */
const GROUPS = ["supervisor", "office", "media"];
/** Bytes of the files until the form list, compressed; with the API's answers there must be room to 60,000. */
const FIRST_LOAD = 54_000;

process.chdir(ROOT);
await build({ root: ROOT, logLevel: "warn" });
const chunks = JSON.parse(await readFile(path.join(DIST, "build-manifest.json"), "utf8"));
await rm(path.join(DIST, "build-manifest.json"));

// Workers are no part of the manifest.
const workers = (await readdir(path.join(DIST, "assets"))).filter((name) => /^media-.*worker.*\.js$/.test(name)).map((name) => `/assets/${name}`);
const groups = groupFiles(chunks, workers);
const grouped = new Set(Object.values(groups).flat());
const files = await appFiles(grouped);
await buildWorker(files, groups);
await holdBudget(chunks);

/** Which files belong to a group: everything that only its lazily loaded modules reach. */
function groupFiles(manifest, workers) {
  const groupOf = (key) => GROUPS.find((group) => key.includes(`/screens/${group}/`) || manifest[key].file.includes(`/${group}-`));
  const reach = (keys, follow, found = new Set()) => {
    for (const key of keys) {
      if (found.has(key) || !manifest[key] || !follow(key)) continue;
      found.add(key);
      reach([...(manifest[key].imports ?? []), ...(manifest[key].dynamicImports ?? [])], follow, found);
    }
    return found;
  };
  const urls = (keys) => [...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]).map((file) => `/${file}`);
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const everybodys = reach(entries, (key) => !groupOf(key));
  const everybody = new Set(urls(everybodys));
  const found = {};
  for (const group of GROUPS) {
    const own = Object.keys(manifest).filter((key) => groupOf(key) === group);
    found[group] = [...new Set(urls(reach(own, (key) => !everybodys.has(key))))].filter((url) => !everybody.has(url)).sort();
  }
  const all = Object.values(manifest).map((chunk) => `/${chunk.file}`);
  // Only phones without a reader of their own fetch this one, when a code is first read; from then on it is kept.
  found.codes = all.filter((url) => /\/zxing[^/]*$/.test(url)).sort();
  // And this one when somebody first looks at a chart.
  found.charts = Object.keys(manifest).filter((key) => key.endsWith("/charts/trend.tsx")).flatMap((key) => [...urls([key])]).sort();
  found.media.push(...workers);
  found.english = all.filter((url) => /\/words-en-[^/]*\.js$/.test(url)).sort();
  found.khmer = all.filter((url) => /khmer.*\.woff2$|\/words-km-[^/]*\.js$/.test(url)).sort();
  return found;
}

async function appFiles(excluded) {
  const { manifestEntries, warnings } = await getManifest({
    globDirectory: DIST,
    globPatterns: ["index.html", "app.webmanifest", "assets/**/*.{js,css,svg,woff2}", "icons/icon.svg"],
    dontCacheBustURLsMatching: /^assets\//,
  });
  if (warnings.length > 0) throw new Error(warnings.join("\n"));
  return manifestEntries
    .map(({ url, revision }) => ({ url: `/${url}`, revision }))
    .filter(({ url }) => !excluded.has(url) && !url.endsWith(".woff2"))
    .sort((left, right) => (left.url < right.url ? -1 : 1));
}

/** What is asked for until the form list is shown, as the server sends it: of the page, all that it needs to run. */
async function holdBudget(manifest) {
  const found = new Set(["index.html", "app.webmanifest", "icons/icon.svg"]);
  const add = (key) => {
    for (const file of [manifest[key].file, ...(manifest[key].css ?? [])]) found.add(file);
    for (const imported of manifest[key].imports ?? []) if (!found.has(manifest[imported].file)) add(imported);
  };
  Object.keys(manifest).filter((key) => manifest[key].isEntry).forEach(add);
  const sizes = await Promise.all([...found].map(async (file) => [file, brotliCompressSync(await readFile(path.join(DIST, file))).length]));
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (total <= FIRST_LOAD) return;
  console.error(sizes.map(([file, size]) => `${String(size).padStart(8)}  ${file}`).join("\n"));
  throw new Error(`The first load has ${total} bytes, compressed; ${FIRST_LOAD} are allowed. What can come after the form list?`);
}

async function buildWorker(appList, groupList) {
  const version = createHash("sha256").update(JSON.stringify([appList, groupList])).digest("hex").slice(0, 12);
  await build(workerConfig(appList, groupList, version));
}
