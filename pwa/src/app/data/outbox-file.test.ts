import { afterEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../../store";
import { freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "../../store/testing";
import { handIn, outboxFile, readOutboxFile } from "./outbox-file";
import { takePhotos } from "./photo-file";

const profile = (device: number) => ({ device, person: { id: 5, name: "Sa" }, roles: [], language: "vi", epoch: "e1" }) as const;
let store: Store;
afterEach(() => {
  vi.unstubAllGlobals();
  store.close();
});

describe("an outbox saved as a file", () => {
  it("holds every unsent mutation with its phone, person, epoch and form versions", async () => {
    store = await freshStore();
    await submitNew(store, { a: "1" });
    await submitNew(store, { b: 2 });
    const file = await outboxFile(store, profile(store.device));
    expect(readOutboxFile(JSON.stringify(file))).toEqual(file);
    expect(file).toMatchObject({ device: store.device, person: { name: "Sa" }, epoch: "e1" });
    expect(file.forms).toMatchObject([{ id: 3, key: "TEST-01", version: "1" }]);
    expect(file.mutations.map(({ n }) => n)).toEqual([1, 2]);
  });

  it("freezes what it holds: an edit after it is a mutation of its own", async () => {
    store = await freshStore();
    const id = await submitNew(store, { a: "1" });
    const before = await outboxFile(store, profile(store.device));
    await submitEdit(store, id, { a: "2" });
    const after = await outboxFile(store, profile(store.device));
    expect(after.mutations[0]).toEqual(before.mutations[0]);
    expect(after.mutations).toHaveLength(2);
  });

  it("is handed in as it would have been sent, in the name of the phone that saved it", async () => {
    store = await freshStore();
    await submitNew(store, { a: "1" });
    const bodies: unknown[] = [];
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      bodies.push([path, JSON.parse(init.body as string)]);
      return Promise.resolve(new Response(JSON.stringify({ results: [{ n: 1, status: "applied" }] })));
    });
    expect(await handIn(await outboxFile(store, profile(store.device)), { device: 99, epoch: "e1" })).toEqual([{ n: 1, status: "applied" }]);
    expect(bodies).toMatchObject([["/api/handins", { device: store.device, mutations: [], tables: [{ n: [1], values: [["1"]] }] }]]);
  });

  it("says what each change was made on, where that was in a life of the server that has ended", async () => {
    store = await freshStore();
    await receive(store, { changes: inPlace(recordDocument("9-1", { values: ["1"] })), cursors: { c1: 1, p4: 1 } });
    await submitEdit(store, "9-1", { a: "2" });
    const file = await outboxFile(store, profile(store.device));
    expect(file.saw).toEqual({ 1: { epoch: "e1", hash: "h1" } });
    const said: unknown[] = [];
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      said.push((JSON.parse(init.body as string) as { saw?: unknown }).saw);
      return Promise.resolve(new Response(JSON.stringify({ results: [{ n: 1, status: "applied" }] })));
    });
    await handIn(file, { device: 99, epoch: "e1" });
    await handIn(file, { device: 99, epoch: "e2" });
    expect(said).toEqual([undefined, { 1: "h1" }]);
  });

  it("carries the photos that the server doesn't have; the phone that hands it in sends them; a damaged one is not taken", async () => {
    store = await freshStore();
    const bytes = new Uint8Array(100_000).map((_, index) => index % 251).buffer;
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0"));
    const name = `${digest.join("")}.webp`;
    const preview = { type: "image/webp", bytes: new ArrayBuffer(9) };
    await store.keepPhoto({ name, type: "image/webp", bytes, preview });
    await submitNew(store, { a: name });
    const file = readOutboxFile(JSON.stringify(await outboxFile(store, profile(store.device))));
    if (!file) throw new Error("not read");
    expect(file).toMatchObject({ left: 0, photos: [{ name }] });
    const other = await freshStore();
    const damaged = { ...file, photos: [...file.photos, { ...(file.photos[0] as (typeof file.photos)[number]), name: `${"0".repeat(64)}.webp` }] };
    expect(await takePhotos(other, damaged)).toEqual({ taken: 1, wrong: 1 });
    expect(await other.photos()).toMatchObject([{ name, state: "waiting", size: 100_000 }]);
    expect(new Uint8Array((await other.piece(name, "whole")) ?? bytes.slice(1))).toEqual(new Uint8Array(bytes));
    other.close();
  });

  it("of a version without photos is still read", async () => {
    store = await freshStore();
    await submitNew(store, { a: "1" });
    const { photos: _photos, left: _left, ...old } = await outboxFile(store, profile(store.device));
    expect(readOutboxFile(JSON.stringify(old))).toMatchObject({ photos: [], left: 0 });
  });

  it("anything else is no such file", async () => {
    store = await freshStore();
    const texts = ["", "null", "[]", "{}", '{"kind":"ben-outbox"}', '{"kind":"ben-outbox","device":1,"person":{"name":"x"},"mutations":[1]}'];
    expect(texts.map(readOutboxFile)).toEqual(texts.map(() => null));
  });
});
