import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PROTOCOL, type SyncRequest } from "../shared/protocol";
import type { Store } from "../store/contract";
import { freshStore, recordDocument, submitEdit, submitNew } from "../store/testing";
import { backoff } from "./backoff";
import { run } from "./loop";
import { TinyServer, unpacked } from "./testing";

let store: Store;
let server: TinyServer;
let requests: Asked[];
type Asked = ReturnType<typeof unpacked>;
type Reply = (request: Asked, round: number) => Response | Promise<Response>;

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const problem = (slug: string, status: number, more = {}): Response => json({ slug, status, title: slug, ...more }, status);

async function read(init: RequestInit): Promise<Asked> {
  const headers = new Headers(init.headers);
  const body = new Response(init.body as BodyInit).body;
  if (!body) throw new Error("no body");
  const plain = headers.get("Content-Encoding") === "gzip" ? body.pipeThrough(new DecompressionStream("gzip")) : body;
  return unpacked((await new Response(plain).json()) as SyncRequest);
}

/** The network, which answers so. */
function network(reply: Reply): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path !== "/api/sync") return json({ record: recordDocument(path.split("/").at(-1) ?? "", { rev: 9, values: ["z"] }) });
    const request = await read(init);
    requests.push(request);
    return reply(request, requests.length);
  });
}

const honest: Reply = (request) => json(server.sync(request));

beforeEach(async () => {
  store = await freshStore();
  server = new TinyServer();
  requests = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  store.close();
});

describe("one run", () => {
  it("lands everything that waits in one request", async () => {
    network(honest);
    for (let n = 0; n < 3; n += 1) await submitNew(store, { a: `${n}`, b: n });
    expect(await run(store)).toEqual({ state: "idle", again: false });
    expect(requests).toHaveLength(1);
    expect(await store.outbox()).toEqual([]);
    expect((await store.records()).map((record) => record.local)).toEqual(["on_server", "on_server", "on_server"]);
  });

  it("reads page after page until there is no more", async () => {
    await submitNew(store, { a: "0" });
    network(honest);
    await run(store);
    for (let n = 0; n < 10; n += 1) server.write(`${store.device}-1`, [[1, n]]);
    await run(store);
    expect((await store.records())[0]?.values).toMatchObject({ a: "0", b: 9 });
  });

  it("says after each page of many how much has come, of about how much", async () => {
    const told: unknown[] = [];
    network((request, round) => json({ ...server.sync(request), changes: { p4: [recordDocument(`17-${round}`, { values: ["x"] })] }, more: round < 3, ...(round < 3 && { left: 3 - round }) }));
    await run(store, { onArriving: (arriving) => told.push(arriving) });
    expect(told).toEqual([
      { come: 1, of: 3 },
      { come: 2, of: 3 },
    ]);
  });

  it("sends the same mutation again after a lost answer, and the server knows it", async () => {
    network((request, round) => {
      const answer = server.sync(request);
      return round === 1 ? Promise.reject(new TypeError("connection lost")) : json(answer);
    });
    const id = await submitNew(store, { a: "1" });
    expect(await run(store)).toEqual({ state: "offline", again: true });
    expect((await store.outbox())[0]).toMatchObject({ frozen: true, sending: false });
    await submitEdit(store, id, { a: "2" });
    expect((await run(store)).state).toBe("idle");
    expect(requests[1]?.mutations[0]).toEqual(requests[0]?.mutations[0]);
    expect(server.head(id)).toEqual(["2"]);
  });

  it("after a restore from a backup, an edit waits behind the creation that is offered again", async () => {
    network(honest);
    const id = await submitNew(store, { a: "1" });
    await run(store);
    server.restore();
    await submitEdit(store, id, { b: 2 });
    expect(await run(store)).toEqual({ state: "idle", again: false });
    expect(server.head(id)).toEqual(["1", 2]);
    expect(await store.record(id)).toMatchObject({ local: "on_server", values: { a: "1", b: 2 } });
  });

  it("two tabs never sync at the same time", async () => {
    let open = 0;
    network(async (request) => {
      open += 1;
      expect(open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return json(server.sync(request));
    });
    await submitNew(store, { a: "1" });
    await Promise.all([run(store), run(store), run(store)]);
    expect(requests).toHaveLength(3);
    expect(requests.slice(1).every((request) => request.mutations.length === 0)).toBe(true);
  }, 20_000);

  it("asks for a record whose values were left out and can't be rebuilt", async () => {
    network((request) => {
      const document = recordDocument("17-1", { rev: 9 });
      return json({ ...server.sync(request), changes: { p4: [document] }, cursors: { p4: 5 }, more: false });
    });
    await run(store);
    expect((await store.record("17-1"))?.values).toEqual({ a: "z" });
  });
});

describe("a big push", () => {
  /** How a request went out. */
  interface Sent {
    readonly encoding: string | null;
    readonly body: string | ArrayBuffer;
  }

  /** Twenty records in one push. */
  async function push(): Promise<Sent> {
    const sent: Sent[] = [];
    vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
      sent.push({ encoding: new Headers(init.headers).get("Content-Encoding"), body: init.body as string | ArrayBuffer });
      return json(server.sync(await read(init)));
    });
    for (let n = 0; n < 20; n += 1) await submitNew(store, { a: `Ấp Sóc Kha, đường làng số ${n}`, b: n });
    expect((await run(store)).state).toBe("idle");
    expect(await store.outbox()).toEqual([]);
    const [first] = sent;
    if (!first) throw new Error("nothing was sent");
    return first;
  }

  it("goes out packed with gzip, in less than half of the bytes, and unpacks to the request", async () => {
    const { encoding, body } = await push();
    expect(encoding).toBe("gzip");
    if (typeof body === "string") throw new Error("not packed");
    const plain = await new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    expect(body.byteLength).toBeLessThan(new TextEncoder().encode(plain).byteLength / 2);
    expect(unpacked(JSON.parse(plain) as SyncRequest).mutations).toHaveLength(20);
  });

  it("goes out plain where the browser can't pack", async () => {
    vi.stubGlobal("CompressionStream", undefined);
    const { encoding, body } = await push();
    expect(encoding).toBeNull();
    expect(unpacked(JSON.parse(body as string) as SyncRequest).mutations).toHaveLength(20);
  });
});

describe("refusals keep everything", () => {
  const outcomes: readonly [string, Reply, object][] = [
    ["no network", () => Promise.reject(new TypeError("offline")), { state: "offline", again: true }],
    ["a captive portal", () => new Response("<html>pay here</html>"), { state: "offline", again: true }],
    ["a session that ended", () => problem("sign-in", 401), { state: "signed_out", again: false }],
    ["access taken back", () => problem("device-revoked", 401), { state: "revoked", again: false }],
    ["an app too old", () => problem("protocol-unknown", 400, { speaks: [PROTOCOL + 1] }), { state: "update_needed", again: false }],
    ["a server too old", () => problem("protocol-unknown", 400, { speaks: [PROTOCOL - 1] }), { state: "server_error", again: true }],
    ["a busy server", () => problem("busy", 503), { state: "server_error", again: true }],
    ["a full server", () => problem("storage-full", 507), { state: "server_error", again: true }],
    ["a broken proxy", () => new Response("<html>502</html>", { status: 502 }), { state: "server_error", again: true }],
    ["an answer that isn't the protocol's", () => json({ protocol: 1, results: "all good" }), { state: "server_error", again: true }],
    ["one item too large for the server", () => problem("body-too-large", 413), { state: "server_error", again: true }],
  ];
  it.each(outcomes)("%s", async (_name, reply, outcome) => {
    network(reply);
    await submitNew(store, { a: "1" });
    const before = (await store.outbox())[0]?.mutation;
    expect(await run(store)).toMatchObject(outcome);
    expect((await store.outbox())[0]).toMatchObject({ mutation: before, frozen: true, sending: false });
    network(honest);
    expect((await run(store)).state).toBe("idle");
    expect(await store.outbox()).toEqual([]);
  });

  it("a batch too large for the server is sent in smaller parts", async () => {
    network((request) => (request.mutations.length > 2 ? problem("body-too-large", 413) : json(server.sync(request))));
    for (let n = 0; n < 7; n += 1) await submitNew(store, { a: `${n}` });
    expect((await run(store)).state).toBe("idle");
    expect(await store.outbox()).toEqual([]);
  });

  it("an item told to retry waits for the next run and holds nothing up", async () => {
    network((request) => {
      const answer = server.sync({ ...request, mutations: request.mutations.filter((mutation) => mutation.n !== 1) });
      const told = request.mutations.some((mutation) => mutation.n === 1) ? [{ n: 1, status: "retry" }] : [];
      return json({ ...answer, results: [...told, ...answer.results] });
    });
    for (let n = 0; n < 3; n += 1) await submitNew(store, { a: `${n}` });
    expect(await run(store)).toEqual({ state: "idle", again: true });
    expect((await store.outbox()).map((item) => item.n)).toEqual([1]);
    expect(requests).toHaveLength(1);
  });
});

describe("backoff", () => {
  it("doubles, has an end, and never waits less than half of its step", () => {
    expect([backoff(1, 0), backoff(2, 0), backoff(3, 0)]).toEqual([2000, 4000, 8000]);
    expect(backoff(100, 0.999)).toBeLessThanOrEqual(15 * 60_000);
    expect(backoff(1, 0.999)).toBeLessThanOrEqual(4000);
  });
});
