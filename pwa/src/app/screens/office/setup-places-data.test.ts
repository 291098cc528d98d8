import { describe, expect, it } from "vitest";
import { begin, changeOf, missing, rowsOf, type Doing, type PlaceLine } from "./setup-places-data";
import { doneWords, namesByKey, timeWords } from "./setup-places-words";

function place(id: number, vi: string, others: Partial<PlaceLine> = {}): PlaceLine {
  const fresh = { id, key: `k${id}`, code: null, kind: "xa", name: { vi }, parent: 1, from: "2021-12-15", to: null, into: null, mine: true, people: 0 } as const;
  return { ...fresh, ...others };
}

const DISTRICT = place(1, "Huyện Trà Cú", { parent: null, kind: "huyen", mine: false });
const PLACES = [DISTRICT, place(2, "Xã Ngãi Xuyên", { code: "29479", name: { vi: "Xã Ngãi Xuyên", km: "ឃុំ ង៉ាយ" } }), place(3, "Ấp Chợ", { parent: 2, kind: "ap" }), place(4, "Xã Đại An"), place(5, "Xã Cũ", { to: "2023-05-01", into: 4 })];
const TODAY = "2023-05-16";

describe("the tree of places", () => {
  const names = (text: string, all = false) => rowsOf(PLACES, { text, today: TODAY, all }).map(({ place: { name }, depth }) => `${depth} ${name["vi"]}`);

  it("has each below the one that it lies in, and those that ended only when asked for", () => {
    expect(names("")).toEqual(["0 Huyện Trà Cú", "1 Xã Đại An", "1 Xã Ngãi Xuyên", "2 Ấp Chợ"]);
    expect(names("", true)).toContain("1 Xã Cũ");
  });

  it("is searched without diacritics, in each language, and by code", () => {
    expect(names("dai an")).toEqual(["1 Xã Đại An"]);
    expect(names("29479")).toEqual(["1 Xã Ngãi Xuyên"]);
    expect(names("ង៉ាយ")).toEqual(["1 Xã Ngãi Xuyên"]);
  });
});

describe("what is typed", () => {
  const merge: Doing = { ...begin("merge"), places: ["k2"], on: TODAY, name: { vi: " Xã Mới ", en: " " }, law: " NQ 12 " };

  it("says what is missing", () => {
    expect(missing(begin("merge"))).toBe("places");
    expect(missing(begin("add"))).toBe("parent");
    expect(missing(begin("add", { parent: "k1" }))).toBe("name");
    expect(missing({ ...merge, on: "" })).toBe("on");
    expect(missing({ ...merge, name: {}, into: "k4" })).toBeNull();
    expect(missing(begin("rename", { place: place(4, "Xã Đại An") }))).toBeNull(); // without a day it is put right
  });

  it("becomes the change that the server takes, without what nobody wrote", () => {
    const value = { do: "merge", places: ["k2"], on: TODAY, law: "NQ 12", new: { name: { vi: "Xã Mới" }, kind: "xa" } };
    expect(changeOf(merge)).toEqual({ part: "places", code: null, value });
    expect(changeOf({ ...merge, into: "k4", law: "" }).value).toEqual({ do: "merge", places: ["k2"], on: TODAY, into: "k4" });
    expect(changeOf(begin("rename", { place: PLACES[1] as PlaceLine })).value).toMatchObject({ place: "k2", code: "29479", on: null });
  });
});

describe("what was done", () => {
  it("is said with the names of places", () => {
    const nameOf = namesByKey(PLACES);
    expect(doneWords({ do: "merge", places: ["k2", "k4"], into: "k9", on: TODAY }, nameOf)).toBe("Xã Ngãi Xuyên, Xã Đại An nhập vào k9 từ 16/05/2023");
    expect(doneWords({ do: "rename", place: "k4", name: { vi: "Xã B" }, on: null }, nameOf)).toBe("Sửa tên: Xã Đại An thành Xã B");
    const merged = PLACES[4] as PlaceLine;
    expect(timeWords(merged, new Map([[merged.into ?? 0, "Xã Đại An"]]))).toBe("từ 15/12/2021 đến trước 01/05/2023, nhập vào Xã Đại An");
    expect(timeWords(merged, new Map())).toBe("từ 15/12/2021 đến trước 01/05/2023");
  });
});
