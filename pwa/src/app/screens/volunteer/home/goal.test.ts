import { expect, it } from "vitest";
import type { IndicatorDocument } from "../../../../shared/protocol";
import { goalWords } from "./goal";

const indicator = (over: object) => ({ kind: "at_least", unit: { vi: "lượt" }, target: { at_least: 1000 }, denominator: null, ...over }) as unknown as IndicatorDocument;

it("a count has its unit beside its goal", () => {
  expect(goalWords(indicator({}), { value: 120, goal: 1000 }, "commune.line")).toBe("120/1.000 lượt");
  expect(goalWords(indicator({ kind: "covered", unit: { vi: "ấp" }, denominator: 12, target: { at_least: 90 } }), { value: 3, goal: 11 }, "week.share")).toBe("3 trên 11 ấp");
});

it("a share is told by both its counts, with a percent sign at the target only", () => {
  const share = indicator({ kind: "ratio", unit: { vi: "%" }, denominator: 200, target: { at_least: 90 } });
  expect(goalWords(share, { value: 120, goal: 180 }, "commune.line")).toBe("120/200, mục tiêu 90%");
});
