// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FormDocument } from "../../../../shared/protocol";
import { createProfile, type Draft } from "../../../../store";
import { allKept, whileNobodyFills } from "../../../filling";
import { closeSession, here, noteUse, openSession } from "../../../session";
import type { DraftKeeper } from "../../../data/draft-keeper";
import type { Filling } from "./filling";
import { useOpened, type Ready } from "./opened";

const label = { vi: "Tên", en: "Name" };
const node = { t: "text", path: "name", name: "name", pos: 0, label } as const;
const compiled = { key: "K", version: "1", hash: "h", languages: ["vi"], title: label, fields: ["name"], nodes: [node] };
const FORM = { id: 1, compiled } as unknown as FormDocument;
const READY: Ready = { around: { now: () => new Date(), newItem: () => "17-1", random: () => 0 }, notes: {} };

let draft: Draft;
let shown: { keeper: DraftKeeper; filling: Filling };

function Form() {
  shown = useOpened(draft, FORM, READY);
  return null;
}

const open = () => act(() => render(<Form />, document.body));
const leave = () => act(() => render(null, document.body));

beforeEach(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await createProfile({ device: 821, person: { id: 7, name: "Lan" }, roles: [], language: "vi", epoch: null });
  noteUse();
  await openSession();
  const { store } = here();
  draft = { id: "d1", form: 1, place: 2, values: { name: "" }, updated: store.localNow() };
  await store.saveDraft(draft);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await leave();
  closeSession();
  vi.unstubAllGlobals();
});

it("a form that was left on a full phone holds its person's turn, opens again as it was, and is kept when there is room", async () => {
  const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw Object.assign(new Error("no room"), { name: "QuotaExceededError" }); // jsdom's DOMException is no Error.
  });
  await open();
  shown.filling.answer("name", "Sóc Kha", false);
  expect(await allKept()).toBe(false);
  expect(shown.keeper.state.peek()).toBe("full");
  await leave();
  expect(await allKept()).toBe(false);
  await open();
  expect(shown.filling.values["name"]).toBe("Sóc Kha");
  full.mockRestore();
  expect(await allKept()).toBe(true);
  expect((await here().store.draft("d1"))?.values["name"]).toBe("Sóc Kha");
});

it("a form that was left with all kept holds nothing, and begins from the disk again", async () => {
  await open();
  const before = shown.keeper;
  shown.filling.answer("name", "Nguyệt", false);
  await leave();
  await before.kept();
  expect(await allKept()).toBe(true);
  expect(await whileNobodyFills(() => Promise.resolve())).toBe(true);
  draft = (await here().store.draft("d1")) ?? draft;
  await open();
  expect(shown.keeper).not.toBe(before);
  expect(shown.filling.values["name"]).toBe("Nguyệt");
});
