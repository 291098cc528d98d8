// Draws the PNG icons from their SVG sources with a headless Chromium (CHROMIUM, or `chromium` on the path).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ICONS = path.join(ROOT, "public/icons");
const DRAWN = [
  ["public/icons/icon.svg", "icon-192.png", 192],
  ["public/icons/icon.svg", "icon-512.png", 512],
  ["build/icons/maskable.svg", "maskable-512.png", 512],
  ["build/icons/badge.svg", "badge-96.png", 96],
];
const scratch = mkdtempSync(path.join(tmpdir(), "ben-icons-"));
for (const [source, name, size] of DRAWN) {
  const page = path.join(scratch, "icon.html");
  const svg = readFileSync(path.join(ROOT, source), "utf8").replace("<svg ", `<svg width="${size}" height="${size}" style="display:block" `);
  writeFileSync(page, `<!doctype html><body style="margin:0">${svg}</body>`);
  const options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--default-background-color=00000000"];
  const shot = [`--screenshot=${path.join(ICONS, name)}`, `--window-size=${size},${size}`, `file://${page}`];
  execFileSync(process.env.CHROMIUM ?? "chromium", [...options, ...shot], { stdio: "ignore" });
}
rmSync(scratch, { recursive: true });
