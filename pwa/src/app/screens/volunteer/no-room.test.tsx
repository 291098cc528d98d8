// @vitest-environment jsdom
import { File } from "node:buffer"; // jsdom's can't be read.
import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { ProfileInfo, Right } from "../../../shared/profile";
import type { FormDocument, PlaceDocument } from "../../../shared/protocol";
import type { Draft } from "../../../store";
import { receive } from "../../../store/testing";
import { DraftKeeper } from "../../data/draft-keeper";
import { fetchLater } from "../../i18n/common";
import { begin, closeSession, here, session } from "../../session";
import { NoRoom } from "./fill/finish";
import { HandIn } from "./hand-in";

const label = { vi: "Tên nạn nhân", en: "Name" };
const node = { t: "text", path: "name", name: "name", pos: 0, label } as const;
const compiled = { key: "K", version: "1", hash: "h", languages: ["vi"], title: { vi: "Tai nạn" }, fields: ["name"], nodes: [node] };
const FORM = { k: "form", id: 1, key: "K", version: "1", current: true, compiled } as unknown as FormDocument;
const PLACE = { k: "place", id: 4, kind: "xa", name: { vi: "Xã Long Hiệp" }, parent: null } as unknown as PlaceDocument;

let saved: File[];
let device = 840;

const profileOf = (id: number, name: string, rights: readonly Right[]): ProfileInfo => ({
  device: (device += 1),
  person: { id, name },
  roles: [{ role: "GSV", place: { id: 4, name: { vi: "Xã Long Hiệp" } as never }, rights }],
  language: "vi",
  epoch: null,
});

/** Another phone, with what its person may do, and what has come down to it. */
async function phoneOf(id: number, name: string, rights: readonly Right[], forms: readonly FormDocument[] = [FORM]): Promise<void> {
  closeSession();
  session.value = await begin(profileOf(id, name, rights));
  await receive(here().store, { changes: { c1: forms, p4: [PLACE] }, cursors: { c1: 1, p4: 1 } });
}

const show = (screen: VNode) => act(() => render(screen, document.body));
const button = (words: string) => [...document.querySelectorAll("button")].find(({ textContent }) => textContent.includes(words));

async function press(words: string): Promise<void> {
  await vi.waitFor(() => expect(button(words)).toBeDefined());
  await act(() => button(words)?.click());
}

/** What the full phone's dialog saves while "Sóc Kha" is on its screen. */
async function saveOnFullPhone(): Promise<File> {
  const { store } = here();
  const draft: Draft = { id: "d1", form: 1, place: 4, values: {}, updated: store.localNow() };
  const keeper = new DraftKeeper(store, draft);
  keeper.values = () => ({ name: "Sóc Kha" });
  const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw Object.assign(new Error("no room"), { name: "QuotaExceededError" });
  });
  keeper.changed("name", false);
  await keeper.flush();
  await show(<NoRoom keeper={keeper} draft={draft} name="Tai nạn" asked={{ pressed: 0, working: false, trouble: null }} />);
  await press("Lưu thành tệp");
  await vi.waitFor(() => expect(saved).toHaveLength(1));
  full.mockRestore();
  keeper.drop();
  keeper.stop();
  await show(<></>);
  return saved[0] as File;
}

async function handIn(file: File): Promise<void> {
  await show(<HandIn />);
  const input = document.querySelector("input[type=file]") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: [file] });
  await act(() => void input.dispatchEvent(new Event("change", { bubbles: true })));
  await vi.waitFor(() => expect(document.querySelector(".facts, .banner")).not.toBeNull());
}

beforeAll(fetchLater);

beforeEach(async () => {
  saved = [];
  vi.stubGlobal("File", File);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  URL.createObjectURL = (file) => {
    saved.push(file as unknown as File);
    return "blob:x";
  };
  URL.revokeObjectURL = () => undefined;
  await phoneOf(7, "Lan", ["read", "write"]);
});

afterEach(async () => {
  await show(<></>);
  closeSession();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it("what a full phone saved as a file is read, and goes on as a draft, on the phone of somebody who may fill that form", async () => {
  const file = await saveOnFullPhone();
  await phoneOf(8, "Sa", ["read", "write", "review"]);
  await handIn(file);
  await vi.waitFor(() => expect(document.body.textContent).toContain("Sóc Kha"));
  for (const words of ["Tai nạn", "Xã Long Hiệp", "Lan", "Tên nạn nhân", "mang tên bạn"]) expect(document.body.textContent).toContain(words);
  await press("Mở thành bản nháp");
  await vi.waitFor(() => expect(location.hash).toMatch(/^#\/fill\/d1\./));
  expect(await here().store.drafts()).toMatchObject([{ form: 1, place: 4, values: { name: "Sóc Kha" } }]);
});

it("its author opens it on another phone of theirs and is told that it is theirs", async () => {
  const file = await saveOnFullPhone();
  await phoneOf(7, "Lan", ["read", "write"]);
  await handIn(file);
  await vi.waitFor(() => expect(button("Mở thành bản nháp")).toBeDefined());
  expect(document.body.textContent).toContain("hoàn thành như thường");
});

it("who may not fill the form, or has no such form, sees every answer and who can open it", async () => {
  const file = await saveOnFullPhone();
  for (const forms of [[FORM], []]) {
    await phoneOf(9, "Hà", ["read", "office"], forms);
    await handIn(file);
    await vi.waitFor(() => expect(document.body.textContent).toContain("Sóc Kha"));
    for (const words of ["Tai nạn", "Người ghi mở tệp"]) expect(document.body.textContent).toContain(words);
    expect(button("Mở thành bản nháp")).toBeUndefined();
    await show(<></>);
  }
});

it("a change of a record that is not here says so and shows what was typed", async () => {
  const file = JSON.parse(await (await saveOnFullPhone()).text()) as { draft: Draft };
  const edit = { ...file, draft: { ...file.draft, record: "17-1", base: { rev: 1, after: [], values: {} } } };
  await handIn(new File([JSON.stringify(edit)], "x.json"));
  await vi.waitFor(() => expect(document.body.textContent).toContain("Tệp sửa một phiếu chưa có trên máy này"));
  expect(document.body.textContent).toContain("Sóc Kha");
  expect(button("Mở thành bản nháp")).toBeUndefined();
});

it("anything else is said to be no file of Bến", async () => {
  await handIn(new File(["{}"], "x.json"));
  expect(document.body.textContent).toContain("Đây không phải tệp Bến đã lưu");
});
