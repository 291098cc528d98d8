import { describe, expect, it } from "vitest";
import type { FormNode, NodeType } from "../../shared/form";
import type { FormDocument, Values } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { mergedInto, metresBetween, Neighbours } from "./likeness";

function form(id: number, key: string, occurrence = "at"): FormDocument {
  const types: Record<string, NodeType> = { at: "datetime", point: "geopoint", mode: "select1", vehicles: "select", deaths: "integer", note: "text" };
  const nodes = Object.entries(types).map(([name, t], pos): FormNode => ({ t, name, path: name, pos }));
  const title = { vi: key, en: key, km: key };
  const compiled = { key, version: "1", hash: "", languages: ["vi"], title, fields: Object.keys(types), nodes, occurrence };
  return { k: "form", id, key, version: "1", current: true, compiled };
}

const FORMS = new Map([form(1, "TNGT-01"), form(2, "TNGT-01"), form(3, "TT-04")].map((each) => [each.id, each]));
const VALUES: Values = { at: "2023-05-10T18:00:00+07:00", mode: "road", vehicles: ["motorbike"], deaths: 0, note: "x" };

function record(id: string, values: Values, over: Partial<RecordView> = {}): RecordView {
  return { id, form: 1, place: 4, stage: "received", gone: false, values: { ...VALUES, ...values }, ...over } as RecordView;
}

function like(values: Values, ...records: RecordView[]): string[] {
  const [one] = FORMS.values();
  if (!one) throw new Error("no form");
  return new Neighbours(records, FORMS).of({ form: one, place: 4, values: { ...VALUES, ...values } }, null).map(({ record: { id } }) => id);
}

describe("two records probably tell of the same thing", () => {
  it("when they are of one form, in any version, near in time and place, and say much the same", () => {
    expect(like({}, record("17-1", { note: "other words" }), record("17-2", { deaths: 1 }, { form: 2 }))).toEqual(["17-1", "17-2"]);
    expect(like({}, record("17-1", {}, { form: 3 }))).toEqual([]);
  });
  it("within two hours, also over midnight and in another zone", () => {
    expect(like({}, record("17-1", { at: "2023-05-10T20:00:00+07:00" }))).toEqual(["17-1"]);
    expect(like({}, record("17-1", { at: "2023-05-10T20:01:00+07:00" }))).toEqual([]);
    expect(like({ at: "2023-05-10T23:30:00+07:00" }, record("17-1", { at: "2023-05-11T00:30:00+07:00" }))).toEqual(["17-1"]);
    expect(like({}, record("17-1", { at: "2023-05-10T11:10:00+00:00" }))).toEqual(["17-1"]);
  });
  it("on the same day where only days are written", () => {
    expect(like({ at: "2023-05-10" }, record("17-1", { at: "2023-05-10" }), record("17-2", { at: "2023-05-11" }))).toEqual(["17-1"]);
  });
  it("within half a kilometre where both have a point, else in the same place", () => {
    const here = { point: "9.68 106.26 0 5" };
    expect(like(here, record("17-1", { point: "9.6805 106.2605 0 5" }, { place: 5 }))).toEqual(["17-1"]);
    expect(like(here, record("17-1", { point: "9.69 106.27 0 5" }))).toEqual([]);
    expect(like(here, record("17-1", {}, { place: 5 }))).toEqual([]);
    expect(metresBetween([9.68, 106.26], [9.69, 106.26])).toBeCloseTo(1113, 0);
  });
  it("but not when most answers differ, or too little was answered", () => {
    expect(like({}, record("17-1", { deaths: 1, vehicles: ["car"] }))).toEqual([]);
    expect(like({ mode: "road" }, { ...record("17-1", {}), values: { at: String(VALUES["at"]), mode: "road" } })).toEqual([]);
  });
  it("and nothing is like what was merged, rejected or has left, or like itself", () => {
    const stages = [record("17-1", {}, { stage: "merged" }), record("17-2", {}, { stage: "rejected" }), record("17-3", {}, { gone: true })];
    expect(like({}, ...stages)).toEqual([]);
    const [one] = FORMS.values();
    const itself = record("17-4", {});
    expect(one && new Neighbours([itself], FORMS).of({ form: one, place: 4, values: itself.values }, "17-4")).toEqual([]);
  });
});

describe("reports of one thing", () => {
  it("stay together with the one that they were merged into", () => {
    const review = { decision: "merge", reason: null, by: 9, at: "", rev: 1, into: "17-1" } as const;
    const merged = record("17-2", {}, { stage: "merged", review });
    expect(mergedInto([record("17-1", {}), merged, record("17-3", {}, { review })], "17-1")).toEqual([merged]);
  });
});
