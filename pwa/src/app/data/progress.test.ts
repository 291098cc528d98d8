import { describe, expect, it } from "vitest";
import { changePercent, linesOf, percentOf, samePeriod, type Point } from "./progress";

function point(from: string, to: string, over: Partial<Point> = {}): Point {
  return { from, to, now: null, so_far: null, same: null, same_so_far: null, ...over };
}

const YEAR = [
  point("2022-12-15", "2023-01-14", { now: 1, so_far: 1, same: 3, same_so_far: 3 }),
  point("2023-01-15", "2023-02-14", { now: 0, so_far: 1 }),
  point("2023-02-15", "2023-03-14", { now: 2, so_far: 3, same_so_far: 9 }),
];

describe("the same period", () => {
  it("is compared to the end of the last whole period that both years have", () => {
    expect(samePeriod(YEAR, "2023-04-01")).toEqual({ to: "2023-03-14", now: 3, before: 9 });
  });

  it("never sets a part of a period against a whole one", () => {
    expect(samePeriod(YEAR, "2023-03-10")).toEqual({ to: "2023-01-14", now: 1, before: 3 });
    expect(samePeriod(YEAR, "2023-03-14")).toEqual({ to: "2023-01-14", now: 1, before: 3 });
  });

  it("is not known where nobody entered it", () => {
    expect(samePeriod([point("2022-12-15", "2023-01-14", { now: 0, so_far: 0 })], "2023-04-01")).toBeNull();
  });

  it.each([
    [2134, 1734, "-18,74"],
    [755, 708, "-6,23"],
    [859, 798, "-7,10"],
    [511, 378, "-26,03"],
    [1275, 936, "-26,59"],
    [12, 12, "0,00"],
    [1, 13, "1.200,00"],
  ])("%i, then %i, is a change of %s per cent", (before, now, percent) => {
    expect(changePercent(before, now)).toBe(percent);
  });

  it("has no percentage after nothing", () => {
    expect(changePercent(0, 1)).toBeNull();
  });
});

describe("a commune's share", () => {
  it("is told in percent only where it is of enough", () => {
    const figure = { place: 1, numerator: 1, denominator: 2, percent: "50,00" };
    expect(percentOf(figure, 20)).toBeNull();
    expect(percentOf({ ...figure, denominator: 20 }, 20)).toBe("50,00");
    expect(percentOf({ ...figure, denominator: null }, 20)).toBeNull();
  });
});

describe("the lines of a chart", () => {
  it("add up from nothing, and this year's ends today", () => {
    const lines = linesOf(YEAR, "2023-02-20");
    expect(lines.days).toEqual([0, 31, 62, 68, 90]);
    expect(lines.now).toEqual([0, 1, 1, 3, null]);
    expect(lines.before).toEqual([0, 3, null, null, 9]);
    expect(lines.ends.map(([day]) => day)).toEqual([31, 62, 90]);
  });

  it("have no line for a year that nobody knows", () => {
    expect(linesOf([point("2022-12-15", "2023-01-14", { now: 1, so_far: 1 })], "2023-02-01").before).toEqual([null, null]);
  });

  it("of nothing are empty", () => {
    expect(linesOf([], "2023-02-01").days).toEqual([]);
  });
});
