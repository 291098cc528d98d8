import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FeedDocument, MessageDocument } from "../shared/protocol";
import type { Store } from "./contract";
import { EVERYTHING, applied, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => store.close());

const RECORD = "20-1";
const REASON = "Ghi lại số người bị thương của bà Tư";

const message: MessageDocument = { k: "message", id: "1", kind: "returned", record: RECORD, text: REASON, by: 9, at: "2023-05-16T00:30:00Z" };

/** Somebody else's record of place 4, all that hangs on it, and a draft that this person has begun on it. */
async function colleague(): Promise<void> {
  const record = recordDocument(RECORD, { values: ["secret", 7, "kept"], by: 5 });
  const changes: Record<string, readonly FeedDocument[]> = { ...inPlace(record), u6: [message] };
  await receive(store, { changes, cursors: { p4: 1, u6: 1 }, people: { "5": "Thạch Thị An", "9": "Sơn Chi" } });
  await store.saveHistory(RECORD, { history: [] });
  await store.keepNote(RECORD, { reason: "thiếu" });
  const open = await store.editRecord(RECORD);
  const { "group/c": _cleared, ...values } = open?.values ?? {};
  if (open) await store.saveDraft({ ...open, values: { ...values, b: 8 } });
}

async function everythingHere(): Promise<string> {
  const database = indexedDB.open(`ben-${store.device}`);
  const opened = await new Promise<IDBDatabase>((done) => (database.onsuccess = () => done(database.result)));
  const kept: unknown[] = [];
  for (const name of opened.objectStoreNames) {
    if (name === "documents") continue; // the form and the person's own messages are looked at by themselves
    const all = opened.transaction(name).objectStore(name).getAll();
    kept.push(await new Promise((done) => (all.onsuccess = () => done(all.result))));
  }
  opened.close();
  return JSON.stringify(kept) + JSON.stringify(await store.documents("message"));
}

describe("a place that has left the phone's scope", () => {
  it("leaves nothing readable of what others wrote there", async () => {
    await colleague();
    expect(await everythingHere()).toContain("secret");
    await receive(store, { forget: ["p4"], cursors: { u6: 1 } });
    const here = await everythingHere();
    for (const word of ["secret", "kept", REASON, "Thạch Thị An", "thiếu"]) expect(here).not.toContain(word);
    expect(await store.personName(9)).toBe("Sơn Chi"); // whom a message that stays still names
  });

  it("keeps what the person typed into a draft, and sends just that", async () => {
    await colleague();
    await receive(store, { forget: ["p4"], cursors: { u6: 1 } });
    const [draft] = await store.drafts();
    expect(draft?.values).toEqual({ b: 8 });
    await store.submitDraft(draft?.id ?? "");
    const [item] = await store.outbox();
    expect(item?.mutation).toMatchObject({ kind: "edit", record: RECORD, base: 1, set: [[1, 8], [2, null]] });
  });

  it("still sends what waits for it", async () => {
    await colleague();
    const id = await submitNew(store, { a: "mine" });
    await receive(store, { forget: ["p4"], cursors: { u6: 1 } }, { ...(await store.collect({ ...EVERYTHING, mutations: 0 })), mutations: [] });
    expect((await store.collect(EVERYTHING)).mutations).toMatchObject([{ record: id }]);
    expect((await store.record(id))?.values).toEqual({ a: "mine" });
  });

  it("keeps the form of what the person typed, so that they can read it", async () => {
    const id = await submitNew(store, { a: "mine" });
    await receive(store, { results: [{ n: 1, status: "quarantined", reason: "outside-scope" }], forget: ["p4", "c1"], cursors: { u6: 1 } });
    expect(await store.record(id)).toMatchObject({ local: "quarantined", values: { a: "mine" } });
    expect((await store.documents("form")).length).toBe(1);
  });

  it("cuts no draft of a record that is still here, nor of one made on this phone", async () => {
    await colleague();
    const own = await submitNew(store, { a: "1", b: 2 });
    const open = await store.editRecord(own);
    if (open) await store.saveDraft({ ...open, values: { ...open.values, b: 3 } });
    await receive(store, { forget: ["p8"], cursors: { p4: 1, u6: 1 } });
    const kept = (await store.drafts()).map((draft) => draft.values);
    expect(kept).toContainEqual({ a: "1", b: 3 });
    expect(kept).toContainEqual({ a: "secret", b: 8 });
  });
});

describe("a record that moves", () => {
  it("is one mutation that names the revision and the place that were seen", async () => {
    await colleague();
    await store.move(RECORD, 8);
    await store.move(RECORD, 9);
    const items = await store.outbox();
    expect(items.map((item) => item.mutation)).toMatchObject([{ kind: "move", record: RECORD, rev: 1, from: 4, place: 9 }]);
    expect(await store.record(RECORD)).toMatchObject({ moving: 9, place: 4, local: "waiting" });
  });

  it("leaves the phone with the answer, or is there in its new place", async () => {
    await colleague();
    await store.move(RECORD, 9);
    const sent = await store.collect(EVERYTHING);
    const changes = { p4: [{ k: "record", id: RECORD, gone: true }], p9: [recordDocument(RECORD, { values: ["secret"], place: 9 })] } as const;
    await receive(store, { results: [applied(1)], changes, cursors: { p4: 2, p9: 1, u6: 1 } }, sent);
    expect(await store.record(RECORD)).toMatchObject({ place: 9, moving: null, local: "on_server" });
    await receive(store, { changes: { p9: [{ k: "record", id: RECORD, gone: true }] }, cursors: { p4: 2, p9: 2, u6: 1 } });
    expect(await store.record(RECORD)).toBeNull();
  });

  it("takes an edit that waits along to the server, which says where it belongs now", async () => {
    await colleague();
    await submitEdit(store, RECORD, { b: 9 });
    await receive(store, { changes: { p4: [{ k: "record", id: RECORD, gone: true }] }, cursors: { p4: 2, u6: 1 } });
    expect((await store.outbox()).length).toBe(1);
    expect(await store.record(RECORD)).toMatchObject({ gone: true });
  });
});
