import { describe, expect, it } from "vitest";
import type { IndicatorDocument, MilestoneDocument } from "../../shared/protocol";
import { thresholdWords } from "./standing";

const FIGURES = [{ code: "P2", kind: "count" }, { code: "P9", kind: "covered" }] as IndicatorDocument[];
const milestone = (over: Partial<MilestoneDocument>) => ({ threshold: null, indicator: null, ...over }) as MilestoneDocument;

describe("how far a milestone's figure has to come", () => {
  it("is a number of what is counted, and so much of a hundred where it is a share", () => {
    expect(thresholdWords(milestone({ threshold: 1000, indicator: "P2" }), FIGURES)).toBe("1.000");
    expect(thresholdWords(milestone({ threshold: 100, indicator: "P9" }), FIGURES)).toBe("100%");
  });

  it("is not said where it has no number", () => {
    expect(thresholdWords(milestone({ indicator: "P9" }), FIGURES)).toBe("");
  });
});
