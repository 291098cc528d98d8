/**
 * Where an answer comes from, and what is kept.
 *
 * Rules:
 * - /api is never touched: not cached, not answered from here; but the pictures and sounds of forms, which never change,
 *   come from where the app keeps them (src/app/data/form-files.ts).
 * - A navigation gets the app from the cache, network or not; that is what makes a start offline the usual start.
 * - A file with its hash in its name is taken from the cache first, and kept once it was fetched.
 * - A new version fills a cache of its own; the old one goes only when the new version takes over.
 */

import type { FileGroup } from "../shared/messages";
import { APP_FILES, GROUP_FILES, VERSION } from "./lists";
import type { Entry } from "./lists";

const PREFIX = "ben-app-";
const APP = `${PREFIX}${VERSION}`;
/** Role screens and fonts: names hold hashes, so versions don't mix. */
const GROUPS = "ben-groups";
const STATE = "ben-state";
const FORM_FILES = "ben-form-files";
const WANTED = "/wanted-groups";

const isHashed = (path: string): boolean => path.startsWith("/assets/");

/** Fills this version's cache, taking from the old one what has not changed. Fails whole: then the old version stays. */
export async function install(): Promise<void> {
  const cache = await caches.open(APP);
  await Promise.all(APP_FILES.map((entry) => add(cache, entry)));
  await warm(await wanted()); // The new version must start offline for this phone's people too.
}

async function add(cache: Cache, { url, revision }: Entry): Promise<void> {
  const kept = revision === null ? await caches.match(url) : undefined;
  await cache.put(url, kept ?? (await fetched(url, revision === null ? "default" : "reload")));
}

async function fetched(url: string, mode: RequestCache, priority: RequestPriority = "auto"): Promise<Response> {
  const response = await fetch(url, { cache: mode, credentials: "same-origin", priority });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  // A redirected answer may not be given to a navigation.
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/** The new version takes over: what only the old one needed goes. */
export async function tidy(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== APP) await caches.delete(name);
  }
  const known = new Set(Object.values(GROUP_FILES).flat());
  const groups = await caches.open(GROUPS);
  for (const request of await groups.keys()) {
    if (!known.has(new URL(request.url).pathname)) await groups.delete(request);
  }
}

/** Remembers that these groups are used on this phone and keeps their files. */
export async function want(groups: readonly FileGroup[]): Promise<void> {
  const before = await wanted();
  const all = [...new Set([...before, ...groups])];
  if (all.length > before.length) await (await caches.open(STATE)).put(WANTED, new Response(JSON.stringify(all)));
  await warm(all);
}

async function wanted(): Promise<FileGroup[]> {
  const kept = await (await caches.open(STATE)).match(WANTED);
  return kept ? ((await kept.json()) as FileGroup[]) : [];
}

async function warm(groups: readonly FileGroup[]): Promise<void> {
  const cache = await caches.open(GROUPS);
  const urls = new Set(groups.flatMap((group) => GROUP_FILES[group] ?? []));
  await Promise.all(
    [...urls].map(async (url) => {
      // What the person is looking at now is more urgent than what they may want later.
      if (!(await cache.match(url))) await cache.put(url, await fetched(url, "default", "low"));
    }),
  );
}

/** The answer to a request, or null: it is none of the worker's business. */
export function answer(request: Request, origin: string): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin) return null;
  if (FORM_FILE.test(url.pathname)) return formFile(request);
  if (url.pathname.startsWith("/api")) return null;
  if (request.mode === "navigate") return fromCache("/index.html", request);
  if (isHashed(url.pathname)) return hashed(request);
  return APP_FILES.some((entry) => entry.url === url.pathname) ? fromCache(url.pathname, request) : null;
}

const FORM_FILE = /^\/api\/forms\/\d+\/files\//;

async function formFile(request: Request): Promise<Response> {
  const cache = await caches.open(FORM_FILES);
  // Whose phone asks doesn't matter to what is in it: it was kept within somebody's rights on this phone.
  return (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request);
}

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(APP);
  return (await cache.match(path)) ?? fetch(request);
}

async function hashed(request: Request): Promise<Response> {
  // Any version's cache will do: the name holds the hash. A page of the old version finds its own files.
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  const { pathname } = new URL(request.url);
  const group = Object.entries(GROUP_FILES).find(([, urls]) => urls.includes(pathname))?.[0];
  // Somebody here uses this group: from now on all of it is kept.
  if (response.ok && group) void want([group as FileGroup]).catch(() => undefined);
  return response;
}
