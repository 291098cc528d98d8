import { describe, expect, it } from "vitest";
import type { CampaignDocument, FormDocument, HazardMap, IndicatorDocument, MilestoneDocument } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { datesNear, goalOf, hazardsDue, isMet, progressOf, stillAsked, type AsOf } from "./asked";

const TODAY = "2023-05-16";

function indicator(over: Partial<IndicatorDocument>): IndicatorDocument {
  const base = { k: "indicator", campaign: 1, id: over.code ?? "P", code: "P", place: 7, position: 1, kind: "at_least", window: "activity", numerator: 3, denominator: null, target: { at_least: 10 } };
  return { ...base, ...over } as unknown as IndicatorDocument;
}

/** As of a day, on a phone that heard everything on another. */
function asOf(today = TODAY, heard: string | null = today, calendar = "BATGT_15_14"): AsOf {
  const campaign = { id: 1, calendar, windows: { activity: { from: "2023-05-15", to: "2023-12-20" } } } as unknown as CampaignDocument;
  return { campaigns: [campaign], heard, today };
}

describe("a goal", () => {
  it("of a share is so many of all", () => {
    expect(goalOf(indicator({ kind: "covered", numerator: 3, denominator: 12, target: { at_least: 90 } }))).toEqual({ value: 3, goal: 11 });
  });

  it("is nothing that counts harm, and nothing without a target or a figure", () => {
    expect(goalOf(indicator({ window: "outcome" }))).toBeNull();
    expect(goalOf(indicator({ target: null }))).toBeNull();
    expect(goalOf(indicator({ target: { at_most: 1 } }))).toBeNull();
    expect(goalOf(indicator({ numerator: null }))).toBeNull();
    expect(goalOf(indicator({ kind: "covered", denominator: 0 }))).toBeNull();
  });

  it("is met when as many are there", () => {
    expect([9, 10, 11].map((value) => isMet({ value, goal: 10 }))).toEqual([false, true, true]);
  });
});

it("what is asked of this month or quarter is shown for my places, until it is there", () => {
  const all = [
    indicator({ id: "once" }),
    indicator({ id: "met", per: "month", numerator: 10 }),
    indicator({ id: "later", per: "quarter", position: 3 }),
    indicator({ id: "each-week", every: "week" }),
    indicator({ id: "sooner", per: "month", position: 2 }),
    indicator({ id: "elsewhere", per: "month", place: 8 }),
  ];
  expect(stillAsked(all, new Set([7]), asOf()).map(({ id }) => id)).toEqual(["sooner", "later"]);
});

describe("what was asked of a month or quarter", () => {
  const all = [indicator({ id: "month", per: "month" }), indicator({ id: "quarter", per: "quarter", position: 2 })];
  const asked = (...known: Parameters<typeof asOf>) => stillAsked(all, new Set([7]), asOf(...known)).map(({ id }) => id);

  it("is asked as long as the campaign runs", () => {
    expect(asked("2023-12-20")).toEqual(["month", "quarter"]);
    expect(asked("2023-12-21")).toEqual([]);
    expect(asked("2023-05-14")).toEqual([]);
    expect(stillAsked(all, new Set([7]), { ...asOf(), campaigns: [] })).toEqual([]);
  });

  it("is not asked of the next one, on a phone that has heard nothing since: by the campaign's own calendar", () => {
    expect(asked("2023-06-14", "2023-05-15")).toEqual(["month", "quarter"]);
    expect(asked("2023-07-15", "2023-06-16")).toEqual(["quarter"]);
    expect(asked("2023-06-15", "2023-06-14")).toEqual([]);
    expect(asked("2023-07-01", "2023-06-30", "CAL")).toEqual([]);
    expect(asked("2023-06-30", "2023-06-01", "CAL")).toEqual(["month", "quarter"]);
  });

  it("is asked on the day on which it was heard, where the phone doesn't know the calendar", () => {
    expect(asked("2023-05-17", "2023-05-17", "OWN")).toEqual(["month", "quarter"]);
    expect(asked("2023-05-18", "2023-05-17", "OWN")).toEqual([]);
    expect(asked("2023-05-17", null)).toEqual([]);
  });

  it("is no place's progress once it is over", () => {
    expect(progressOf(all, 7, asOf("2023-12-21"))).toBeNull();
    expect(progressOf([...all, indicator({ id: "whole", position: 3 })], 7, asOf("2023-12-21"))?.id).toBe("whole");
  });
});

it("a place's progress is its first goal that is not met yet", () => {
  const met = indicator({ id: "met", numerator: 10 });
  const open = indicator({ id: "open", position: 2 });
  expect(progressOf([met, open], 7, asOf())?.id).toBe("open");
  expect(progressOf([met], 7, asOf())?.id).toBe("met");
  expect(progressOf([met, open], 8, asOf())).toBeNull();
});

it("dates of the next seven days are near, today's among them", () => {
  const at = (on: string | null, type = "date") => ({ id: on, type, on }) as unknown as MilestoneDocument;
  const all = [at("2023-05-23"), at("2023-05-16"), at("2023-05-15"), at("2023-05-24"), at(null), at("2023-05-17", "deadline")];
  expect(datesNear(all, TODAY).map(({ on }) => on)).toEqual(["2023-05-16", "2023-05-23"]);
});

describe("a hazard", () => {
  const map = { form: "NCO-03", due: "due", status: "status", states: { done: ["done"] } } as unknown as HazardMap;
  const forms = new Map([[1, { key: "NCO-03" } as FormDocument], [2, { key: "TT-04" } as FormDocument]]);
  const record = (id: string, due: string | undefined, over: object = {}) =>
    ({ id, form: 1, gone: false, approved: 1, values: { ...(due && { due }), status: "in_work" }, ...over }) as unknown as RecordView;
  const shown = (...records: RecordView[]) => hazardsDue(records, map, { forms, today: TODAY }).map((each) => each.record.id);

  it("that is late or due within a week is shown, the oldest date first", () => {
    expect(shown(record("soon", "2023-05-23"), record("late", "2023-05-10"), record("far", "2023-05-24"))).toEqual(["late", "soon"]);
  });

  it("is not shown once it is dealt with, before it is approved, without a date, or of another form", () => {
    const values = { due: "2023-05-10", status: "done" };
    expect(shown(record("done", "", { values }), record("new", "2023-05-10", { approved: null }), record("none", undefined), record("other", "2023-05-10", { form: 2 }))).toEqual([]);
    expect(hazardsDue([record("a", "2023-05-10")], null, { forms, today: TODAY })).toEqual([]);
  });
});
