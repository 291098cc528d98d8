import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { heritageOf, inherit } from "./inherit";
import { Database } from "./database";
import { openStore, takeOver } from "./store";
import type { Store } from "./contract";
import { applied, draft, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";

let old: Store;
let device: number;
let next: Store;

beforeEach(async () => {
  old = await freshStore();
  device = old.device + 10_000;
  next = await openStore(device);
});
afterEach(() => {
  old.close();
  next.close();
});

/** A creation under a number that a copy of this phone had used. */
async function held(values: Record<string, string>): Promise<string> {
  const id = await submitNew(old, values);
  const n = (await old.outbox()).at(-1)?.n ?? 0;
  await receive(old, { results: [{ n, status: "quarantined", reason: "cloned", renumber: true }] });
  return id;
}

describe("a number that takes another's place", () => {
  it("says anew what was held because its number was used twice, and what was never sent", async () => {
    await held({ a: "held" });
    await submitNew(old, { a: "typed since" });
    expect(await takeOver(old.device, device)).toBe(2);
    expect((await next.outbox()).map(({ mutation }) => mutation)).toMatchObject([
      { n: 1, kind: "edit", record: `${device}-1`, base: 0, set: [[0, "held"]] },
      { n: 2, kind: "edit", record: `${device}-2`, base: 0, set: [[0, "typed since"]] },
    ]);
    expect(await old.outbox()).toEqual([]);
    expect((await old.records()).filter((record) => record.local === "quarantined")).toEqual([]);
  });

  it("leaves nothing that others wrote under the old one, which is told no more when that must go", async () => {
    await receive(old, { changes: inPlace(recordDocument("9-1", { values: ["theirs"] })), cursors: { c1: 1, p4: 1 }, people: { "5": "Sa" } });
    await held({ a: "mine" });
    await takeOver(old.device, device);
    expect(await old.records()).toEqual([]);
    expect([...(await old.documents("form")), ...(await old.people())]).toEqual([]);
    expect(await next.documents("form")).toHaveLength(1);
    // Taken up again it reads everything anew.
    expect((await old.collect({ mutations: 1, characters: 1 })).cursors).toEqual({});
  });

  it("leaves what is frozen: only the old number can be answered for it", async () => {
    await submitNew(old, { a: "in a request" });
    await old.collect({ mutations: 500, characters: 10_000 });
    await submitNew(old, { a: "typed since" });
    expect(await takeOver(old.device, device)).toBe(1);
    expect((await old.outbox()).map(({ mutation }) => mutation)).toMatchObject([{ n: 1, set: [[0, "in a request"]] }]);
  });

  it("an edit goes on following the creation that it was typed over", async () => {
    const id = await submitNew(old, { a: "1" });
    const sent = await old.collect({ mutations: 500, characters: 10_000 });
    await submitEdit(old, id, { b: "2" });
    await receive(old, { results: [{ n: 1, status: "quarantined", reason: "cloned", renumber: true }] }, sent);
    await takeOver(old.device, device);
    expect((await next.outbox()).map(({ mutation }) => mutation)).toMatchObject([
      { n: 1, record: `${device}-1`, base: 0 },
      { n: 2, record: `${device}-1`, base: 0, after: [1], set: [[1, "2"]] },
    ]);
    expect((await next.record(`${device}-1`))?.values).toEqual({ a: "1", b: "2" });
  });

  it("an edit typed over one that was answered under the old number claims to have seen nothing", async () => {
    const id = await submitNew(old, { a: "1" });
    const known = recordDocument(id, { values: ["1"] });
    await receive(old, { results: [applied(1)], changes: inPlace(known), cursors: { c1: 1, p4: 1 } });
    await submitEdit(old, id, { b: "2" });
    const sent = await old.collect({ mutations: 500, characters: 10_000 });
    await submitEdit(old, id, { b: "3" });
    await receive(old, { results: [{ n: 2, status: "conflict", rev: 2, hash: "h2", conflicts: [1] }] }, sent);
    await old.saveDraft(draft({ id: "d8", record: id, values: { a: "1", b: "4" } }));
    await takeOver(old.device, device);
    const [edit] = (await next.outbox()).map(({ mutation }) => mutation);
    expect(edit).toEqual({ n: 1, kind: "edit", record: id, base: 0, at: edit?.at, set: [[1, "3"]] });
    expect((await next.draft("d8"))?.base).toMatchObject({ after: [1] });
  });

  it("a creation that its author has corrected since is said once, as corrected", async () => {
    const id = await held({ a: "wrong" });
    await submitEdit(old, id, { a: "right" });
    expect(await takeOver(old.device, device)).toBe(1);
    expect((await next.outbox()).map(({ mutation }) => mutation)).toMatchObject([{ record: `${device}-1`, set: [[0, "right"]] }]);
  });

  it("takes drafts along, and the forms to open them without network", async () => {
    await old.saveDraft(draft({ id: "d7", values: { a: "half" } }));
    await takeOver(old.device, device);
    expect(await old.drafts()).toEqual([]);
    expect((await next.draft("d7"))?.values).toEqual({ a: "half" });
    expect(await next.submitDraft("d7")).toBe(`${device}-1`);
  });

  it("stopped in the middle and done again, takes nothing twice", async () => {
    await held({ a: "held" });
    await submitNew(old, { a: "typed since" });
    await old.saveDraft(draft({ id: "d7", values: { a: "half" } }));
    const [from, to] = [new Database(`ben-${old.device}`), new Database(`ben-${device}`)];
    const heritage = await from.read((transaction) => heritageOf(transaction, old.device));
    await to.write((transaction) => inherit(transaction, device, heritage)); // and the phone dies before the old one lets go
    await next.saveDraft(draft({ id: "d7", values: { a: "whole" } }));
    expect(await takeOver(old.device, device)).toBe(0);
    expect(await next.outbox()).toHaveLength(2);
    expect((await next.draft("d7"))?.values).toEqual({ a: "whole" });
    expect(await old.outbox()).toEqual([]);
    from.close();
    to.close();
  });
});
