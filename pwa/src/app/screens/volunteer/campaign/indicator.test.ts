import { describe, expect, it } from "vitest";
import { daysWithout } from "../../../data/standing";

describe("days without a death", () => {
  it("grow from day to day without a message", () => {
    expect(daysWithout({ since: "2023-05-06", until: "2023-12-14" }, "2023-05-16")).toBe(10);
    expect(daysWithout({ since: "2023-05-06", until: "2023-12-14" }, "2023-05-17")).toBe(11);
  });

  it("end with the last day that counts", () => {
    expect(daysWithout({ since: "2023-12-04", until: "2023-12-14" }, "2024-03-01")).toBe(10);
  });

  it("are never less than none", () => {
    expect(daysWithout({ since: "2023-05-17", until: "2023-12-14" }, "2023-05-16")).toBe(0);
  });
});
