import { describe, expect, it } from "vitest";
import type { Setup } from "./setup-data";
import { figureWords, isWarning, meaning } from "./setup-words";

describe("a figure beside its target", () => {
  it("is in the target's unit: hours, a share, a change", () => {
    expect(figureWords("median", { numerator: 1500, denominator: 4 })).toBe("25,0 giờ");
    expect(figureWords("median", { numerator: 0, denominator: 0 })).toBe("–");
    expect(figureWords("ratio", { numerator: 19, denominator: 20, percent: "95,00" })).toBe("19 / 20 (95,00%)");
    expect(figureWords("reduction", { numerator: 9, denominator: null, percent: "-10,00" })).toBe("9 (−10,00%)");
    expect(figureWords("at_least", { numerator: 1200, denominator: null, percent: null })).toBe("1.200");
  });

  it("is never called the whole before it is", () => {
    expect(figureWords("covered", { numerator: 9999, denominator: 10_000 })).toBe("9.999 / 10.000 (99,9%)");
    expect(figureWords("covered", { numerator: 0, denominator: 0 })).toBe("0 / 0");
  });
});

describe("a milestone", () => {
  const setup = { indicators: [{ code: "A1", name: { vi: "Số vụ" }, kind: "count" }, { code: "P9", name: { vi: "Số xã" }, kind: "covered" }] } as unknown as Setup;

  it("says by which number it is reached, a warning beyond which", () => {
    const guard = { type: "guard", name: {}, indicator: "A1", at_most: 0 } as const;
    expect(meaning(guard, setup)).toBe("Cảnh báo khi “Số vụ” vượt quá 0");
    expect(meaning({ type: "threshold", name: {}, indicator: "P9", at_least: 100 }, setup)).toBe("Khi “Số xã” đạt 100%");
    expect(isWarning(guard)).toBe(true);
    expect(isWarning({ type: "first", name: {}, indicator: "A1" })).toBe(false);
  });
});
