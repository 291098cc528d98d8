/** What a browser gives the app and Node doesn't: an origin, cookies, locks. */

import "fake-indexeddb/auto";

/** The browser's jar; the app itself never sees it. */
export const cookies = new Map<string, string>();

/** Makes this process a page of that origin. */
export function browse(origin: string): void {
  const outside = globalThis.fetch;
  const fetch: typeof outside = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Sec-Fetch-Site", "same-origin");
    headers.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    // A connection of its own each time: one that the network cut can't spoil the next request.
    headers.set("Connection", "close");
    const response = await outside(new URL(input instanceof Request ? input.url : input, origin), { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    return response;
  };
  for (const [name, value] of Object.entries({ fetch, navigator: { locks } })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

const held = new Map<string, Promise<unknown>>();

/** Web Locks among the tabs of this process, of which the app uses only this much. */
const locks = {
  request<Result>(name: string, options: { signal?: AbortSignal }, work: () => Promise<Result>): Promise<Result> {
    const mine = (held.get(name) ?? Promise.resolve()).then(() => {
      options.signal?.throwIfAborted();
      return work();
    });
    held.set(name, mine.catch(() => undefined));
    return mine;
  },
};
