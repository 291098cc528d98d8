import { afterEach, describe, expect, it } from "vitest";
import type { Draft, Store } from "../../store";
import { draft, freshStore, inPlace, receive, recordDocument, submitEdit } from "../../store/testing";
import { draftFile, readDraftFile, takeDraft, type DraftFile } from "./draft-file";
import { takePhotos } from "./photo-file";

const profile = (device: number) => ({ device, person: { id: 5, name: "Sa" }, roles: [], language: "vi", epoch: "e1" }) as const;
const open: Store[] = [];
afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

async function phone(): Promise<Store> {
  const store = await freshStore();
  open.push(store);
  return store;
}

/** As it comes out of the file. */
async function carried(store: Store, given: Draft): Promise<DraftFile> {
  const file = readDraftFile(JSON.stringify(await draftFile(store, profile(store.device), { draft: given, name: "Tai nạn" })));
  if (!file) throw new Error("not read");
  return file;
}

describe("a form that there was no room for, saved as a file", () => {
  it("is a draft on the phone that opens it, and becomes a record there", async () => {
    const [full, other] = [await phone(), await phone()];
    const file = await carried(full, draft({ values: { a: "Sóc Kha", many: ["1", "2"] } }));
    const id = await takeDraft(other, file);
    expect(await other.draft(id)).toMatchObject({ form: 3, place: 4, record: null, values: { a: "Sóc Kha", many: ["1", "2"] } });
    const record = await other.submitDraft(id);
    expect((await other.record(record))?.values).toEqual({ a: "Sóc Kha", many: ["1", "2"] });
  });

  it("opened again is the same draft with what was typed since, and after it was sent an edit of that record", async () => {
    const [full, other] = [await phone(), await phone()];
    const file = await carried(full, draft({ values: { a: "1" } }));
    const id = await takeDraft(other, file);
    await other.saveDraft({ ...draft({ values: { a: "1", b: 2 } }), id });
    expect(await takeDraft(other, file)).toBe(id);
    expect((await other.draft(id))?.values).toEqual({ a: "1", b: 2 });
    const record = await other.submitDraft(id);
    await takeDraft(other, file);
    expect((await other.draft(id))?.record).toBe(record);
    expect(await other.records()).toHaveLength(1);
  });

  it("on its own phone stands beside what was kept there, unless that is the same", async () => {
    const full = await phone();
    await full.saveDraft(draft({ values: { a: "1" } }));
    const file = await carried(full, draft({ values: { a: "1", b: 2 } }));
    await takeDraft(full, file);
    expect((await full.drafts()).map(({ values }) => values)).toEqual(expect.arrayContaining([{ a: "1" }, { a: "1", b: 2 }]));
    await full.saveDraft(draft({ values: { b: 2, a: "1" } }));
    expect(await takeDraft(full, file)).toBe("d1");
  });

  it("is an edit on what it was begun on, so that the server sees what has changed since", async () => {
    const [full, other] = [await phone(), await phone()];
    for (const store of [full, other]) await receive(store, { changes: inPlace(recordDocument("9-1", { values: ["1"] })), cursors: { c1: 1, p4: 1 } });
    const begun = await full.editRecord("9-1");
    if (!begun) throw new Error("no such record");
    const file = await carried(full, { ...begun, values: { a: "2" } });
    await receive(other, { changes: inPlace(recordDocument("9-1", { rev: 2, hash: "h2", values: ["3"] })), cursors: { p4: 2 } });
    await other.submitDraft(await takeDraft(other, file));
    expect((await other.outbox()).map(({ mutation }) => mutation)).toMatchObject([{ kind: "edit", record: "9-1", base: 1, set: [[0, "2"]] }]);
  });

  it("that builds on what the full phone has not sent is what was typed, over what is known where it is opened", async () => {
    const [full, other] = [await phone(), await phone()];
    for (const store of [full, other]) await receive(store, { changes: inPlace(recordDocument("9-1", { values: ["1", 1, "c"] })), cursors: { c1: 1, p4: 1 } });
    await submitEdit(full, "9-1", { b: 7 });
    const begun = await full.editRecord("9-1");
    if (!begun) throw new Error("no such record");
    const file = await carried(full, { ...begun, values: { a: "2", b: 7 } });
    const taken = await other.draft(await takeDraft(other, file));
    expect(taken).toMatchObject({ values: { a: "2", b: 1 }, base: { rev: 1, after: [], values: { b: 1, "group/c": "c" } } });
    expect(taken?.values).not.toHaveProperty("group/c");
  });

  it("carries its photos, which go to the server once the draft is sent", async () => {
    const [full, other] = [await phone(), await phone()];
    const bytes = new Uint8Array(5_000).map((_, index) => index % 251).buffer;
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0"));
    const name = `${digest.join("")}.webp`;
    await full.keepPhoto({ name, type: "image/webp", bytes, preview: null });
    const file = await carried(full, draft({ values: { a: name } }));
    expect(await takePhotos(other, file, "kept")).toEqual({ taken: 1, wrong: 0 });
    expect(await other.photos()).toMatchObject([{ name, state: "kept" }]);
    await other.submitDraft(await takeDraft(other, file));
    expect(await other.photos()).toMatchObject([{ name, state: "waiting" }]);
  });

  it("gives the words also where the phone's storage can't be read", async () => {
    const full = await phone();
    const unreadable = { ...profile(full.device) };
    const broken = { photos: () => Promise.reject(new Error("broken")), localNow: () => full.localNow() } as unknown as Store;
    const file = await draftFile(broken, unreadable, { draft: draft({ values: { a: `${"0".repeat(64)}.webp`, b: 2 } }), name: "" });
    expect(file).toMatchObject({ draft: { values: { b: 2 } }, photos: [], left: 1 });
  });

  it("of an older version, a bare draft, is read too", async () => {
    const other = await phone();
    const file = readDraftFile(JSON.stringify({ ...draft({ values: { a: "1" } }), name: "Tai nạn" }));
    expect(file).toMatchObject({ person: null, name: "Tai nạn", left: 0 });
    if (file) expect((await other.draft(await takeDraft(other, file)))?.values).toEqual({ a: "1" });
  });

  it("anything else is no such file", async () => {
    const file = await carried(await phone(), draft({ values: { a: "1" } }));
    const others = [null, [], {}, { ...file, kind: "ben-outbox" }, { ...file, draft: {} }, { ...file, saved: "x" }, { ...file, person: {} }];
    const bad = { ...file, draft: { ...file.draft, values: { a: { b: 1 } } } };
    expect([...others, bad].map((each) => readDraftFile(JSON.stringify(each)))).toEqual([...others, bad].map(() => null));
    expect(readDraftFile("")).toBeNull();
  });
});
