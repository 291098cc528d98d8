// What a phone downloads, compressed (gzip -9 and Brotli): each file, a volunteer's first load, and what roles add to it.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../dist");
const sw = await readFile(path.join(DIST, "sw.js"), "utf8");
const names = (await readdir(DIST, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !/\.(gz|br)$/.test(entry.name))
  .map((entry) => path.relative(DIST, path.join(entry.parentPath, entry.name)));
const totals = { firstLoad: 0, roles: 0, fonts: 0, other: 0 };
for (const name of names.sort()) {
  const bytes = await readFile(path.join(DIST, name));
  const packed = /\.(png|woff2?)$/.test(name) ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  const brotli = /\.(png|woff2?)$/.test(name) ? bytes.length : brotliCompressSync(bytes).length;
  const kind = kindOf(name);
  totals[kind] += packed;
  console.log(`${String(packed).padStart(8)} gz ${String(brotli).padStart(8)} br  ${kind.padEnd(9)} ${name}`);
}
console.log(totals);

function kindOf(name) {
  if (/\.woff2?$/.test(name)) return "fonts";
  if (name === "sw.js" || sw.includes(`url:"/${name}"`) || sw.includes(`url:\`/${name}\``)) return "firstLoad";
  return sw.includes(`/${name}`) ? "roles" : "other";
}
