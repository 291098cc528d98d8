import { describe, expect, it, test } from "vitest";
import vectors from "../../../tests/vectors/approval.json";
import { stepsAt, waitsAt } from "./approval";
import type { Decision, Stage } from "./protocol";

describe("the server's vectors", () => {
  test.each([true, false])("say the same of every stage, action and role, confirmed by the police: %s", (confirmed) => {
    const kind = confirmed ? "confirmed" : "plain";
    const expected = new Map(
      vectors.steps.filter(([, , , , only]) => only === undefined || only === kind).map(([at, role, action, to]) => [`${at} ${role} ${action}`, to]),
    );
    for (const stage of vectors.stages as Stage[])
      for (const role of vectors.roles)
        for (const action of vectors.actions as Decision[])
          expect([stage, role, action, stepsAt(stage, [role], confirmed).get(action)]).toEqual([stage, role, action, expected.get(`${stage} ${role} ${action}`)]);
  });
});

describe("a record waits", () => {
  const waits = (stage: Stage, role: string, confirmed = false) => waitsAt(stage, stepsAt(stage, [role], confirmed).keys());
  it("for whoever may take it further", () => {
    expect(waits("received", "GSV")).toBe(true);
    expect(waits("checking", "GSV")).toBe(true);
    expect(waits("approved", "CAX", true)).toBe(true);
    expect(waits("approved", "TT")).toBe(true);
    expect(waits("taken", "LD")).toBe(true);
    expect(waits("correcting", "TT")).toBe(true);
    expect(waits("drafted", "LD")).toBe(true);
  });
  it("for nobody who could only send it back or decide anew", () => {
    expect(waits("approved", "GSV")).toBe(false);
    expect(waits("returned", "GSV")).toBe(false);
    expect(waits("approved", "TT", true)).toBe(false);
    expect(waits("confirmed", "CAX", true)).toBe(false);
    expect(waits("received", "TNV")).toBe(false);
  });
});
