import { describe, expect, it } from "vitest";
import { formatPoints, needsReason, readPoints, rest, writePoints, type Item, type Sheet } from "./scores-data";

describe("points", () => {
  it("are read with comma or point, with two decimals at most", () => {
    expect(["7", "7,5", "7.5", " 10 ", "0,25", "0", "7,05"].map(readPoints)).toEqual([700, 750, 750, 1000, 25, 0, 705]);
    expect(["", "7,555", "-1", "7,", "1e3", "mười", "99999"].map(readPoints)).toEqual(Array(7).fill(null));
  });

  it("are written as they are read", () => {
    for (const points of [0, 25, 100, 705, 750, 1000]) expect(readPoints(writePoints(points))).toBe(points);
    expect(formatPoints(9286)).toBe("92,86");
  });
});

function item(code: string, more: Partial<Item> = {}): Item {
  const nothing = { self: null, verified: null, final: null };
  return { code, most: 500, counted: null, entries: {}, follows: nothing, refused: nothing, ...more };
}

const FOLLOWS = { self: { points: 200 }, verified: { points: 300 }, final: { points: null } };

describe("an entry", () => {
  it("needs a reason unless it puts down what it follows", () => {
    expect(needsReason(item("a"), "self", 0)).toBe(true);
    expect(needsReason(item("a", { follows: FOLLOWS }), "self", 200)).toBe(false);
    expect(needsReason(item("a", { follows: FOLLOWS }), "verified", 200)).toBe(true);
    expect(needsReason(item("a", { follows: FOLLOWS }), "final", null)).toBe(false);
  });
});

describe("the rest", () => {
  it("is what a column can take over as it stands", () => {
    const refused = { self: null, verified: "own-score", final: null } as const;
    const items = [item("a", { follows: FOLLOWS }), item("b"), item("c", { follows: FOLLOWS, refused }), item("bonus", { follows: FOLLOWS })];
    const table = { groups: [{ items: ["a", "b", "c"].map((code) => ({ code })) }] };
    const sheet = { items, table } as unknown as Sheet;
    expect(rest(sheet, "verified")).toEqual([{ item: "a", points: 300, reason: "" }]);
    expect(rest(sheet, "self").map((one) => one.item)).toEqual(["a", "c"]);
  });
});
