import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { QuarantineDocument } from "../shared/protocol";
import type { Store } from "./contract";
import { EVERYTHING, FORM, answer, applied, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => store.close());

const cursors = async (): Promise<unknown> => (await store.collect({ mutations: 0, characters: 0 })).cursors;

describe("results", () => {
  it("only 'retry' stays in the outbox", async () => {
    for (const a of ["1", "2", "3", "4", "5", "6", "7"]) await submitNew(store, { a });
    const outcome = await receive(store, {
      results: [
        applied(1),
        { n: 2, status: "merged", rev: 2 },
        { n: 3, status: "conflict", rev: 2, conflicts: [1] },
        { n: 4, status: "stale", reason: "head-moved" },
        { n: 5, status: "quarantined", reason: "not-valid" },
        { n: 6, status: "duplicate", first: "applied", rev: 1 },
        { n: 7, status: "retry" },
      ],
    });
    expect((await store.outbox()).map((item) => item.n)).toEqual([7]);
    expect(outcome.retried).toEqual([7]);
  });

  it("an answer to something this phone never sent is passed over", async () => {
    await submitNew(store, { a: "1" });
    await receive(store, { results: [applied(44)] });
    expect((await store.outbox()).map((item) => item.n)).toEqual([1]);
  });

  it("a clone or a revoked phone is reported", async () => {
    await submitNew(store, { a: "1" });
    await submitNew(store, { a: "2" });
    const results = [
      { n: 1, status: "quarantined", reason: "cloned", renumber: true },
      { n: 2, status: "quarantined", reason: "device-revoked" },
    ] as const;
    expect(await receive(store, { results })).toMatchObject({ renumber: true, revoked: true });
  });

  it("a record that was taken in stays on the screen until the page with it has come down", async () => {
    const id = await submitNew(store, { a: "1" });
    await receive(store, { results: [applied(1)], more: true });
    expect(await store.record(id)).toMatchObject({ local: "on_server", values: { a: "1" }, gone: false });
    await receive(store, { changes: inPlace(recordDocument(id, { values: ["1"] })), cursors: { p4: 1 } });
    expect(await store.record(id)).toMatchObject({ local: "on_server", rev: 1, by: 5, values: { a: "1" } });
  });

  it("also when the answer before, which was the whole, is of the same millisecond", async () => {
    const now = "2023-05-16T00:30:00.000Z";
    await receive(store, { now });
    const id = await submitNew(store, { a: "1" });
    await receive(store, { results: [applied(1)], more: true, now });
    expect(await store.record(id)).toMatchObject({ local: "on_server", values: { a: "1" } });
  });
});

describe("a server restored from a backup", () => {
  const restored = { epoch: "e2", reoffer: true, cursors: { c1: 1, p4: 0 } } as const;

  async function editedOnce(): Promise<void> {
    const id = await submitNew(store, { a: "1" });
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
    await submitEdit(store, id, { a: "2" });
  }

  it("is told by its hash what an edit was made on in its earlier life, and only then", async () => {
    await editedOnce();
    expect((await store.collect(EVERYTHING)).saw).toEqual({});
    await receive(store, { ...restored, results: [{ n: 2, status: "retry" }] });
    expect((await store.collect(EVERYTHING)).saw).toEqual({ 2: "h1" });
  });

  it("is offered what was answered in the last 30 days by its own clock, whatever a phone's says", async () => {
    await editedOnce();
    const sent = await store.collect(EVERYTHING);
    const year = 365 * 24 * 3600 * 1000;
    await store.apply(answer({ results: [applied(2, 2)] }), { sent, at: Date.now() - year, took: 0 });
    await receive(store, {});
    await receive(store, restored);
    expect((await store.outbox()).map(({ n }) => n)).toEqual([1, 2]);
  });
});

describe("documents", () => {
  it("own writes come back without values: the copy is what this phone sent, on what it had", async () => {
    const id = await submitNew(store, { a: "1", b: 1 });
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
    await submitEdit(store, id, { a: "2", "group/c": "z" });
    const document = recordDocument(id, { rev: 2, hash: "h2" });
    await receive(store, { results: [applied(2, 2)], changes: inPlace(document), cursors: { p4: 2 } });
    expect(await store.record(id)).toMatchObject({ rev: 2, hash: "h2", values: { a: "2", b: 1, "group/c": "z" } });
    expect(await store.incomplete()).toEqual([]);
  });

  it("values that can't be rebuilt are asked for, and taken when they come", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 2 })), cursors: { p4: 1 } });
    expect(await store.incomplete()).toEqual(["17-1"]);
    await store.complete("17-1", recordDocument("17-1", { rev: 2, values: ["x"] }));
    expect(await store.incomplete()).toEqual([]);
    expect((await store.record("17-1"))?.values).toEqual({ a: "x" });
  });

  it("a record whose values must be asked for stays as it was till they come, own words over it", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x", 1] })), cursors: { p4: 1 } });
    await submitEdit(store, "17-1", { a: "mine" });
    const merged = { n: 1, status: "merged", rev: 3 } as const;
    await receive(store, { results: [merged], changes: inPlace(recordDocument("17-1", { rev: 3 })), cursors: { p4: 2 } });
    expect(await store.record("17-1")).toMatchObject({ rev: 1, values: { a: "mine", b: 1 } });
    expect((await store.editRecord("17-1"))?.base).toMatchObject({ rev: 1, after: [1] });
    await store.complete("17-1", recordDocument("17-1", { rev: 3, values: ["mine", 2] }));
    expect(await store.record("17-1")).toMatchObject({ rev: 3, values: { a: "mine", b: 2 } });
    expect((await store.editRecord("17-1"))?.base).toMatchObject({ rev: 3, after: [] });
  });

  it("what went from one feed and came by another in the same answer is rebuilt on its copy", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x", 1] })), cursors: { p4: 1, p5: 0 } });
    await submitEdit(store, "17-1", { a: "y" });
    const moved = recordDocument("17-1", { rev: 2, hash: "h2", place: 5 });
    const changes = { p4: [{ k: "record", id: "17-1", gone: true } as const], p5: [moved] };
    await receive(store, { results: [applied(1, 2)], changes, cursors: { p4: 2, p5: 1 } });
    expect(await store.record("17-1")).toMatchObject({ place: 5, rev: 2, values: { a: "y", b: 1 } });
    expect(await store.incomplete()).toEqual([]);
  });

  it("an edit names the own decision over which it was typed", async () => {
    const side = { value: "x", by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflicts = [{ id: 1, field: 0, base: null, head: side, theirs: side }];
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x"], conflicts })), cursors: { p4: 1 } });
    await store.resolve({ record: "17-1", rev: 1, closes: [1], set: { a: "chosen" } });
    await submitEdit(store, "17-1", { a: "typed over it" });
    expect((await store.outbox()).map((item) => item.mutation)).toMatchObject([{ kind: "resolve" }, { after: [1] }]);
  });

  it("a decision over which a draft was begun says no more afterwards: the next one is another", async () => {
    const side = { value: "x", by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflicts = [0, 1].map((field) => ({ id: field + 1, field, base: null, head: side, theirs: side }));
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x", 1], conflicts })), cursors: { p4: 1 } });
    await store.resolve({ record: "17-1", rev: 1, closes: [1], set: { a: "chosen" } });
    const open = await store.editRecord("17-1");
    if (!open) throw new Error("no such record");
    await store.saveDraft(open);
    await store.resolve({ record: "17-1", rev: 1, closes: [2], set: { b: 2 } });
    expect((await store.outbox()).map((item) => item.mutation)).toMatchObject([{ closes: [1] }, { closes: [2] }]);
  });

  it("values left out after a resolution are asked for: it may stand on values newer than this phone's", async () => {
    const side = { value: "x", by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflicts = [{ id: 1, field: 0, base: null, head: side, theirs: side }];
    const document = recordDocument("17-1", { rev: 2, values: ["x"], conflicts });
    await receive(store, { changes: inPlace(document), cursors: { p4: 1 } });
    await store.resolve({ record: "17-1", rev: 2, closes: [1], set: { a: "y" } });
    await receive(store, { results: [applied(1, 4)], changes: inPlace(recordDocument("17-1", { rev: 4 })), cursors: { p4: 2 } });
    expect(await store.incomplete()).toEqual(["17-1"]);
  });

  it("values left out after an edit made on another revision than the copy here are asked for", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 2, values: ["x", 2] })), cursors: { p4: 2 } });
    const open = await store.editRecord("17-1");
    if (!open) throw new Error("no such record");
    await store.saveDraft({ ...open, values: { ...open.values, a: "y" } });
    // The server was restored, and does not have revision 2 yet: another phone still has to offer it again.
    const older = { c1: [FORM], ...inPlace(recordDocument("17-1", { rev: 1, values: ["w"] })) };
    await receive(store, { epoch: "e2", reoffer: true, changes: older, cursors: { p4: 1, c1: 1 } });
    await store.submitDraft(open.id);
    const document = recordDocument("17-1", { rev: 3, hash: "h3" });
    await receive(store, { epoch: "e2", results: [applied(1, 3)], changes: inPlace(document), cursors: { p4: 2 } });
    expect(await store.incomplete()).toEqual(["17-1"]);
  });

  it("an own review comes back without values: they are what they were", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x"] })), cursors: { p4: 1 } });
    await store.review({ record: "17-1", rev: 1, hash: "h1", decision: "approve", reason: "" });
    const document = recordDocument("17-1", { state: "approved", approved: 1 });
    await receive(store, { results: [applied(1)], changes: inPlace(document), cursors: { p4: 2 } });
    expect(await store.record("17-1")).toMatchObject({ state: "approved", values: { a: "x" }, deciding: null });
    expect(await store.incomplete()).toEqual([]);
  });

  it("a record in two feeds goes with the last of them", async () => {
    const document = recordDocument("17-1", { values: ["x"] });
    await receive(store, { changes: { p4: [document], p5: [document] }, cursors: { p4: 1, p5: 1 } });
    await receive(store, { changes: inPlace({ k: "record", id: "17-1", gone: true }), cursors: { p4: 2 } });
    expect(await store.record("17-1")).not.toBeNull();
    await receive(store, { forget: ["p5"] });
    expect(await store.record("17-1")).toBeNull();
  });

  it("forgetting a feed erases its records, documents, histories and notes, and leaves the outbox alone", async () => {
    const document = recordDocument("17-1", { values: ["x", 1] });
    await receive(store, { changes: inPlace(document), cursors: { p4: 1 } });
    await store.saveHistory("17-1", { history: ["secret"] });
    await store.keepNote("17-1", { reason: "secret" });
    expect(await store.note("17-1")).toEqual({ reason: "secret" });
    await submitEdit(store, "17-1", { b: 2 });
    await receive(store, { forget: ["p4", "c1"], cursors: {} });
    expect(await store.cachedHistory("17-1")).toBeNull();
    expect(await store.note("17-1")).toBeNull();
    expect(await store.documents("form")).toHaveLength(1); // the person's own words need it
    expect(await store.outbox()).toHaveLength(1);
    await store.release();
    expect(await store.record("17-1")).toMatchObject({ gone: true, local: "waiting", values: { b: 2 } });
    expect(await cursors()).toEqual({});
  });

  it("a quarantined item that a person has settled is no longer this record's state", async () => {
    const id = await submitNew(store, { a: "wrong" });
    await receive(store, { results: [{ n: 1, status: "quarantined", reason: "not-valid" }] });
    const payload = { n: 1, kind: "edit", record: id, base: 0, at: "", set: [] } as const;
    const item: QuarantineDocument = {
      ...{ k: "quarantine", id: "3", record: id, by: 5, device: store.device, n: 1, reason: "not-valid" },
      ...{ detail: {}, payload, at: "2023-05-16T07:30:00Z", place: 4, status: "discarded" },
    };
    await receive(store, { changes: { u5: [item] }, cursors: { u5: 1 } });
    expect(await store.record(id)).toBeNull();
    expect(await store.document("quarantine", "3")).toMatchObject({ status: "discarded" });
  });

  it("people's names are kept", async () => {
    await receive(store, { people: { "5": "Thạch Thị Sa" } });
    expect(await store.personName(5)).toBe("Thạch Thị Sa");
    expect(await store.personName(6)).toBeNull();
  });
});

describe("cursors", () => {
  it("never come back: an answer to a request from before a feed was taken away brings nothing of it", async () => {
    const before = await store.collect(EVERYTHING);
    await receive(store, { forget: ["p4"], cursors: { c1: 1 } });
    const late = answer({ changes: inPlace(recordDocument("17-1", { values: ["x"] })), cursors: { p4: 3 } });
    await store.apply(late, { sent: before, at: Date.now(), took: 0 });
    expect(await store.record("17-1")).toBeNull();
    expect(await cursors()).toEqual({ c1: 1 });
  });

  it("never go back: an older answer that comes late changes no document", async () => {
    const sent = await store.collect(EVERYTHING);
    await receive(store, { changes: inPlace(recordDocument("17-1", { rev: 5, values: ["new"] })), cursors: { p4: 9 } });
    const late = answer({ changes: inPlace(recordDocument("17-1", { rev: 4, values: ["old"] })), cursors: { p4: 8 } });
    await store.apply(late, { sent, at: Date.now(), took: 0 });
    expect((await store.record("17-1"))?.values).toEqual({ a: "new" });
    expect(await cursors()).toMatchObject({ p4: 9 });
  });
});

describe("a server restored from a backup", () => {
  it("is offered again what it had acknowledged, with the same numbers and payloads", async () => {
    await submitNew(store, { a: "1" });
    const [before] = await store.outbox();
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(`${store.device}-1`)), cursors: { p4: 1 } });
    expect(await store.outbox()).toEqual([]);
    expect(await receive(store, { epoch: "e2", reoffer: true })).toMatchObject({ reoffered: true });
    expect((await store.outbox())[0]?.mutation).toEqual(before?.mutation);
    expect((await store.outbox())[0]?.frozen).toBe(true);
  });

  it("what is offered again is not shown over a copy that had it in it: somebody may have changed it since", async () => {
    const id = await submitNew(store, { a: "mine" });
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
    const theirs = recordDocument(id, { rev: 2, hash: "h2", values: ["theirs"] });
    await receive(store, { changes: inPlace(theirs), cursors: { p4: 2 } });
    await receive(store, { epoch: "e2", reoffer: true, more: true, cursors: { c1: 1 } });
    expect(await store.record(id)).toMatchObject({ values: { a: "theirs" }, local: "waiting" });
    await receive(store, { epoch: "e2", results: [{ n: 1, status: "duplicate", first: "applied", rev: 1 }], more: true });
    expect((await store.record(id))?.values).toEqual({ a: "theirs" });
    await submitEdit(store, id, { a: "later" });
    const [edit] = await store.outbox();
    expect(edit?.mutation).toMatchObject({ base: 2, set: [[0, "later"]] });
    expect(edit?.mutation).not.toHaveProperty("after");
    expect((await store.record(id))?.values).toEqual({ a: "later" });
  });

  it("what is offered again is shown where there is no copy", async () => {
    const id = await submitNew(store, { a: "mine" });
    await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
    await receive(store, { epoch: "e2", reoffer: true, changes: { c1: [FORM] }, cursors: { c1: 1, p4: 0 } });
    expect(await store.record(id)).toMatchObject({ values: { a: "mine" }, local: "waiting", gone: false });
  });

  it("with a new epoch is read from its start; what it no longer has goes when that has ended, not before", async () => {
    const kept = recordDocument("17-1", { values: ["kept"] });
    const lost = recordDocument("17-2", { values: ["lost"] });
    await receive(store, { changes: inPlace(kept, lost), cursors: { p4: 2 } });
    await receive(store, { epoch: "e2", reoffer: true, more: true, changes: inPlace(kept), cursors: { p4: 1, c1: 0 } });
    expect(await store.record("17-2")).not.toBeNull();
    expect(await store.documents("form")).toHaveLength(1);
    await receive(store, { epoch: "e2", changes: { c1: [FORM] }, cursors: { p4: 1, c1: 1 } });
    expect(await store.record("17-1")).not.toBeNull();
    expect(await store.record("17-2")).toBeNull();
    expect(await store.documents("form")).toHaveLength(1);
    expect(await cursors()).toEqual({ p4: 1, c1: 1 });
  });

  it("what an earlier life told by another feed goes with the feed that the new one tells it by", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x"] })), cursors: { p4: 1, p5: 0 } });
    const changes = { c1: [FORM], p5: [recordDocument("17-1", { place: 5, values: ["x"] })] };
    await receive(store, { epoch: "e2", reoffer: true, changes, cursors: { c1: 1, p4: 0, p5: 1 } });
    const gone = { p5: [{ k: "record", id: "17-1", gone: true } as const] };
    await receive(store, { epoch: "e2", changes: gone, cursors: { p5: 2 } });
    expect(await store.record("17-1")).toBeNull();
  });

  it("under the same epoch, a cursor ahead of its feed starts a reading of everything", async () => {
    await receive(store, { changes: inPlace(recordDocument("17-1", { values: ["x"] })), cursors: { p4: 9 } });
    await receive(store, { reoffer: true, cursors: { p4: 3, c1: 1 } });
    expect(await cursors()).toEqual({});
    expect(await store.record("17-1")).not.toBeNull();
    await receive(store, { changes: { c1: [FORM] }, cursors: { p4: 3, c1: 1 } });
    expect(await store.record("17-1")).toBeNull();
    expect(await cursors()).toEqual({ p4: 3, c1: 1 });
  });
});

describe("a message", () => {
  const message = (more: object = {}) =>
    ({ k: "message", id: "7", kind: "asked", record: null, by: null, at: "2023-05-16T00:30:00+00:00", ...more }) as const;

  it("that was read here is told until the server says that it was read", async () => {
    await receive(store, { changes: { u5: [message()] }, cursors: { u5: 1 } });
    await store.readMessages(["7", "8"]);
    expect((await store.documents("message"))[0]?.read).toBeDefined();
    expect((await store.collect(EVERYTHING)).seen).toEqual([7]);
    expect((await store.collect(EVERYTHING)).seen).toEqual([7]);
    await receive(store, { changes: { u5: [message({ read: "2023-05-16T01:00:00+00:00" })] }, cursors: { u5: 2 } });
    expect((await store.collect(EVERYTHING)).seen).toEqual([]);
  });

  it("that is told anew is unread again", async () => {
    await receive(store, { changes: { u5: [message()] }, cursors: { u5: 1 } });
    await store.readMessages(["7"]);
    await receive(store, { changes: { u5: [message({ at: "2023-05-17T00:30:00+00:00" })] }, cursors: { u5: 2 } });
    expect((await store.documents("message"))[0]?.read).toBeUndefined();
    expect((await store.collect(EVERYTHING)).seen).toEqual([]);
  });
});
