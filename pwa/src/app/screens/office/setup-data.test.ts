import { describe, expect, it } from "vitest";
import {
  daysOver,
  daysWrong,
  definitionOver,
  impossible,
  isNamed,
  isWrong,
  kindOf,
  MILESTONE_KINDS,
  missing,
  nameChanges,
  namedOver,
  namesIn,
  numberOf,
  ofKind,
  spansOver,
  targetChanges,
  typedOver,
  without,
  written,
  type Days,
  type Definition,
  type Draft,
  type IndicatorLine,
  type Span,
  type TargetLine,
  type Window,
  type WindowName,
} from "./setup-data";

const sessions: TargetLine = {
  code: "P2",
  name: { vi: "Lượt người" },
  unit: { vi: "lượt" },
  kind: "at_least",
  per: null,
  members: ["at_least"],
  target: { at_least: 4000 },
  of_pack: { at_least: 4000 },
  changed: false,
  places: [{ place: 5, target: { at_least: 200 }, changed: true }],
};

const deaths: TargetLine = {
  ...sessions,
  code: "A2",
  kind: "reduction",
  members: ["minimum", "stretch"],
  target: { minimum: 8, stretch: 15 },
  of_pack: { minimum: 5, stretch: 10 },
  changed: true,
  places: [],
};

describe("targets", () => {
  it("changes nothing while nothing is typed, or the same", () => {
    expect(targetChanges([sessions], [5, 6], {})).toEqual([]);
    expect(targetChanges([sessions], [5, 6], { "P2@0.at_least": "4.000" })).toEqual([]);
  });

  it("changes the campaign's target and a unit's apart", () => {
    const typed = { "P2@0.at_least": "5000", "P2@6.at_least": "300" };
    expect(targetChanges([sessions], [5, 6], typed)).toEqual([
      { part: "targets", code: "P2", place: null, value: { at_least: 5000 } },
      { part: "targets", code: "P2", place: 6, value: { at_least: 300 } },
    ]);
  });

  it("takes back a target whose fields are emptied", () => {
    expect(targetChanges([sessions], [5, 6], { "P2@5.at_least": "" })).toEqual([{ part: "targets", code: "P2", place: 5, value: null }]);
  });

  it("takes an emptied number from the plan, and keeps the other", () => {
    expect(targetChanges([deaths], [], { "A2@0.minimum": "" })).toEqual([{ part: "targets", code: "A2", place: null, value: { minimum: 5, stretch: 15 } }]);
  });

  it("takes a target back once it is as planned by emptied numbers", () => {
    const line = { ...deaths, target: { minimum: 8, stretch: 10 } };
    expect(targetChanges([line], [], { "A2@0.minimum": "" })).toEqual([{ part: "targets", code: "A2", place: null, value: null }]);
    expect(targetChanges([{ ...line, target: line.of_pack, changed: false }], [], { "A2@0.minimum": "" })).toEqual([]);
  });

  it("takes an emptied number of a unit from the whole campaign", () => {
    const line = { ...deaths, places: [{ place: 5, target: { minimum: 9, stretch: 20 }, changed: true }] };
    const typed = { "A2@5.minimum": "" };
    expect(targetChanges([line], [5], typed)).toEqual([{ part: "targets", code: "A2", place: 5, value: { minimum: 8, stretch: 20 } }]);
  });

  it("strive for no less than they demand, and no share is more than the whole", () => {
    expect(impossible(deaths, { minimum: 10, stretch: 5 })).toBe("stretch");
    expect(impossible(deaths, { minimum: 5, stretch: 101 })).toBe("share");
    expect(impossible({ ...sessions, kind: "covered" }, { at_least: 101 })).toBe("share");
    expect(impossible(sessions, { at_least: 101 })).toBeNull();
    expect(impossible(deaths, null)).toBeNull();
  });

  it("knows what can't be read", () => {
    expect(isWrong({ "P2@0.at_least": "nhiều" })).toBe(true);
    expect(isWrong({ "P2@0.at_least": "" })).toBe(false);
  });
});

describe("milestones", () => {
  const guard: Definition = { type: "guard", name: { vi: "Cảnh báo" }, indicator: "A1", at_most: 5 };

  it("ask for a number that is emptied, and take 0 only where it means something", () => {
    const { at_most: _, ...emptied } = guard;
    expect(missing(guard)).toBeNull();
    expect(missing({ ...guard, at_most: 0 })).toBeNull();
    expect(missing(emptied)).toBe("number");
    expect(missing({ type: "threshold", name: { vi: "Mốc" }, indicator: "P2", at_least: 0 })).toBe("number");
    expect(missing({ type: "streak", name: { vi: "Chuỗi" }, indicators: ["P2"] })).toBe("number");
    expect(missing({ type: "streak", name: { vi: "Chuỗi" }, indicators: [], weeks: 4 })).toBe("indicator");
    expect(missing({ type: "streak", name: { vi: "Chuỗi" }, days: 30 })).toBe("indicator");
    expect(missing({ type: "deadline", name: { vi: "Nhắc" }, days: 3 })).toBe("form");
  });

  it("keep what is typed, and what somebody else changed beside it", () => {
    const begun = typedOver(undefined, { seen: 3, base: guard }, { ...guard, at_most: 7 });
    const theirs: Definition = { ...guard, name: { vi: "Cảnh báo", en: "Warning" }, at_most: 6, off: true };
    const draft = definitionOver(begun, theirs, 4);
    expect(draft).toEqual({ seen: 4, base: theirs, value: { ...theirs, at_most: 7 } });
    expect(typedOver(draft, { seen: 9, base: guard }, guard)).toEqual({ seen: 4, base: theirs, value: guard });
  });

  it("have at most one number", () => {
    expect(numberOf({ type: "streak", name: {}, days: 30 })).toBe("days");
    expect(numberOf({ type: "date", name: {}, on: "2023-06-14" })).toBeNull();
  });
});

describe("a new milestone", () => {
  const lines = [{ code: "P2", decides: ["threshold", "first", "weeks"] }] as unknown as IndicatorLine[];
  const begun = { type: "threshold", name: { vi: "Mốc" }, indicator: "P2", at_least: 100, places: "each" } as const;

  it("is of the kind that was chosen, with nothing that only another kind has", () => {
    for (const kind of MILESTONE_KINDS) {
      const made = ofKind(kind, begun, lines);
      expect(kindOf(made)).toBe(kind);
      expect(made.at_least).toBeUndefined();
      expect(ofKind(kind, ofKind("date", begun, lines), lines).name).toEqual(begun.name);
    }
    expect(ofKind("date", begun, lines)).toEqual({ type: "date", name: begun.name });
  });

  it("keeps a figure that may decide it, and no other", () => {
    expect(ofKind("first", begun, lines).indicator).toBe("P2");
    expect(ofKind("guard", begun, lines).indicator).toBeUndefined();
    expect(ofKind("weeks", begun, lines).indicators).toEqual([]);
  });
});

describe("days of their own", () => {
  const fair = { from: "2023-05-08", to: "2023-05-12", name: { vi: "Tuần lễ an toàn" } };

  it("are the same whatever was left empty beside them", () => {
    expect(without([{ ...fair, name: { vi: "Tuần lễ an toàn ", en: "" } }], [fair])).toEqual([]);
    expect(without([{ ...fair, to: "2023-05-13" }], [fair])).toHaveLength(1);
  });

  it("keep what is typed, and what somebody else added or removed", () => {
    const on = (day: string): Span => ({ from: day, to: day, name: { vi: day } });
    const [one, two, three] = [on("2023-01-01"), on("2023-02-01"), on("2023-03-01")] as const;
    const begun: Draft<readonly Span[]> = { seen: 3, base: [one, two], value: [{ ...one, to: "2023-01-09" }, two, fair] };
    expect(spansOver(begun, [one, three], 4)).toEqual({ seen: 4, base: [one, three], value: [{ ...one, to: "2023-01-09" }, fair, three] });
  });

  it("are sent without names that nobody wrote", () => {
    expect(written({ ...fair, name: { vi: "Tuần lễ an toàn", en: " " } })).toEqual(fair);
  });
});

const DAYS: Days = {
  windows: { activity: { from: "2023-03-20", to: "2023-12-14" }, outcome: { from: "2022-12-15", to: "2023-12-14" }, against: { from: "2021-12-15", to: "2022-12-14" } },
  report_days: 5,
};

describe("the campaign's own days", () => {
  const withWindow = (name: WindowName, window: Window): Days => ({ ...DAYS, windows: { ...DAYS.windows, [name]: window } });
  it("are right as a campaign has them", () => {
    expect(daysWrong(DAYS)).toBeNull();
  });
  it("need both days in their order", () => {
    expect(daysWrong(withWindow("activity", { from: "2023-03-20", to: "" }))).toEqual({ at: "activity", why: "days" });
    expect(daysWrong(withWindow("outcome", { from: "2023-03-20", to: "2023-03-19" }))).toEqual({ at: "outcome", why: "days" });
  });
  it("are compared with days that have ended before", () => {
    expect(daysWrong(withWindow("against", { from: "2021-12-15", to: "2022-12-15" }))).toEqual({ at: "against", why: "against" });
  });
  it("need a number of days for reports", () => {
    expect(daysWrong({ ...DAYS, report_days: 0 })).toBeNull();
    for (const many of [null, 61]) expect(daysWrong({ ...DAYS, report_days: many })).toEqual({ at: "report_days", why: "report_days" });
  });
  it("that are typed stay over what somebody else has changed meanwhile", () => {
    const typed = withWindow("activity", { from: "2023-04-01", to: "2023-12-14" });
    const now = { ...withWindow("against", { from: "2021-12-15", to: "2022-12-01" }), report_days: 9 };
    const { value, base, seen } = daysOver({ seen: 1, base: DAYS, value: typed }, now, 2);
    expect({ base, seen }).toEqual({ base: now, seen: 2 });
    expect(value).toEqual({ windows: { ...now.windows, activity: typed.windows.activity }, report_days: 9 });
  });
});

describe("what figures are called", () => {
  const line = { code: "P2", kind: "sum", decides: [], changed: false, name: { vi: "Người nghe", km: "អ្នកស្តាប់" }, unit: { vi: "lượt" } } as unknown as IndicatorLine;
  it("is changed only where something else is typed, without languages that are empty", () => {
    const same = { name: { ...line.name, en: " " }, unit: line.unit };
    expect(nameChanges({ indicators: [line] }, { P2: same })).toEqual([]);
    const value = { name: { vi: "Người được nghe" }, unit: { vi: "lượt" } };
    const typed = { name: { vi: " Người được nghe ", km: "" }, unit: line.unit };
    expect(nameChanges({ indicators: [line] }, { P2: typed, P9: typed })).toEqual([{ part: "indicators", code: "P2", value }]);
  });
  it("needs Vietnamese for the figure and its unit", () => {
    expect(isNamed(line)).toBe(true);
    expect(isNamed({ ...line, unit: { vi: " " } })).toBe(false);
  });
  it("that is typed stays over what somebody else has changed meanwhile", () => {
    const base = namesIn({ indicators: [line] });
    const typed = { P2: { name: { vi: "Người được nghe", km: "អ្នកស្តាប់" }, unit: { vi: "lượt" } } };
    const now = { P2: { name: { vi: "Người nghe", km: "អ្នកចូលរួម" }, unit: { vi: "người" } } };
    expect(namedOver({ seen: 1, base, value: typed }, now, 2).value).toEqual({ P2: { name: { vi: "Người được nghe", km: "អ្នកចូលរួម" }, unit: { vi: "người" } } });
    expect(namedOver({ seen: 1, base, value: typed }, {}, 2).value).toEqual({});
  });
});
