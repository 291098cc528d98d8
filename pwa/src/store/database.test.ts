import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "./contract";
import { StorageFull } from "./errors";
import { createProfile, currentProfile, profiles, removeProfile, switchProfile } from "./profiles";
import { openStore } from "./store";
import { applied, draft, freshStore, inPlace, receive, recordDocument, submitNew } from "./testing";

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

/** The disk is full for writes into this object store. */
function full(name: string): void {
  for (const method of ["put", "add"] as const) {
    const real = IDBObjectStore.prototype[method];
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === name) throw new DOMException("no room", "QuotaExceededError");
      return real.apply(this, given);
    });
  }
}

describe("a phone without room", () => {
  it("says so, and nothing is half written: the draft is still a draft, no number is used up", async () => {
    await store.saveDraft(draft({ values: { a: "x" } }));
    full("outbox");
    await expect(store.submitDraft("d1")).rejects.toThrow(StorageFull);
    vi.restoreAllMocks();
    expect(await store.outbox()).toEqual([]);
    expect((await store.draft("d1"))?.values).toEqual({ a: "x" });
    expect(await store.submitDraft("d1")).toBe(`${store.device}-1`);
    expect((await store.outbox())[0]?.n).toBe(1);
  });

  it("keeps the draft that was there before the one that doesn't fit", async () => {
    await store.saveDraft(draft({ values: { a: "kept" } }));
    full("drafts");
    await expect(store.saveDraft(draft({ values: { a: "too long" } }))).rejects.toThrow(StorageFull);
    vi.restoreAllMocks();
    expect((await store.draft("d1"))?.values).toEqual({ a: "kept" });
  });

  it("takes nothing of an answer that doesn't fit: no mutation is dropped, no cursor moves", async () => {
    const id = await submitNew(store, { a: "x" });
    full("records");
    const part = { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 7 } };
    await expect(receive(store, part)).rejects.toThrow(StorageFull);
    vi.restoreAllMocks();
    expect((await store.outbox()).map((item) => item.n)).toEqual([1]);
    expect((await store.collect({ mutations: 0, characters: 0 })).cursors["p4"]).toBe(0);
  });
});

describe("a lost connection", () => {
  it("is opened again, and the write is made once", async () => {
    const real = IDBDatabase.prototype.transaction;
    const spy = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
      throw new DOMException("The database connection is closing.", "InvalidStateError");
    });
    spy.mockImplementation(function (this: IDBDatabase, ...given) {
      return real.apply(this, given);
    });
    await store.saveDraft(draft({ values: { a: "x" } }));
    expect((await store.draft("d1"))?.values).toEqual({ a: "x" });
  });

  it("in the middle of a write leaves nothing of it, and the write is made once", async () => {
    const real = IDBObjectStore.prototype.put;
    const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(function (this: IDBObjectStore) {
      this.transaction.abort();
      throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
    });
    spy.mockImplementation(function (this: IDBObjectStore, ...given) {
      return real.apply(this, given);
    });
    expect(await submitNew(store, { a: "x" })).toBe(`${store.device}-1`);
    expect((await store.outbox()).map(({ n }) => n)).toEqual([1]);
    expect(await store.drafts()).toEqual([]);
  });

  it("is opened again after the browser has closed it", async () => {
    const opened: IDBDatabase[] = [];
    const real = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...given) {
      opened.push(this);
      return real.apply(this, given);
    });
    await store.saveDraft(draft({ values: { a: "x" } }));
    opened[0]?.close();
    expect((await store.draft("d1"))?.values).toEqual({ a: "x" });
    expect(new Set(opened).size).toBe(2);
  });

  it("is let go of when the page is left, after what was being written, and opened again when one comes back", async () => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    const left = await freshStore();
    const close = vi.spyOn(IDBDatabase.prototype, "close");
    await left.saveDraft(draft({ values: { a: "x" } }));
    const writing = left.saveDraft(draft({ values: { a: "last" } }));
    page.dispatchEvent(new Event("pagehide"));
    await writing;
    expect(close).toHaveBeenCalledTimes(1);
    expect((await left.draft("d1"))?.values).toEqual({ a: "last" });
    left.close();
    vi.unstubAllGlobals();
  });

  it("to the list of profiles is opened again too", async () => {
    await currentProfile();
    const real = IDBDatabase.prototype.transaction;
    const spy = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
      throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
    });
    spy.mockImplementation(function (this: IDBDatabase, ...given) {
      return real.apply(this, given);
    });
    expect(await switchProfile(999_999)).toBeNull();
    expect(spy.mock.calls.length).toBeGreaterThan(1);
  });

  it("every write of a person's words asks for strict durability", async () => {
    const spy = vi.spyOn(IDBDatabase.prototype, "transaction");
    await submitNew(store, { a: "x" });
    const writes = spy.mock.calls.filter(([, mode]) => mode === "readwrite");
    expect(writes.length).toBeGreaterThanOrEqual(2);
    for (const [, , options] of writes) expect(options).toEqual({ durability: "strict" });
  });
});

describe("profiles", () => {
  const info = (device: number) =>
    ({ device, person: { id: 5, name: "Thạch Thị Sa" }, roles: [], language: "km", epoch: null }) as const;

  it("the one enrolled last is in use; another can be; each has its own data", async () => {
    await createProfile(info(901));
    await createProfile(info(902));
    expect((await currentProfile())?.device).toBe(902);
    expect((await switchProfile(901))?.device).toBe(901);
    expect((await currentProfile())?.device).toBe(901);
    expect(await switchProfile(999)).toBeNull();
    expect((await currentProfile())?.device).toBe(901);
    const [one, two] = [await openStore(901), await openStore(902)];
    await one.saveDraft(draft({ values: { a: "mine" } }));
    expect(await two.drafts()).toEqual([]);
    one.close();
    two.close();
    await removeProfile(901);
    expect(await currentProfile()).toBeNull();
    expect((await profiles()).map((profile) => profile.device)).toEqual([902]);
  });

  it("enrolling the same number again keeps its data", async () => {
    await createProfile(info(903));
    const before = await openStore(903);
    await before.saveDraft(draft({ values: { a: "kept" } }));
    before.close();
    await createProfile(info(903));
    const after = await openStore(903);
    expect(await after.drafts()).toHaveLength(1);
    after.close();
  });
});
