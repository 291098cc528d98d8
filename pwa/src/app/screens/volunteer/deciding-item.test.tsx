// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FormDocument, ResolveMutation, Side } from "../../../shared/protocol";
import { inPlace, receive, recordDocument } from "../../../store/testing";
import { lookupOf } from "../../data/lookup";
import { fetchLater } from "../../i18n/common";
import { begin, closeSession, here, session } from "../../session";
import { Deciding } from "./conflict";

const words = (vi: string) => ({ vi, en: vi, km: vi });
const kind = { t: "text", path: "vehicles/kind", name: "kind", pos: 2, label: words("Loại xe") } as const;
const vehicles = { t: "repeat", path: "vehicles", name: "vehicles", pos: 1, label: words("Xe"), children: [kind] } as const;
const name = { t: "text", path: "name", name: "name", pos: 0, label: words("Tên") } as const;
const compiled = { key: "K", version: "1", hash: "h", languages: ["vi"], title: words("Tai nạn"), fields: ["name", "vehicles", "vehicles/kind"], nodes: [name, vehicles] };
const FORM = { k: "form", id: 1, key: "K", version: "1", current: true, compiled } as unknown as FormDocument;

const side = (value: number | null, by: number): Side => ({ value, by, at: "2023-05-16T07:30:00+07:00", device: by });
const [TOOK_AWAY, TYPED] = [side(null, 8), side(1, 7)];
/** The item is put back while nobody has decided: it is there with what was typed in it. */
const ITEM = [[1, 1, "17-5"], [2, "xe khách", "17-5"]] as const;

let device = 860;

/** Opens the deciding part over a record with a conflict about its item `vehicles/17-5`. */
async function open(head: Side, theirs: Side): Promise<void> {
  const { store } = here();
  const conflict = { id: 3, field: null, path: "vehicles/17-5", base: 1, head, theirs };
  const copy = recordDocument("17-1", { form: 1, rev: 4, hash: "h4", values: ["x"], more: ITEM, conflicts: [conflict] });
  await receive(store, { changes: { c1: [FORM], ...inPlace(copy) }, cursors: { c1: 1, p4: 1 }, people: { 7: "Lan", 8: "Sa" } });
  const record = await store.record("17-1");
  if (!record) throw new Error("no such record");
  const lookup = await lookupOf(store);
  await act(() => render(<Deciding record={record} open={record.conflicts} form={FORM.compiled} lookup={lookup} done={() => undefined} />, document.body));
}

const choices = () => [...document.querySelectorAll<HTMLLabelElement>(".sides label")];

async function choose(place: number): Promise<ResolveMutation> {
  await act(() => choices()[place]?.querySelector("input")?.click());
  const decide = [...document.querySelectorAll("button")].find(({ textContent }) => textContent.includes("Lưu lựa chọn"));
  await act(() => decide?.click());
  await vi.waitFor(async () => expect(await here().store.outbox()).toHaveLength(1));
  return (await here().store.outbox())[0]?.mutation as ResolveMutation;
}

beforeAll(fetchLater);

beforeEach(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  session.value = await begin({ device: (device += 1), person: { id: 7, name: "Lan" }, roles: [], language: "vi", epoch: null });
});

afterEach(async () => {
  await act(() => render(null, document.body));
  closeSession();
  vi.unstubAllGlobals();
});

describe.each([
  ["the server's answer", TOOK_AWAY, TYPED, 0],
  ["the later one", TYPED, TOOK_AWAY, 1],
] as const)("an item that one took away (%s) and another typed in", (_which, head, theirs, gone) => {
  it("is told in words: which item, that it was there, who has it in the record and who not", async () => {
    await open(head, theirs);
    expect(document.querySelector("legend")?.textContent).toBe("Xe 1");
    expect(document.body.textContent).toContain("Lúc đầu: Có trong phiếu");
    const told = choices().map(({ textContent }) => textContent);
    expect(told[gone]).toContain("Không có trong phiếu");
    expect(told[gone]).toContain("Sa");
    expect(told[1 - gone]).toContain("Có trong phiếu");
    expect(told[1 - gone]).not.toContain("Không");
    expect(told[1 - gone]).toContain("bạn");
    expect(document.body.textContent).not.toMatch(/17-5|null/);
  });

  it("stays where that is chosen: its place in the order is set, at its own path", async () => {
    await open(head, theirs);
    expect(await choose(1 - gone)).toMatchObject({ kind: "resolve", record: "17-1", base: 4, closes: [3], set: [[1, 1, "17-5"]] });
    expect((await here().store.record("17-1"))?.values).toMatchObject({ "vehicles/17-5": 1, "vehicles/17-5/kind": "xe khách" });
  });

  it("goes with all that is in it where that is chosen", async () => {
    await open(head, theirs);
    expect(await choose(gone)).toMatchObject({ kind: "resolve", record: "17-1", base: 4, closes: [3], set: [[1, null, "17-5"]] });
    expect((await here().store.record("17-1"))?.values).toEqual({ name: "x" });
  });
});
