/** Items of repeats on the phone: shown, squashed, sent and rebuilt like any other answer. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { EditMutation, FormDocument } from "../shared/protocol";
import type { Store } from "./contract";
import { EVERYTHING, FORM, applied, draft, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";

const FIELDS = ["a", "v", "v/kind", "v/seats", "v/seats/name"];
const REPEATING: FormDocument = { ...FORM, id: 7, compiled: { ...FORM.compiled, fields: FIELDS } };
const CAR = { "v/17-5": 1, "v/17-5/kind": "car", "v/17-5/seats/17-6": 1, "v/17-5/seats/17-6/name": "Sa" };
const MORE = [[1, 1, "17-5"], [2, "car", "17-5"], [3, 1, "17-5", "17-6"], [4, "Sa", "17-5", "17-6"]] as const;

let store: Store;
beforeEach(async () => {
  store = await freshStore();
  await receive(store, { changes: { c1: [REPEATING] }, cursors: { c1: 2, p4: 0 } });
});
afterEach(() => store.close());

async function sets(): Promise<unknown[]> {
  const { mutations } = await store.collect(EVERYTHING);
  return mutations.map((mutation) => (mutation as EditMutation).set);
}

/** Saves the record's draft with exactly these answers. */
async function rewrite(record: string, values: Record<string, string | number>): Promise<void> {
  const open = await store.editRecord(record);
  if (!open) throw new Error("no such record");
  await store.saveDraft({ ...open, values });
  await store.submitDraft(open.id);
}

async function landed(id = "17-1"): Promise<void> {
  const document = recordDocument(id, { form: 7, values: ["x"], more: MORE });
  await receive(store, { changes: inPlace(document), cursors: { c1: 2, p4: 1 } });
}

describe("items of repeats", () => {
  it("are shown from the server's copy, by path", async () => {
    await landed();
    expect((await store.record("17-1"))?.values).toEqual({ a: "x", ...CAR });
  });

  it("that are taken away go with all that is in them, on the screen and in what is sent", async () => {
    await landed();
    await rewrite("17-1", { a: "x" });
    expect((await store.record("17-1"))?.values).toEqual({ a: "x" });
    expect(await sets()).toEqual([[[1, null, "17-5"]]]);
  });

  it("that were added and taken away before anything was sent are not spoken of", async () => {
    await store.saveDraft(draft({ id: "new", form: 7, values: { a: "x", ...CAR } }));
    const id = await store.submitDraft("new");
    await rewrite(id, { a: "x" });
    expect(await sets()).toEqual([[[0, "x"]]]);
  });

  it("that are typed in and then taken away are only taken away", async () => {
    await landed();
    await submitEdit(store, "17-1", { "v/17-5/kind": "bus" });
    await rewrite("17-1", { a: "x" });
    expect(await sets()).toEqual([[[1, null, "17-5"]]]);
  });

  it("are rebuilt where the server says only that an edit was applied as it was sent", async () => {
    await landed();
    await submitEdit(store, "17-1", { "v/17-5/kind": "bus" });
    const own = recordDocument("17-1", { form: 7, rev: 2, hash: "h2" });
    await receive(store, { results: [applied(1, 2)], changes: inPlace(own), cursors: { c1: 2, p4: 2 } });
    expect(await store.record("17-1")).toMatchObject({ rev: 2, values: { a: "x", ...CAR, "v/17-5/kind": "bus" } });
  });

  it("leave no trace when the last one has gone", async () => {
    await landed();
    await rewrite("17-1", { a: "x" });
    const own = recordDocument("17-1", { form: 7, rev: 2, hash: "h2" });
    await receive(store, { results: [applied(1, 2)], changes: inPlace(own), cursors: { c1: 2, p4: 2 } });
    expect((await store.record("17-1"))?.values).toEqual({ a: "x" });
  });

  it("name their path in a conflict, and so does what the form version doesn't know", async () => {
    const side = { by: 5, at: "2023-05-16T07:30:00+07:00", device: 17 };
    const conflict = { id: 1, field: null, path: "v/17-5", base: 1, head: { ...side, value: 1 }, theirs: { ...side, value: null } };
    const more = [...MORE, ["weather", "rain"] as const];
    const document = recordDocument("17-1", { form: 7, values: [], more, conflicts: [conflict] });
    await receive(store, { changes: inPlace(document), cursors: { c1: 2, p4: 1 } });
    const shown = await store.record("17-1");
    expect(shown?.conflicts[0]?.path).toBe("v/17-5");
    expect(shown?.values["weather"]).toBe("rain");
    await store.resolve({ record: "17-1", rev: 1, closes: [1], set: { "v/17-5": null } });
    expect(await sets()).toEqual([[[1, null, "17-5"]]]);
  });
});

it("a plain form's records are as they were", async () => {
  const id = await submitNew(store, { a: "1" });
  await receive(store, { results: [applied(1)], changes: inPlace(recordDocument(id)), cursors: { p4: 1 } });
  expect((await store.record(id))?.values).toEqual({ a: "1" });
});
