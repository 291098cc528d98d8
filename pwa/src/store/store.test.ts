import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "./contract";
import { DraftUnknown, FormMissing, RecordChanged, RecordUnknown } from "./errors";
import { openStore } from "./store";
import { EVERYTHING, applied, draft, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => store.close());

describe("drafts", () => {
  it("a draft that was saved is there when the store is opened again", async () => {
    await store.saveDraft(draft({ values: { a: "half a wo" }, position: 2 }));
    store.close();
    const again = await openStore(store.device);
    expect(await again.draft("d1")).toMatchObject({ values: { a: "half a wo" }, position: 2 });
    again.close();
  });

  it("a draft submitted twice, or from two tabs at once, is one mutation with one record id", async () => {
    const tab = await openStore(store.device);
    await store.saveDraft(draft({ values: { a: "x" } }));
    const ids = await Promise.all([store.submitDraft("d1"), tab.submitDraft("d1"), store.submitDraft("d1")]);
    expect(new Set(ids).size).toBe(1);
    expect(await store.outbox()).toHaveLength(1);
    expect(await store.drafts()).toEqual([]);
    tab.close();
  });

  it("what another tab types after the draft was submitted becomes an edit of the same record", async () => {
    await store.saveDraft(draft({ values: { a: "x" } }));
    const id = await store.submitDraft("d1");
    await store.collect(EVERYTHING);
    await store.saveDraft(draft({ values: { a: "x", b: 2 } }));
    expect(await store.submitDraft("d1")).toBe(id);
    const outbox = await store.outbox();
    expect(outbox.map((item) => item.mutation.record)).toEqual([id, id]);
    expect((await store.record(id))?.values).toEqual({ a: "x", b: 2 });
  });

  it("a draft nobody saved can't be submitted", async () => {
    await expect(store.submitDraft("nothing")).rejects.toThrow(DraftUnknown);
  });

  it("a draft of a form that isn't here yet stays a draft", async () => {
    await store.saveDraft(draft({ form: 99, values: { a: "x" } }));
    await expect(store.submitDraft("d1")).rejects.toThrow(FormMissing);
    expect(await store.draft("d1")).not.toBeNull();
    expect(await store.outbox()).toEqual([]);
  });

  it("the values given at submission are sent in place of the draft's: hidden questions stay behind", async () => {
    await store.saveDraft(draft({ values: { a: "x", b: 2 } }));
    const id = await store.submitDraft("d1", "2023-05-16T08:00:00+07:00", { a: "x" });
    expect((await store.record(id))?.values).toEqual({ a: "x" });
  });
});

describe("mutations", () => {
  it("record ids and mutation numbers count up, and are this device's", async () => {
    const ids = [await submitNew(store, { a: "1" }), await submitNew(store, { a: "2" })];
    expect(ids).toEqual([`${store.device}-1`, `${store.device}-2`]);
    expect((await store.outbox()).map((item) => item.n)).toEqual([1, 2]);
  });

  it("a creation carries form and place, base 0, and only what was answered, by position", async () => {
    const id = await submitNew(store, { b: 7, many: ["x", "y"], a: "" });
    expect((await store.outbox())[0]?.mutation).toMatchObject({
      ...{ n: 1, kind: "edit", record: id, base: 0, form: 3, place: 4 },
      set: [
        [1, 7],
        [3, ["x", "y"]],
      ],
    });
  });

  it("unsent edits of a record are one mutation with the last values", async () => {
    const id = await submitNew(store, { a: "1", b: 1 });
    await submitEdit(store, id, { a: "2" });
    await submitEdit(store, id, { a: "3", "group/c": "z" });
    const outbox = await store.outbox();
    expect(outbox).toHaveLength(1);
    expect(outbox[0]?.mutation).toMatchObject({
      set: [
        [0, "3"],
        [1, 1],
        [2, "z"],
      ],
    });
  });

  it("a mutation that was in a request never changes again: an edit is a new one, after it", async () => {
    const id = await submitNew(store, { a: "1" });
    const sent = await store.collect(EVERYTHING);
    await store.release();
    await submitEdit(store, id, { a: "2" });
    const outbox = await store.outbox();
    expect(outbox[0]?.mutation).toEqual(sent.mutations[0]);
    expect(outbox[1]?.mutation).toMatchObject({ n: 2, base: 0, after: [1], set: [[0, "2"]] });
    expect(outbox[1]?.mutation).not.toHaveProperty("form");
  });

  it("an edit is based on the revision it was begun on, not on the one that came meanwhile", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 4, values: ["x", 1] })), cursors: { p4: 1 } });
    const open = await store.editRecord("17-1");
    if (!open) throw new Error("no draft");
    await store.saveDraft({ ...open, values: { ...open.values, b: 2 } });
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 5, values: ["y", 1] })), cursors: { p4: 2 } });
    await store.submitDraft(open.id);
    expect((await store.outbox())[0]?.mutation).toMatchObject({ base: 4, set: [[1, 2]] });
    expect((await store.record("17-1"))?.values).toEqual({ a: "y", b: 2 });
  });

  it("an edit that changes nothing is no mutation", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 4, values: ["x"] })), cursors: { p4: 1 } });
    await submitEdit(store, "17-1", {});
    expect(await store.outbox()).toEqual([]);
    expect(await store.drafts()).toEqual([]);
  });

  it("a record held from its creation on is offered again whole when its author corrects it", async () => {
    const id = await submitNew(store, { a: "wrong", b: 1 });
    await receive(store, { results: [{ n: 1, status: "quarantined", reason: "not-valid" }] });
    expect(await store.record(id)).toMatchObject({ local: "quarantined", values: { a: "wrong", b: 1 }, gone: false });
    await submitEdit(store, id, { a: "right" });
    expect((await store.outbox())[0]?.mutation).toMatchObject({
      ...{ n: 2, record: id, base: 0, form: 3, place: 4 },
      set: [
        [0, "right"],
        [1, 1],
      ],
    });
    expect(await store.record(id)).toMatchObject({ local: "waiting", values: { a: "right", b: 1 } });
  });

  it("a review names the revision and hash that were seen; changed before it was sent, it is still one", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 4, hash: "h4", values: [] })), cursors: { p4: 1 } });
    const seen = { record: "17-1", rev: 4, hash: "h4" };
    await store.review({ ...seen, decision: "approve", reason: "" });
    await store.review({ ...seen, decision: "return", reason: "which road?" });
    const outbox = await store.outbox();
    expect(outbox).toHaveLength(1);
    expect(outbox[0]?.mutation).toMatchObject({ ...seen, kind: "review", decision: "return", reason: "which road?" });
    expect((await store.record("17-1"))?.deciding).toBe("return");
  });

  it("a resolution names the conflicts it closes and the values chosen, by position", async () => {
    const side = { value: "x", by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflict = { id: 12, field: 2, base: null, head: side, theirs: { ...side, value: "y", by: 6 } };
    const document = recordDocument("17-1", { rev: 4, values: [null, null, "x"], conflicts: [conflict] });
    await receive(store, { changes: inPlace(document), cursors: { p4: 1 } });
    await store.resolve({ record: "17-1", rev: 4, closes: [12], set: { "group/c": "y" } });
    const mutation = (await store.outbox())[0]?.mutation;
    expect(mutation).toMatchObject({ kind: "resolve", base: 4, closes: [12], set: [[2, "y"]] });
    expect(mutation).not.toHaveProperty("after");
    expect(await store.record("17-1")).toMatchObject({ values: { "group/c": "y" }, conflicts: [{ resolving: true }] });
  });

  it("nothing is decided over an answer that came since the person looked: not even written down", async () => {
    const side = { value: "x", by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflicts = [{ id: 12, field: 2, base: null, head: side, theirs: { ...side, value: "y", by: 6 } }];
    const then = recordDocument("17-1", { rev: 4, values: [null, null, "x"], conflicts });
    await receive(store, { changes: inPlace(then), cursors: { p4: 1 } });
    const now = recordDocument("17-1", { rev: 5, values: [null, null, "z"], conflicts });
    await receive(store, { changes: inPlace(now), cursors: { p4: 2 } });
    const looked = { record: "17-1", rev: 4, closes: [12], set: { "group/c": "y" } };
    await expect(store.resolve(looked)).rejects.toThrow(RecordChanged);
    expect(await store.outbox()).toEqual([]);
    await store.resolve({ ...looked, rev: 5 });
    expect((await store.outbox())[0]?.mutation).toMatchObject({ base: 5, closes: [12] });
  });

  it("nothing is decided about a record that isn't on this phone", async () => {
    const nowhere = { record: "9-9", rev: 1, hash: "h", decision: "approve", reason: "" } as const;
    await expect(store.review(nowhere)).rejects.toThrow(RecordUnknown);
    await expect(store.resolve({ record: "9-9", rev: 1, closes: [1], set: {} })).rejects.toThrow(RecordUnknown);
    expect(await store.outbox()).toEqual([]);
  });
});

describe("the outbox", () => {
  it("is sent in order, as much as fits, and never nothing", async () => {
    for (const a of ["1", "2", "3"]) await submitNew(store, { a });
    const first = await store.collect({ mutations: 2, characters: 1_000_000 });
    expect([first.mutations.map((mutation) => mutation.n), first.left]).toEqual([[1, 2], 1]);
    const one = await store.collect({ mutations: 10, characters: 1 });
    expect([one.mutations.map((mutation) => mutation.n), one.left]).toEqual([[1], 2]);
    const others = await store.collect({ mutations: 10, characters: 1_000_000, except: new Set([1]) });
    expect(others.mutations.map((mutation) => mutation.n)).toEqual([2, 3]);
  });

  it("a record is 'sending' only while a request is under way", async () => {
    const id = await submitNew(store, { a: "1" });
    const local = async (): Promise<string | undefined> => (await store.record(id))?.local;
    expect(await local()).toBe("waiting");
    await store.collect(EVERYTHING);
    expect(await local()).toBe("sending");
    await store.release();
    expect(await local()).toBe("waiting");
    expect((await store.outbox())[0]).toMatchObject({ frozen: true, sending: false });
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
    expect(await local()).toBe("on_server");
  });
});

describe("notices", () => {
  it("another tab hears of each committed change", async () => {
    const tab = await openStore(store.device);
    const heard = new Promise<ReadonlySet<string>>((resolve) => tab.subscribe(resolve));
    await store.saveDraft(draft());
    expect([...(await heard)]).toEqual(["drafts"]);
    tab.close();
  });
});

describe("time", () => {
  it("is the server's as far as the last answer told: a rehearsal's day, a phone that is off", async () => {
    await receive(store, { now: "2023-05-16T00:30:00Z" });
    expect(store.today()).toBe("2023-05-16");
    expect(store.localNow()).toMatch(/^2023-05-16T07:30:0\d\+07:00$/);
    store.close();
    const again = await openStore(store.device);
    expect(again.today()).toBe("2023-05-16");
    again.close();
  });

  it("is the server's already when a screen hears of the answer", async () => {
    const heard = new Promise<string>((resolve) => store.subscribe(() => resolve(store.today())));
    await receive(store, { now: "2023-05-16T00:30:00Z" });
    expect(await heard).toBe("2023-05-16");
  });
});

describe("persistent storage", () => {
  afterEach(() => vi.unstubAllGlobals());

  function browser(persist: () => Promise<boolean>): ReturnType<typeof vi.fn> {
    const asked = vi.fn(persist);
    vi.stubGlobal("navigator", { storage: { persist: asked } });
    return asked;
  }

  it("is asked for once, after the first draft is on the disk, whatever else is written later", async () => {
    let kept: unknown;
    const asked = browser(async () => {
      kept = (await store.draft("d1"))?.values;
      return true;
    });
    await receive(store, { changes: inPlace(recordDocument("9-1", { values: ["1"] })), cursors: { c1: 1, p4: 1 } });
    expect(asked).not.toHaveBeenCalled();
    await store.saveDraft(draft({ values: { a: "1" } }));
    await vi.waitFor(() => expect(kept).toEqual({ a: "1" }));
    await store.saveDraft(draft({ values: { a: "2" } }));
    await store.submitDraft("d1");
    await submitNew(store, { b: 2 });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("is asked for after the first submission where the draft was written before, by an earlier page", async () => {
    await store.saveDraft(draft({ values: { a: "1" } }));
    const later = await openStore(store.device);
    const asked = browser(() => Promise.reject(new Error("not now")));
    await later.submitDraft("d1");
    await later.submitDraft("d1");
    expect(asked).toHaveBeenCalledTimes(1);
    later.close();
  });

  it("is not asked for where a write found no room", async () => {
    const asked = browser(() => Promise.resolve(true));
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(store.saveDraft(draft())).rejects.toThrow();
    full.mockRestore();
    expect(asked).not.toHaveBeenCalled();
  });
});
