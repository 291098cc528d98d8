import { describe, expect, it } from "vitest";
import { address, likely, spansOf, type Offered, type Span } from "./reports-data";

const april: Span = { kind: "month", from: "2023-03-15", to: "2023-04-14", year: 2023, number: 4 };
const may: Span = { kind: "month", from: "2023-04-15", to: "2023-05-14", year: 2023, number: 5 };
const june: Span = { kind: "month", from: "2023-05-15", to: "2023-06-14", year: 2023, number: 6 };
const year: Span = { kind: "year", from: "2022-12-15", to: "2023-12-14", year: 2023, number: 12 };
const offered: Offered = { today: "2023-05-16", places: [], spans: [april, may, june, year], compared: [] };

describe("which report is offered first", () => {
  it("is the last month that is over, not the one that runs", () => {
    expect(likely(offered, "month")).toBe(may);
  });
  it("is the one that runs where none is over", () => {
    expect(likely(offered, "year")).toBe(year);
    expect(likely(offered, "half")).toBeUndefined();
  });
  it("stands in a list with the latest first", () => {
    expect(spansOf(offered, "month")).toEqual([june, may, april]);
  });
});

describe("a report's address", () => {
  it("names its kind, place and a day of its span", () => {
    expect(address(1, 3, may)).toBe("/api/campaigns/1/reports/month?place=3&day=2023-04-15");
    expect(address(1, 3, year, "figures")).toBe("/api/campaigns/1/reports/year/figures?place=3&day=2022-12-15");
  });
});
