import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SYNC_TAG } from "../shared/messages";
import type { SyncRequest } from "../shared/protocol";
import type { Store } from "../store/contract";
import { freshStore, submitEdit, submitNew } from "../store/testing";
import type { SyncHandle } from "./contract";
import { startSync } from "./start";
import { TinyServer, unpacked } from "./testing";

let store: Store;
let sync: SyncHandle;
let page: EventTarget & { visibilityState: string };
let registered: string[];
let requests: number;

async function answer(server: TinyServer, init: RequestInit): Promise<Response> {
  requests += 1;
  const body = new Response(init.body as BodyInit).body;
  if (!body) throw new Error("no body");
  const zipped = new Headers(init.headers).get("Content-Encoding") === "gzip";
  const request = (await new Response(zipped ? body.pipeThrough(new DecompressionStream("gzip")) : body).json()) as SyncRequest;
  return new Response(JSON.stringify(server.sync(unpacked(request))));
}

function look(visibilityState: "visible" | "hidden"): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event("visibilitychange"));
}

const state = (): string => sync.status.value.state;
const isQuiet = (): Promise<void> => vi.waitFor(() => expect([state(), sync.status.value.waiting]).toEqual(["idle", 0]));
const passing = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

beforeEach(async () => {
  store = await freshStore();
  registered = [];
  requests = 0;
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const registration = { sync: { register: (tag: string) => Promise.resolve(registered.push(tag)) } };
  const server = new TinyServer();
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { onLine: true, serviceWorker: { getRegistration: () => Promise.resolve(registration) } });
  vi.stubGlobal("fetch", (_path: string, init: RequestInit) => answer(server, init));
  sync = startSync(store);
  await vi.waitFor(() => expect(requests).toBeGreaterThan(0));
  await isQuiet();
});
afterEach(() => {
  sync.stop();
  vi.unstubAllGlobals();
  store.close();
});

/** A record that waits while a person has stopped sending. */
async function stopped(): Promise<string> {
  sync.pause();
  await store.outbox(); // What waited when they stopped is read before this.
  const fetching = globalThis.fetch;
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  const record = await submitNew(store, { a: "1" });
  await vi.waitFor(() => expect(state()).toBe("offline"));
  sync.pause();
  vi.stubGlobal("fetch", fetching);
  requests = 0;
  expect(state()).toBe("paused");
  return record;
}

describe("a stop", () => {
  it("lasts while the app is looked at and nothing new is saved, whatever the network does", async () => {
    await stopped();
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("focus"));
    await passing();
    expect([state(), requests]).toEqual(["paused", 0]);
    expect(await store.outbox()).toHaveLength(1);
  });

  it("ends when something new is saved, and all that waits is sent", async () => {
    await stopped();
    await submitNew(store, { a: "2" });
    await isQuiet();
  });

  it("ends when what waits is changed before it was ever sent", async () => {
    const fetching = globalThis.fetch;
    const hanging = vi.fn((_path: string, { signal }: RequestInit) => new Promise((_, fail) => signal?.addEventListener("abort", () => fail(new DOMException("", "AbortError")))));
    vi.stubGlobal("fetch", hanging);
    void sync.now();
    await vi.waitFor(() => expect(hanging).toHaveBeenCalled());
    const record = await submitNew(store, { a: "1" });
    sync.pause();
    vi.stubGlobal("fetch", fetching);
    await passing();
    expect(state()).toBe("paused");
    await submitEdit(store, record, { a: "2" });
    await isQuiet();
  });

  it("ends when the app is looked at again", async () => {
    await stopped();
    look("hidden");
    look("visible");
    await isQuiet();
  });

  it("leaves the worker what waits when the app is left", async () => {
    await stopped();
    registered.length = 0;
    look("hidden");
    await vi.waitFor(() => expect(registered).toEqual([SYNC_TAG]));
    expect([state(), requests]).toEqual(["paused", 0]);
  });
});
