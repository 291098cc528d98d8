import { describe, expect, it } from "vitest";
import type { PlaceLine } from "./setup-places-data";
import { meantBy, type Known, type ListedPlace, type PlaceList } from "./setup-places-list";

const FRESH = { parent: 1, from: "2021-12-15", to: null, into: null, mine: true, people: 0, kind: "xa" } as const;
const PLACES: readonly PlaceLine[] = [
  { ...FRESH, id: 1, key: "huyen", code: "849", name: { vi: "Huyện Trà Cú", en: "x", km: "x" }, parent: null, mine: false },
  { ...FRESH, id: 2, key: "xuyen", code: "29479", name: { vi: "Xã Ngãi Xuyên", en: "Ngãi Xuyên commune", km: "ឃុំ" } },
  { ...FRESH, id: 3, key: "north", code: "00172", name: { vi: "Xã Bắc" } },
];
const KNOWN: Known = { places: PLACES, today: "2023-05-16", parent: "huyen", on: "2023-05-01" };
const HEADINGS = { vi: "Tên", kind: "Loại", parent: "Thuộc", code: "Mã" };

/** A list with these rows below its headings. */
function list(...rows: readonly Partial<ListedPlace>[]): PlaceList {
  const whole = rows.map((row, index) => ({ line: index + 2, vi: "", en: "", km: "", code: "", kind: "", parent: "", ...row }));
  return { rows: whole, headings: HEADINGS, left_out: [] };
}

const values = (read: PlaceList) => meantBy(read, KNOWN).changes.map((change) => change.value);

describe("a list of places", () => {
  it("adds those that aren't known, with what it says of them", () => {
    expect(values(list({ vi: "Thị trấn Mới", km: "ថ្មី", code: "30001" }))).toEqual([
      { do: "add", parent: "huyen", kind: "thi_tran", name: { vi: "Thị trấn Mới", km: "ថ្មី" }, on: "2023-05-01", code: "30001" },
    ]);
  });

  it("names those anew that are known by code or by name, and leaves what is so already", () => {
    const read = list({ code: "29479", vi: "Xã Ngãi Xuyên A" }, { vi: "xa ngai xuyen", en: "Ngai Xuyen" }, { code: "29479", vi: "Xã Ngãi Xuyên" });
    expect(values(read)).toEqual([
      { do: "rename", place: "xuyen", name: { ...PLACES[1]?.name, vi: "Xã Ngãi Xuyên A" }, on: null },
      { do: "rename", place: "xuyen", name: { ...PLACES[1]?.name, vi: "xa ngai xuyen", en: "Ngai Xuyen" }, on: null },
    ]);
    expect(meantBy(read, KNOWN).faults).toEqual([{ row: 4, column: "Tên", why: "twice" }]);
    expect(meantBy(list({ code: "29479", vi: "Xã Ngãi Xuyên" }), KNOWN)).toMatchObject({ changes: [], same: 1 });
    expect(values(list({ code: "29480", vi: "Xã Ngãi Xuyên" }))).toMatchObject([{ do: "rename", place: "xuyen", code: "29480" }]);
  });

  it("knows a code without the zeros that spreadsheets take away", () => {
    expect(meantBy(list({ code: "172", vi: "Xã Bắc" }), KNOWN)).toMatchObject({ changes: [], same: 1 });
    expect(values(list({ vi: "Ấp Một", parent: "172" }))).toMatchObject([{ do: "add", kind: "ap", parent: "north" }]);
  });

  it("takes a name without its kind for what the column is of", () => {
    const kinds = (vi: string) => values({ ...list({ vi: "Giồng Cao" }), headings: { vi } });
    expect(kinds("Tên ấp")).toMatchObject([{ kind: "ap" }]);
    expect(kinds("Khóm/phố")).toMatchObject([{ kind: "khom" }]);
    expect(kinds("Tên địa bàn")).toMatchObject([{ kind: "xa" }]);
  });

  it("says the row and the heading of what can't be understood", () => {
    const read = meantBy(list({ kind: "xã" }, { vi: "Xã A", kind: "lâu đài" }, { vi: "Xã B", kind: "xã", parent: "Huyện Nào" }, { vi: "x".repeat(121) }, { vi: "Ấp C", parent: "Xã Ngãi Xuyên" }), KNOWN);
    expect(read.faults).toEqual([
      { row: 2, column: "Tên", why: "name" },
      { row: 3, column: "Loại", why: "kind" },
      { row: 4, column: "Thuộc", why: "parent" },
      { row: 5, column: "Tên", why: "long" },
    ]);
    expect(read.changes.map((change) => change.value)).toMatchObject([{ do: "add", kind: "ap", parent: "xuyen" }]);
    expect(read.rows).toEqual([6]);
  });
});
