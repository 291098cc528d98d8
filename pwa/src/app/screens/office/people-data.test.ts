import { describe, expect, it } from "vitest";
import type { ProfileInfo } from "../../../shared/profile";
import type { PlaceDocument } from "../../../shared/protocol";
import { browserName, dayBeside, found, inTreeOrder, mayGive, type PersonRow } from "./people-data";

const name = (vi: string) => ({ vi, en: vi, km: vi });

function profile(role: string): ProfileInfo {
  return { device: 1, person: { id: 1, name: "x" }, roles: [{ role, place: { id: 1, name: name("x") }, rights: [] }], language: "vi", epoch: null };
}

describe("roles that may be given", () => {
  it("are volunteers for a supervisor, everybody below for the office, none for others", () => {
    expect(mayGive(profile("GSV"))).toEqual(["TNV"]);
    expect(mayGive(profile("TT"))).toEqual(["TNV", "GSV", "LD", "CAX", "TDKT", "TH", "XEM"]);
    expect(mayGive(profile("TNV"))).toEqual([]);
  });
});

describe("people", () => {
  const lan: PersonRow = { id: 1, name: "Thạch Thị Đào", language: "vi", roles: profile("TNV").roles.map((role) => ({ ...role, id: 1, from: "2023-03-20", to: null, away: [] })), devices: [], manageable: true };
  it("are found by name or place without diacritics", () => {
    expect(found([lan], "dao thach", () => "Ngãi Xuyên")).toEqual([lan]);
    expect(found([lan], "ngai", () => "Ngãi Xuyên")).toEqual([lan]);
    expect(found([lan], "lan", () => "Ngãi Xuyên")).toEqual([]);
  });
});

describe("the last day of a role", () => {
  it("is the one before the first day without it, over the end of a month too", () => {
    expect(dayBeside("2023-06-01", -1)).toBe("2023-05-31");
    expect(dayBeside("2023-02-28", 1)).toBe("2023-03-01");
  });
});

describe("places", () => {
  const place = (id: number, vi: string, parent: number | null): PlaceDocument => ({ k: "place", id, code: "", kind: "xa", name: name(vi), parent });
  it("come district first, then its communes in Vietnamese order", () => {
    const places = [place(3, "Xã Đại An", 1), place(2, "Xã An Quảng Hữu", 1), place(1, "Huyện Trà Cú", 99), place(4, "Ấp Chợ", 3)];
    expect(inTreeOrder(places, (one) => one.name.vi).map((one) => one.id)).toEqual([1, 2, 3, 4]);
  });
});

describe("a phone's browser", () => {
  it("is named shortly", () => {
    expect(browserName("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36")).toBe("Chrome · Android");
    expect(browserName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1")).toBe("Safari · iOS");
    expect(browserName("curl/8.1")).toBe("curl/8.1");
  });
});
