import { describe, expect, it } from "vitest";
import { atMost, changesOf, readFigure } from "./figures";

describe("a typed figure", () => {
  it("is a whole number from 0, written with or without thousands", () => {
    expect(readFigure("20")).toEqual({ ok: true, value: 20 });
    expect(readFigure(" 1.234 ")).toEqual({ ok: true, value: 1234 });
    expect(readFigure("0")).toEqual({ ok: true, value: 0 });
    expect(readFigure("1.000.000")).toEqual({ ok: true, value: 1_000_000 });
  });
  it("that is empty is not known, and not 0", () => expect(readFigure("  ")).toEqual({ ok: true, value: null }));
  it("is nothing else", () => {
    for (const text of ["-1", "1,5", "1.5", "12.34", "abc", "1e3", "1000001", "1.00", "٣"]) expect(readFigure(text), text).toEqual({ ok: false });
  });
});

describe("the most that still meets a target", () => {
  // The table of the campaign's rules: baseline, for -5 %, for -10 %.
  it.each([
    [20, 19, 18],
    [21, 19, 18],
    [40, 38, 36],
    [12, 11, 10],
    [3, 2, 2],
    [1, 0, 0],
    [0, 0, 0],
  ])("of %i is %i, to exceed it %i", (baseline, minimum, stretch) => {
    expect([atMost(baseline, 5), atMost(baseline, 10)]).toEqual([minimum, stretch]);
    expect(100 * (baseline - minimum)).toBeGreaterThanOrEqual(5 * baseline);
    if (baseline > 0) expect(100 * (baseline - minimum - 1)).toBeLessThan(5 * baseline);
  });
});

describe("what saving would change", () => {
  it("names each figure that differs, with what it was", () => {
    expect(changesOf({ A1: null, A2: 3, A3: 7 }, { A1: "20", A2: "", A3: "7" })).toEqual([
      { code: "A1", before: null, after: 20 },
      { code: "A2", before: 3, after: null },
    ]);
  });
  it("is nothing where nothing was typed, or can't be read", () => {
    expect(changesOf({ A1: 4, A2: null }, {})).toEqual([]);
    expect(changesOf({ A1: 4 }, { A1: "x" })).toEqual([]);
  });
});
