import { describe, expect, it } from "vitest";
import type { ProfileInfo } from "../../shared/profile";
import type { PlaceDocument } from "../../shared/protocol";
import { byId, heir, isThere, placesOf } from "./places";

const WORDS = { vi: "x", en: "x", km: "x" };
const REFORM = "2025-07-01";
const EVE = "2025-06-30";

function place(id: number, parent: number | null, more: Partial<PlaceDocument> = {}): PlaceDocument {
  return { k: "place", id, code: String(id), kind: "xa", name: WORDS, parent, to: null, into: null, ...more };
}

// A district (1) of two communes (2, 3) that become one (4) of a new province (5); another district's commune (6).
const PLACES = [
  place(1, null, { kind: "huyen", to: REFORM }),
  place(2, 1, { to: REFORM, into: 4 }),
  place(3, 1, { to: REFORM, into: 4 }),
  place(4, 5),
  place(5, null, { kind: "tinh" }),
  place(6, null),
];

function person(...places: number[]): ProfileInfo {
  const roles = places.map((id) => ({ role: "TNV", place: { id, name: WORDS }, rights: ["read", "write"] as const }));
  return { device: 1, person: { id: 1, name: "An" }, roles, language: "vi", epoch: null };
}

describe("a place", () => {
  it("is there from its first day until before the day on which it is no more", () => {
    const old = place(2, 1, { from: "2021-12-15", to: REFORM });
    expect([isThere(old, "2021-12-14"), isThere(old, EVE), isThere(old, REFORM)]).toEqual([false, true, false]);
    expect(isThere(place(4, 5, { from: REFORM }), EVE)).toBe(false);
  });
});

describe("where a person holds a right", () => {
  it("is a role's place and what lies below it", () => {
    expect(placesOf(person(2), "write", PLACES, EVE)).toEqual(new Set([2]));
    expect(placesOf(person(1), "write", PLACES, EVE)).toEqual(new Set([1, 2, 3]));
    expect(placesOf(person(2), "review", PLACES, EVE)).toEqual(new Set());
  });

  it("passes to the successor on its day, with all that went into it", () => {
    expect(heir(2, byId(PLACES), EVE)).toBe(2);
    expect(heir(2, byId(PLACES), REFORM)).toBe(4);
    expect(placesOf(person(2), "write", PLACES, REFORM)).toEqual(new Set([2, 3, 4]));
    expect(placesOf(person(5), "write", PLACES, REFORM)).toEqual(new Set([2, 3, 4, 5]));
    expect(placesOf(person(4), "write", PLACES, EVE)).toEqual(new Set([4]));
  });

  it("stays with a place that was dissolved, and with the places below it", () => {
    expect(placesOf(person(1), "write", PLACES, REFORM)).toEqual(new Set([1, 2, 3]));
  });

  it("ends where the data goes round in a circle", () => {
    const round = [place(7, 8, { to: EVE, into: 8 }), place(8, 7, { to: EVE, into: 7 })];
    expect(placesOf(person(7), "write", round, REFORM).size).toBe(2);
  });
});
