import { describe, expect, it } from "vitest";
import type { RecordView } from "../../store";
import { decisionBehind, pendingOf } from "./receipt";

const step = (over: object = {}) => ({ decision: "return", reason: "x", by: 9, at: "2023-05-16T08:00:00Z", rev: 1, ...over });
const record = (over: object = {}) => ({ id: "17-1", rev: 1, stage: "returned", step: step(), review: step(), ...over }) as unknown as RecordView;

describe("the decision beside a receipt's state", () => {
  it("is the one that led there", () => {
    expect(decisionBehind(record(), "returned")?.by).toBe(9);
    expect(decisionBehind(record({ stage: "drafted", step: step({ decision: "check" }) }), "drafted")?.by).toBe(9);
  });

  it("is none once the record was changed after it", () => {
    expect(decisionBehind(record({ rev: 2, stage: "received" }), "submitted")).toBeNull();
    expect(decisionBehind(record({ rev: 2, stage: "correcting", step: step({ decision: "lock" }) }), "correcting")).toBeNull();
  });

  it("is none where the state comes from something else", () => {
    expect(decisionBehind(record(), "conflict")).toBeNull();
    expect(decisionBehind(record({ stage: "taken", step: step({ decision: "take" }) }), "locked")).toBeNull();
    expect(decisionBehind(record({ stage: "received" }), "submitted")).toBeNull();
    expect(decisionBehind(record({ step: null, review: null }), "returned")).toBeNull();
    expect(decisionBehind(record({ rev: 0 }), "waiting")).toBeNull();
  });
});

it("what is not on the server yet is called what it is: a correction, a decision, a move", () => {
  const item = (of: string, kind: string) => ({ n: 1, mutation: { record: of, kind } }) as never;
  expect(pendingOf([item("17-1", "review"), item("17-2", "edit")], "17-1")).toEqual(["decision"]);
  expect(pendingOf([item("17-1", "edit"), item("17-1", "resolve"), item("17-1", "move")], "17-1")).toEqual(["changes", "move"]);
  expect(pendingOf([], "17-1")).toEqual([]);
});
