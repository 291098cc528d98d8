import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../store/contract";
import { openStore, takeOver } from "../store/store";
import { FORM, applied, freshStore, receive, submitNew } from "../store/testing";
import { run } from "./loop";

let old: Store;
let next: Store;
let asked: { readonly path: string; readonly body: { readonly device?: number; readonly former?: boolean; readonly tables: { readonly n: readonly number[] }[] } }[];
let handedIn: () => Response;
let epoch: string;
let now: string;

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

/** A server that was restored as often as `epoch` says. */
function network(): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const stream = new Response(init.body as BodyInit).body;
    const packed = new Headers(init.headers).get("Content-Encoding") === "gzip";
    const plain = packed && stream ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
    const body = (await new Response(plain).json()) as { epoch: string | null; mutations: unknown[] };
    asked.push({ path, body: body as never });
    if (path === "/api/handins") return handedIn();
    const reoffer = body.epoch !== null && body.epoch !== epoch;
    const answer = { protocol: 1, epoch, now, results: [], changes: { c1: [FORM] }, cursors: { c1: 1, u5: 0 } };
    return json({ ...answer, forget: [], lacks: [], more: false, reoffer, people: {} });
  });
}

beforeEach(async () => {
  asked = [];
  epoch = "e1";
  now = "2023-05-16T00:30:00Z";
  handedIn = () => json({ results: [{ n: 1, status: "applied" }] });
  old = await freshStore();
  await submitNew(old, { a: "answered" });
  await receive(old, { results: [applied(1)] });
  next = await openStore(old.device + 20_000);
  await takeOver(old.device, next.device);
  network();
  await run(next);
  asked = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  old.close();
  next.close();
});

const paths = (): string[] => asked.map(({ path }) => path);

describe("what was answered under a number that was given up", () => {
  it("is not said again while the server lives on", async () => {
    await run(next);
    expect(paths()).toEqual(["/api/sync"]);
  });

  it("is offered to a restored server in that number's name, before what the phone wrote since", async () => {
    epoch = "e2";
    await run(next);
    expect(paths()).toEqual(["/api/sync", "/api/handins", "/api/sync"]);
    expect(asked[1]?.body).toMatchObject({ device: old.device, former: true, epoch: "e2", tables: [{ n: [1] }] });
    await run(next);
    expect(paths()).toHaveLength(4);
  });

  it("is offered to a restored server even if it is older than it must be kept, and forgotten after that", async () => {
    epoch = "e2";
    now = new Date(Date.now() + 31 * 24 * 3600 * 1000).toISOString();
    await run(next);
    expect(paths()).toEqual(["/api/sync", "/api/handins", "/api/sync"]);
    epoch = "e3";
    await run(next);
    expect(paths()).toEqual(["/api/sync", "/api/handins", "/api/sync", "/api/sync", "/api/sync"]);
  });

  it("is offered until the server has it", async () => {
    epoch = "e2";
    handedIn = () => json({ slug: "busy", status: 503, title: "busy" }, 503);
    await run(next);
    handedIn = () => json({ results: [{ n: 1, status: "retry" }] });
    await run(next);
    handedIn = () => json({ results: [{ n: 1, status: "applied" }] });
    await run(next);
    await run(next);
    expect(paths().filter((path) => path === "/api/handins")).toHaveLength(3);
  });

  it("goes along when that number is given up too", async () => {
    const third = await openStore(next.device + 1);
    await submitNew(next, { a: "by the second" });
    await receive(next, { results: [applied(1)] });
    await takeOver(next.device, third.device);
    await run(third);
    asked = [];
    epoch = "e2";
    await run(third);
    const given = asked.filter(({ path }) => path === "/api/handins");
    expect(given.map(({ body }) => body.device)).toEqual([old.device, next.device]);
    third.close();
  });
});
