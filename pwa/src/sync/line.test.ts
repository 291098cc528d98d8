import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../store/contract";
import { answer, freshStore, submitNew } from "../store/testing";
import { askAnew } from "./line";
import { run } from "./loop";

let store: Store;
/** How many requests were made. */
let asked: number;
let onAsked: () => void;

beforeEach(async () => {
  store = await freshStore();
  asked = 0;
  onAsked = () => undefined;
});
afterEach(() => {
  vi.unstubAllGlobals();
  store.close();
});

/** A server that says nothing to the first `silent` requests, and takes what the others bring. */
function network(silent: number): void {
  vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
    asked += 1;
    queueMicrotask(onAsked);
    if (asked <= silent) return hanging(init);
    const results = [{ n: 1, status: "applied", rev: 1, hash: "h1" } as const];
    return Promise.resolve(new Response(JSON.stringify(answer({ results, cursors: { p4: 1 } }))));
  });
}

function hanging(init: RequestInit): Promise<Response> {
  return new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}

describe("a connection that hangs", () => {
  it("is given up after some silence; what was sent stays", async () => {
    network(1);
    await submitNew(store, { a: "1" });
    expect(await run(store, { patience: 30 })).toEqual({ state: "offline", again: true, silent: true });
    expect(await store.outbox()).toMatchObject([{ n: 1, frozen: true, sending: false }]);
    expect(await run(store)).toEqual({ state: "idle", again: false });
    expect(await store.outbox()).toEqual([]);
  });

  it("is asked anew in the same run when the network is known to be another one", async () => {
    network(1);
    await submitNew(store, { a: "1" });
    onAsked = () => {
      if (asked === 1) askAnew(store.device, 0);
    };
    expect(await run(store)).toEqual({ state: "idle", again: false });
    expect(asked).toBe(2);
    expect(await store.outbox()).toEqual([]);
  });

  it("in the service worker holds no page up: the page has it asked anew and takes its turn", async () => {
    network(1);
    await submitNew(store, { a: "1" });
    const started = new Promise<void>((resolve) => (onAsked = resolve));
    const worker = run(store, { onlyToSend: true });
    await started;
    const page = run(store);
    askAnew(store.device, 0);
    expect(await Promise.all([worker, page])).toEqual([
      { state: "idle", again: false },
      { state: "idle", again: false },
    ]);
    expect(await store.outbox()).toEqual([]);
  });

  it("that answers within its grace is not asked twice", async () => {
    network(0);
    await submitNew(store, { a: "1" });
    onAsked = () => askAnew(store.device, 5_000);
    expect((await run(store)).state).toBe("idle");
    expect(asked).toBe(1);
  });
});
