import { describe, expect, it } from "vitest";
import type { RecordView } from "../../../store";
import type { Mine } from "./queue";
import { blockOf, decisionsFor } from "./standing";

const MINE: Mine = { person: 9, places: new Set([4]), roles: new Map([[4, new Set(["GSV"])]]), confirmed: new Set(), closed: new Set() };

function record(over: Partial<RecordView> = {}): RecordView {
  const whole = { by: 5, place: 4, stage: "received", step: null, form: 1, local: "on_server", gone: false, deciding: null, conflicts: [] };
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

function as(...roles: string[]): Mine {
  return { ...MINE, roles: new Map([[4, new Set(roles)]]), confirmed: new Set([1]) };
}

describe("what may be decided", () => {
  it("is what one's role may do at the stage where the record is", () => {
    expect(decisionsFor(record(), MINE)).toEqual(["check", "approve", "return", "reject", "merge"]);
    expect(decisionsFor(record({ stage: "approved" }), as("CAX"))).toEqual(["confirm", "return"]);
    expect(decisionsFor(record({ stage: "confirmed" }), as("TT"))).toEqual(["take", "return"]);
    expect(decisionsFor(record({ stage: "taken" }), as("LD"))).toEqual(["lock", "return"]);
    expect(decisionsFor(record({ stage: "locked" }), as("GSV", "TT", "LD"))).toEqual([]);
  });
  it("is nothing further while a question has two answers", () => {
    expect(decisionsFor(record({ conflicts: CONFLICTS }), MINE)).toEqual(["check", "return", "reject", "merge"]);
    expect(decisionsFor(record({ stage: "taken", conflicts: CONFLICTS }), as("LD"))).toEqual(["return"]);
  });
  it("is not what was decided already", () => {
    expect(decisionsFor(record({ stage: "approved" }), MINE)).toEqual(["return", "reject", "merge"]);
    expect(decisionsFor(record({ stage: "returned" }), MINE)).toEqual(["approve", "reject"]);
    expect(decisionsFor(record({ stage: "rejected" }), MINE)).toEqual(["approve", "return"]);
    expect(decisionsFor(record({ deciding: "check" }), MINE)).toEqual(["approve", "return", "reject", "merge"]);
  });
  it("is not what the signature of the record's period has done", () => {
    const closed = { ...as("TT", "LD"), closed: new Set(["17-1"]) };
    expect(decisionsFor(record({ id: "17-1", stage: "taken" }), closed)).toEqual(["return"]);
    expect(decisionsFor(record({ id: "17-1", stage: "confirmed" }), closed)).toEqual(["return"]);
    expect(decisionsFor(record({ id: "17-2", stage: "taken" }), closed)).toEqual(["return", "lock"]);
  });
  it("is no signature by whoever prepared what is signed", () => {
    const step = { decision: "take", by: 9, at: "", rev: 1, reason: null } as const;
    expect(decisionsFor(record({ stage: "taken", step }), as("TT", "LD"))).toEqual(["return"]);
  });
});
