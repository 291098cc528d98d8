import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openStore, type Draft, type Store } from "../../store";
import { DraftKeeper } from "./draft-keeper";

let store: Store;
let draft: Draft;

beforeEach(async () => {
  store = await openStore(811);
  draft = { id: "d1", form: 1, place: 2, values: {}, updated: store.localNow() };
  await store.saveDraft(draft);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  store.close();
});

function fullPhone() {
  return vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
}

it("what a phone had no room for when its form was left is written as soon as there is some", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true, advanceTimeDelta: 1_000 });
  const full = fullPhone();
  const keeper = new DraftKeeper(store, draft);
  keeper.values = () => ({ name: "Lan" });
  keeper.changed("name", false);
  keeper.stop();
  const kept = keeper.kept();
  await vi.waitFor(() => expect(keeper.state.peek()).toBe("full"));
  expect(keeper.isUnsaved()).toBe(true);
  full.mockRestore();
  await vi.advanceTimersByTimeAsync(11_000);
  await kept;
  expect((await store.draft("d1"))?.values).toEqual({ name: "Lan" });
});

it("a draft that was thrown away on a full phone is not written again", async () => {
  const full = fullPhone();
  const keeper = new DraftKeeper(store, draft);
  keeper.changed("name", false);
  await keeper.flush();
  await store.discardDraft("d1");
  keeper.drop();
  full.mockRestore();
  keeper.stop();
  await keeper.kept();
  expect(await store.draft("d1")).toBeNull();
});
