import { describe, expect, it } from "vitest";
import { periodOf, periodText } from "./periods";

describe("the reporting period of a day", () => {
  it("goes from the 15th to the 14th where the committee's year does", () => {
    expect(periodOf("BATGT_15_14", "2023-05-14")).toEqual({ from: "2023-04-15", to: "2023-05-14" });
    expect(periodOf("BATGT_15_14", "2023-05-15")).toEqual({ from: "2023-05-15", to: "2023-06-14" });
    expect(periodOf("BATGT_15_14", "2023-01-03")).toEqual({ from: "2022-12-15", to: "2023-01-14" });
  });
  it("goes from the 16th, by the month or from Thursday to Wednesday elsewhere", () => {
    expect(periodOf("BATGT_16_15", "2023-05-15")).toEqual({ from: "2023-04-16", to: "2023-05-15" });
    expect(periodOf("CAL", "2024-02-29")).toEqual({ from: "2024-02-01", to: "2024-02-29" });
    expect(periodOf("WEEK_THU_WED", "2023-05-17")).toEqual({ from: "2023-05-11", to: "2023-05-17" });
    expect(periodOf("WEEK_THU_WED", "2023-05-18")).toEqual({ from: "2023-05-18", to: "2023-05-24" });
  });
  it("is written as offices write it", () => {
    expect(periodText({ from: "2023-04-15", to: "2023-05-14" })).toBe("15/4/2023–14/5/2023");
  });
});
