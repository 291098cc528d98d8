/** Pictures, sounds and films that forms show: kept on the phone, so that they are there without a network. */
import type { FormDocument } from "../../shared/protocol";

/** The worker answers from this cache (src/sw/strategies.ts). */
const FORM_FILES = "ben-form-files";

/** Where a file of a form version is. An `<img>` sends no header, so the address says whose session it is. */
export function formFile(version: number, name: string, device: number): string {
  return `/api/forms/${version}/files/${encodeURIComponent(name)}?device=${device}`;
}

/** Keeps the files of these forms and lets go of others'. What can't be fetched now is tried again the next time. */
export async function keepFormFiles(forms: readonly FormDocument[], device: number): Promise<void> {
  if (!("caches" in globalThis)) return;
  const wanted = forms.flatMap((form) => (form.compiled.files ?? []).map((name) => formFile(form.id, name, device)));
  const cache = await caches.open(FORM_FILES);
  const kept = new Set((await cache.keys()).map(({ url }) => pathOf(url)));
  const needed = new Set(wanted.map(pathOf));
  for (const url of wanted) if (!kept.has(pathOf(url))) await fetchInto(cache, url);
  for (const request of await cache.keys()) if (!needed.has(pathOf(request.url))) await cache.delete(request);
}

function pathOf(url: string): string {
  return new URL(url, location.origin).pathname;
}

async function fetchInto(cache: Cache, url: string): Promise<void> {
  try {
    const response = await fetch(url, { credentials: "same-origin", priority: "low" });
    if (response.ok) await cache.put(url, response);
  } catch {
    // No network: the next start fetches it.
  }
}
