import { describe, expect, it } from "vitest";
import text from "../../../tests/vectors/tables.json?raw";
import { readAnswer } from "./guards";
import type { EditTable, Mutation } from "./protocol";
import { inTables } from "./tables";

interface Vector {
  readonly name: string;
  readonly mutations: readonly Mutation[];
  readonly others: readonly Mutation[];
  readonly tables: readonly EditTable[];
}

const vectors = JSON.parse(text) as readonly Vector[];

describe("tables", () => {
  it.each(vectors)("$name", ({ mutations, others, tables }) => {
    expect(inTables(mutations)).toEqual({ mutations: others, tables });
  });
});

describe("a record that stands as this phone created it", () => {
  const mutation: Mutation = { n: 1, kind: "edit", record: "17-1", base: 0, form: 3, place: 5, at: "2026-11-22T07:30:00Z", set: [[0, "a"]] };
  const body = {
    protocol: 1,
    epoch: "e",
    now: "2026-11-22T08:00:00Z",
    results: [{ n: 1, status: "applied", rev: 1, hash: "h" }],
    changes: { p5: ["17-1"] },
    cursors: { p5: 9 },
    forget: [],
    more: false,
    reoffer: false,
    people: {},
    person: 4,
  };

  it("is known from its number alone", () => {
    const [document] = readAnswer(body, [mutation]).changes["p5"] ?? [];
    expect(document).toMatchObject({ k: "record", id: "17-1", form: 3, place: 5, by: 4, rev: 1, hash: "h", state: "submitted" });
    expect(document).not.toHaveProperty("values");
  });

  it.each([
    ["another record's number", { changes: { p5: ["17-2"] } }],
    ["one that was not applied", { results: [{ n: 1, status: "quarantined", reason: "not-valid" }] }],
    ["a server that doesn't say who asks", { person: undefined }],
  ])("%s is no answer", (_name, change) => {
    expect(() => readAnswer({ ...body, ...change }, [mutation])).toThrow("did not create");
  });
});
