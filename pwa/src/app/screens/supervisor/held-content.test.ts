import { describe, expect, it } from "vitest";
import type { CompiledForm } from "../../../shared/form";
import type { QuarantineDocument } from "../../../shared/protocol";
import { faultsOf, readHeld } from "./held-content";

const FORMS = new Map([[3, { compiled: { fields: ["occurred_at", "consequences/deaths_seen"] } as unknown as CompiledForm }]]);

function item(payload: unknown, detail: unknown = {}): QuarantineDocument {
  return { k: "quarantine", id: "1", record: "17-1", by: 5, device: 17, n: 1, reason: "x", detail, payload, at: "", place: 4, status: "held" } as QuarantineDocument;
}

describe("what is held", () => {
  it("is read by the form that it names", () => {
    const found = readHeld(item({ kind: "edit", base: 0, form: 3, place: 4, set: [[1, 99]] }), null, FORMS);
    expect(found).toMatchObject({ kind: "create", form: 3, answers: [{ path: "consequences/deaths_seen", value: 99 }] });
  });

  it("is read by the form of its record when it names none", () => {
    const found = readHeld(item({ kind: "edit", base: 2, set: [[0, null]] }), 3, FORMS);
    expect(found).toMatchObject({ kind: "edit", answers: [{ path: "occurred_at", value: null }] });
  });

  it("keeps positions where nobody knows the form", () => {
    expect(readHeld(item({ kind: "edit", base: 2, set: [[7, "x"]] }), null, FORMS).answers).toEqual([{ path: "7", value: "x" }]);
  });

  it("tells a decision with its reason", () => {
    const found = readHeld(item({ kind: "review", decision: "return", reason: "Thiếu" }), 3, FORMS);
    expect(found).toMatchObject({ kind: "review", decision: "return", reason: "Thiếu", answers: [] });
  });

  it("never breaks on what is no mutation at all", () => {
    for (const payload of [null, 7, "text", [], {}, { kind: "edit" }, { kind: "edit", set: [1, [], ["a", 1]] }, { kind: "review", decision: 4 }]) {
      expect(() => readHeld(item(payload), null, FORMS)).not.toThrow();
    }
    expect(readHeld(item({ kind: "review", decision: 4 }), null, FORMS).kind).toBe("unreadable");
  });

  it("shows a value of the wrong kind as it came", () => {
    expect(readHeld(item({ kind: "edit", base: 1, set: [[0, { a: 1 }]] }), 3, FORMS).answers[0]?.value).toBe('{"a":1}');
  });
});

describe("what the form says about it", () => {
  it("comes with the path and the words", () => {
    const detail = { violations: [{ path: "a", kind: "constraint", message: { vi: "Sai" } }] };
    expect(faultsOf(item({}, detail))).toEqual([{ path: "a", message: { vi: "Sai" } }]);
  });
  it("is nothing when that is not the reason", () => {
    expect(faultsOf(item({}, null))).toEqual([]);
    expect(faultsOf(item({}, { violations: 3 }))).toEqual([]);
  });
});
