import { describe, expect, it } from "vitest";
import { afterAdding, alike, changed, groupOf, peopleOf, toAdd, type Fault, type Line, type Lines, type Outcome, type Row } from "./people-import-data";

const row = (line: number, over: Partial<Row> = {}): Row => ({ line, name: `Người ${line}`, role: "TNV", place: "Đại An", language: "", ...over });
const line = (outcome: Outcome, over: Partial<Line> = {}): Line => ({ outcome, name: "", role: null, place: null, language: "vi", faults: [], others: [], person: null, ...over });
const wrong = (field: Fault["field"]): Line => line("fault", { faults: [{ field, code: `${field}-unknown`, candidates: [] }] });
const lines = (...pairs: readonly (readonly [Row, Line])[]): Lines => new Map(pairs);

describe("a row of a list", () => {
  it("asks for something until it is looked at and right", () => {
    expect(groupOf(undefined)).toBe("asking");
    expect((["fault", "namesake"] as const).map((outcome) => groupOf(line(outcome)))).toEqual(["asking", "asking"]);
    expect(groupOf(line("new"))).toBe("new");
    expect((["known", "twice", "left"] as const).map((outcome) => groupOf(line(outcome)))).toEqual(["nothing", "nothing", "nothing"]);
  });

  it("is added only when every row was looked at", () => {
    const [good, bad, fresh] = [row(2), row(3), row(4)];
    const known = lines([good, line("new")], [bad, wrong("role")]);
    expect(toAdd([good, bad], known)).toEqual([good]);
    expect(toAdd([good, bad, fresh], known)).toBeNull();
  });
});

describe("a text that means nothing", () => {
  const [one, same, other, chosen] = [row(2, { place: "Trà Cú" }), row(3, { place: "Trà Cú" }), row(4), row(5, { place: "Trà Cú", place_id: 7 })];
  const rows = [one, same, other, chosen];
  const known = lines([one, wrong("place")], [same, wrong("place")], [other, line("new")], [chosen, line("new")]);

  it("is chosen once for every row that says so, and for no other", () => {
    expect(alike(rows, known, one, "place")).toEqual([same]);
    expect(changed(rows, known, one, { place_id: 9 }).map((each) => each.place_id)).toEqual([9, 9, undefined, 7]);
  });

  it("stays where another field of the row is changed", () => {
    expect(changed(rows, known, one, { name: "Lan" }).map((each) => each.name)).toEqual(["Lan", "Người 3", "Người 4", "Người 5"]);
    expect(changed(rows, known, one, { namesake: "other" }).filter((each) => each.namesake)).toHaveLength(1);
  });

  it("of a right row is changed in that row alone", () => {
    expect(changed(rows, known, chosen, { place_id: 8 }).map((each) => each.place_id)).toEqual([undefined, undefined, undefined, 8]);
  });
});

describe("after adding", () => {
  const [added, there, bad, met] = [row(2), row(3), row(4), row(5)];
  const known = lines([added, line("new")], [there, line("known")], [bad, wrong("name")], [met, line("new")]);

  it("what still asks something is left, also what somebody else has made a question of meanwhile", () => {
    expect(afterAdding([added, there, bad, met], known, [added, met], [line("new", { person: 8 }), line("namesake")])).toEqual([bad, met]);
  });

  it("a row of which the answer says nothing stays as it was", () => {
    expect(afterAdding([added, bad], known, [added], [])).toEqual([bad]);
  });

  it("cards are for who was added and for who was there already: an answer may have been lost", () => {
    expect(peopleOf([line("new", { person: 8 }), line("known", { person: 3 }), line("namesake"), line("left", { person: null })])).toEqual([8, 3]);
  });
});
