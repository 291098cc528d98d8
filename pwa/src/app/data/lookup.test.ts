// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlaceDocument } from "../../shared/protocol";
import { openStore, type Store } from "../../store";
import { freshStore, inPlace, receive } from "../../store/testing";
import { lookupOf } from "./lookup";

const PLACE = { k: "place", id: 7, name: { vi: "Xã Ngãi Xuyên" } } as unknown as PlaceDocument;

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => store.close());

describe("forms, places and people", () => {
  it("are read once for all screens", async () => {
    const read = vi.spyOn(store, "documents");
    const [first, second] = await Promise.all([lookupOf(store), lookupOf(store)]);
    expect(second).toBe(first);
    expect(await lookupOf(store)).toBe(first);
    expect(read).toHaveBeenCalledTimes(2); // forms, places
  });

  it("are read again by whoever hears of a change, also from another tab", async () => {
    const tab = await openStore(store.device);
    expect((await lookupOf(store)).places.size).toBe(0);
    const heard = new Promise<number>((resolve) => {
      store.subscribe(() => void lookupOf(store).then(({ places }) => resolve(places.size)));
    });
    await receive(tab, { changes: inPlace(PLACE) });
    expect(await heard).toBe(1);
    tab.close();
  });

  it("are read again after a reading that failed", async () => {
    vi.spyOn(store, "people").mockRejectedValueOnce(new Error("the connection was lost"));
    await expect(lookupOf(store)).rejects.toThrow("lost");
    expect((await lookupOf(store)).people.size).toBe(0);
  });
});
