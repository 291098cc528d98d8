import { describe, expect, it } from "vitest";
import type { RecordView } from "../../../store";
import { memoState, type Memo } from "./memo";

const MEMO: Memo = { decision: "return", reason: "Thiếu", rev: 2, hash: "h2", values: {}, decided: true };
const REVIEW = { decision: "return", reason: "Thiếu", by: 9, at: "2023-05-16T08:00:00Z", rev: 2 } as const;

function record(over: Partial<RecordView>): RecordView {
  return { rev: 2, hash: "h2", stage: "received", deciding: null, step: null, conflicts: [], ...over } as unknown as RecordView;
}

const state = (over: Partial<RecordView>, memo: Memo | null = MEMO): string => memoState(memo, record(over), 9);

describe("where my decision is", () => {
  it("is nowhere without one, and a reason being typed is no decision", () => {
    expect(state({}, null)).toBe("none");
    expect(state({}, { ...MEMO, decided: false })).toBe("typing");
  });

  it("is on this phone until the server has answered", () => expect(state({ deciding: "return" })).toBe("phone"));

  it("is on the server when the record shows it as mine, for that revision", () => {
    expect(state({ stage: "returned", step: REVIEW })).toBe("server");
  });

  it("is stale when the record moved on before it arrived", () => {
    expect(state({ rev: 3, hash: "h3" })).toBe("stale");
    expect(state({ rev: 3, hash: "h3", step: { ...REVIEW, rev: 1 } })).toBe("stale");
  });

  it("is stale when an approval met two answers to a question", () => {
    const conflicts = [{}] as unknown as RecordView["conflicts"];
    expect(state({ conflicts }, { ...MEMO, decision: "approve" })).toBe("stale");
    expect(state({ conflicts })).toBe("sent");
  });

  it("is done with when it stood and the record was corrected after it", () => {
    expect(state({ rev: 3, hash: "h3", step: REVIEW })).toBe("none");
  });

  it("is done with when somebody else decided in between", () => {
    expect(state({ stage: "approved", step: { ...REVIEW, by: 8, decision: "approve" } })).toBe("none");
  });
});
