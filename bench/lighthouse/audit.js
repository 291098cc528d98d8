// Audits the pages of a browser that is running: `node audit.js <its debugging port>`, what to audit as JSON on stdin.
import { readFileSync } from "node:fs";
import lighthouse, { desktopConfig } from "lighthouse";

const port = Number(process.argv[2]);
const pages = JSON.parse(readFileSync(0, "utf8"));
const found = {};
for (const { name, url, desk } of pages) {
  // The browser is somebody's own, signed in: what it keeps stays.
  const flags = { port, logLevel: "error", output: "json", disableStorageReset: true };
  const { lhr } = await lighthouse(url, flags, desk ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  const below = (category) =>
    category.auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
      .map(({ id }) => {
        const { displayValue, details } = lhr.audits[id];
        const items = (details?.items ?? []).slice(0, 3).map(({ node, source, description }) => node?.snippet ?? description ?? source?.url);
        return [id, displayValue, ...items].filter(Boolean).join(": ");
      });
  const figure = (id) => lhr.audits[id]?.numericValue ?? null;
  found[name] = {
    shown: lhr.finalDisplayedUrl,
    scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)])),
    below: Object.fromEntries(Object.values(lhr.categories).map((each) => [each.id, below(each)]).filter(([, ids]) => ids.length > 0)),
    first_contentful_paint_ms: Math.round(figure("first-contentful-paint")),
    largest_contentful_paint_ms: Math.round(figure("largest-contentful-paint")),
    total_blocking_time_ms: Math.round(figure("total-blocking-time")),
    layout_shift: Number(figure("cumulative-layout-shift")?.toFixed(3)),
  };
}
process.stdout.write(JSON.stringify(found));
