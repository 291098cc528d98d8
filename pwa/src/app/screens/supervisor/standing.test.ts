import { describe, expect, it } from "vitest";
import type { RecordView } from "../../../store";
import { blockOf, decisionsFor } from "./standing";

const MINE = { person: 9, places: new Set([4]) };

function record(over: Partial<RecordView> = {}): RecordView {
  const whole = { by: 5, place: 4, state: "submitted", local: "on_server", gone: false, deciding: null, conflicts: [] };
  return { ...whole, ...over } as unknown as RecordView;
}

const CONFLICTS = [{ resolving: false }] as unknown as RecordView["conflicts"];

describe("who may decide", () => {
  it("a supervisor of the place, about somebody else's record", () => expect(blockOf(record(), MINE)).toBeNull());
  it("nobody about their own record", () => {
    expect(blockOf(record({ by: 9 }), MINE)).toBe("own");
    expect(blockOf(record({ by: null }), MINE)).toBe("own");
  });
  it("nobody in another's place, or about a record that has left", () => {
    expect(blockOf(record({ place: 5 }), MINE)).toBe("rights");
    expect(blockOf(record({ gone: true }), MINE)).toBe("gone");
  });
  it("not before this phone's own change of it has arrived", () => {
    expect(blockOf(record({ local: "waiting" }), MINE)).toBe("waiting");
    expect(blockOf(record({ local: "sending" }), MINE)).toBe("waiting");
  });
});

describe("what may be decided", () => {
  it("is everything about a submitted record", () => expect(decisionsFor(record())).toEqual(["approve", "return", "reject"]));
  it("is no approval while a question has two answers", () => {
    expect(decisionsFor(record({ conflicts: CONFLICTS }))).toEqual(["return", "reject"]);
  });
  it("is not what was decided already", () => {
    expect(decisionsFor(record({ state: "approved" }))).toEqual(["return", "reject"]);
    expect(decisionsFor(record({ state: "returned" }))).toEqual(["approve", "reject"]);
    expect(decisionsFor(record({ state: "rejected" }))).toEqual(["approve", "return"]);
  });
});
