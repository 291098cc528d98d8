import { describe, expect, it } from "vitest";
import type { PlaceLine } from "./setup-places-data";
import { MOST_ROWS, readList, type Known } from "./setup-places-list";

const FRESH = { parent: 1, from: "2021-12-15", to: null, into: null, mine: true, people: 0, kind: "xa" } as const;
const PLACES: readonly PlaceLine[] = [
  { ...FRESH, id: 1, key: "huyen", code: "849", name: { vi: "Huyện Trà Cú", en: "x", km: "x" }, parent: null, mine: false },
  { ...FRESH, id: 2, key: "xuyen", code: "29479", name: { vi: "Xã Ngãi Xuyên", en: "Ngãi Xuyên commune", km: "ឃុំ" } },
];
const KNOWN: Known = { places: PLACES, today: "2023-05-16", parent: "huyen", on: "2023-05-01" };

describe("a list of places", () => {
  it("is read whatever parts its columns and however its headings are written", () => {
    const made = [{ do: "add", parent: "huyen", kind: "thi_tran", name: { vi: "Thị trấn Mới", km: "ថ្មី" }, on: "2023-05-01", code: "30001" }];
    for (const text of ["Danh sách\n\nMÃ ĐƠN VỊ\tTên địa bàn\tTiếng Khmer\n30001\tThị trấn Mới\tថ្មី", "﻿ma don vi;TÊN;khmer\r\n30001;\"Thị trấn Mới\";ថ្មី\r\n", "code,name,km\n30001,Thị trấn Mới,ថ្មី"]) {
      const read = readList(text, KNOWN);
      expect(read.changes.map((change) => change.value)).toEqual(made);
      expect(read.faults).toEqual([]);
    }
  });

  it("names those anew that are known by code or by name, and leaves what is so already", () => {
    const read = readList("Mã;Tên;Tiếng Anh\n29479;Xã Ngãi Xuyên A;\n;xa ngai xuyen;Ngai Xuyen\n29479;Xã Ngãi Xuyên;", KNOWN);
    expect(read.changes.map((change) => change.value)).toEqual([
      { do: "rename", place: "xuyen", name: { ...PLACES[1]?.name, vi: "Xã Ngãi Xuyên A" }, on: null, code: "29479" },
      { do: "rename", place: "xuyen", name: { ...PLACES[1]?.name, vi: "xa ngai xuyen", en: "Ngai Xuyen" }, on: null },
    ]);
    expect(read.faults).toEqual([{ row: 4, column: "Tên", why: "twice" }]);
    expect(readList("Mã;Tên\n29479;Xã Ngãi Xuyên", KNOWN)).toMatchObject({ changes: [], same: 1 });
  });

  it("says the row and the heading of what can't be understood", () => {
    const read = readList(`Tên;Loại;Thuộc\n;xã;\nXã A;lâu đài;\nXã B;xã;Huyện Nào\n${"x".repeat(121)};;\nẤp C;;Xã Ngãi Xuyên`, KNOWN);
    expect(read.faults).toEqual([
      { row: 2, column: "Tên", why: "name" },
      { row: 3, column: "Loại", why: "kind" },
      { row: 4, column: "Thuộc", why: "parent" },
      { row: 5, column: "Tên", why: "long" },
    ]);
    expect(read.changes.map((change) => change.value)).toMatchObject([{ do: "add", kind: "ap", parent: "xuyen" }]);
    expect(read.rows).toEqual([6]);
  });

  it("is refused without a heading, without rows, and where it is too long", () => {
    expect(readList("Xã A\nXã B", KNOWN).refused).toBe("heading");
    expect(readList("", KNOWN).refused).toBe("empty");
    expect(readList("Tên\n\n", KNOWN).refused).toBe("empty");
    expect(readList(`Tên\n${"Xã A\n".repeat(MOST_ROWS + 1)}`, KNOWN).refused).toBe("rows");
    expect(readList("x".repeat(200_001), KNOWN).refused).toBe("text");
  });
});
