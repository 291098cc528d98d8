// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { draft, FORM, receive, submitNew } from "../../../store/testing";
import { fetchLater } from "../../i18n/common";
import { begin, closeSession, here, session } from "../../session";
import { AppBar } from "../../shell/bar";
import { Outbox } from "./outbox";

const ENOUGH = 20_000_000;
const [EVICTED, FULL, ASK] = ["Trình duyệt có thể xoá khi máy thiếu chỗ", "Máy gần hết chỗ", "Xin giữ lâu dài"];

/** What the browser says of its storage from now on. */
function browser({ persisted, room }: { persisted: boolean; room: number }): ReturnType<typeof vi.fn> {
  let kept = persisted;
  const persist = vi.fn(() => Promise.resolve((kept = true)));
  const estimate = () => Promise.resolve({ usage: 5_000_000, quota: 5_000_000 + room });
  Object.defineProperty(navigator, "storage", { configurable: true, value: { persist, persisted: () => Promise.resolve(kept), estimate } });
  return persist;
}

const shown = () => document.body.textContent;
const button = () => [...document.querySelectorAll("button")].find(({ textContent }) => textContent.includes(ASK));

/** Opens the outbox; resolves once what waits is on the screen. */
async function open(): Promise<void> {
  await act(() => render(<Outbox />, document.body));
  await vi.waitFor(() => expect(shown()).toMatch(/Không có gì chờ gửi|Lưu thành tệp/));
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
}

let device = 880;

beforeAll(fetchLater);

beforeEach(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  browser({ persisted: true, room: 10 * ENOUGH });
  session.value = await begin({ device: (device += 1), person: { id: 7, name: "Lan" }, roles: [], language: "vi", epoch: null });
  await receive(here().store, { changes: { c1: [FORM] }, cursors: { c1: 1 } });
});

afterEach(async () => {
  await act(() => render(null, document.body));
  closeSession();
  Reflect.deleteProperty(navigator, "storage");
  vi.unstubAllGlobals();
});

describe("of what is on this phone alone", () => {
  it("the outbox says that the browser may clear it, and how much that is; its button asks to keep it, and the warning goes", async () => {
    await submitNew(here().store, { a: "1" });
    await here().store.saveDraft(draft({ id: "d2", values: { a: "2" } }));
    const persist = browser({ persisted: false, room: ENOUGH });
    await open();
    for (const words of ["Chỉ có trên máy này", "1 mục chưa gửi", "1 bản nháp", EVICTED]) expect(shown()).toContain(words);
    expect(shown()).not.toContain(FULL);
    expect(persist).not.toHaveBeenCalled();
    await act(() => button()?.click());
    expect(persist).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(shown()).not.toContain(EVICTED));
    expect(button()).toBeUndefined();
  });

  it("the outbox says that the phone is nearly full below 20 MB, and asks nothing where it is kept for good", async () => {
    await submitNew(here().store, { a: "1" });
    browser({ persisted: true, room: ENOUGH - 1 });
    await open();
    expect(shown()).toContain(FULL);
    expect(shown()).not.toContain(EVICTED);
    expect(button()).toBeUndefined();
  });

  it("the fuller of two dangers is told, and the button stays", async () => {
    await submitNew(here().store, { a: "1" });
    browser({ persisted: false, room: ENOUGH - 1 });
    await open();
    expect(shown()).toContain(FULL);
    expect(shown()).not.toContain(EVICTED);
    expect(button()).toBeDefined();
  });

  it("nothing is said where there is room and it is kept for good", async () => {
    await submitNew(here().store, { a: "1" });
    browser({ persisted: true, room: ENOUGH });
    await open();
    expect(shown()).not.toContain("Chỉ có trên máy này");
  });

  it("nothing is said where nothing would be lost", async () => {
    browser({ persisted: false, room: 0 });
    await open();
    expect(shown()).not.toContain("Chỉ có trên máy này");
  });
});

it("handing in a file is two taps from every screen, also for an office that has nothing of its own to send", async () => {
  const { profile, ...rest } = here();
  const office = { role: "TT", place: { id: 4, name: { vi: "Trà Vinh", en: "Trà Vinh", km: "Trà Vinh" } }, rights: ["read", "office"] } as const;
  session.value = { ...rest, profile: { ...profile, roles: [office] } };
  await act(() => render(<AppBar />, document.body));
  expect(document.querySelector(".bar a[href='#/outbox']")).not.toBeNull();
  await open();
  expect(document.querySelector("a[href='#/handin']")?.textContent).toBe("Nộp tệp của máy khác");
});
