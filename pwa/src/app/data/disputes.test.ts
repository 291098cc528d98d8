import { describe, expect, it } from "vitest";
import type { ConflictView, RecordView } from "../../store";
import type { Value, Values } from "../../shared/protocol";
import { authorsOfAll, disputes } from "./disputes";

const AN = 5;
const BINH = 6;
const CHI = 7;

const side = (value: Value | null, by: number, minute = 30) => ({ value, by, at: `2023-05-16T07:${minute}:00+07:00`, device: by });

function conflict(id: number, path: string, head: ReturnType<typeof side>, theirs: ReturnType<typeof side>): ConflictView {
  return { id, field: 0, path, base: 1, head, theirs, resolving: false };
}

const record = (values: Values) => ({ id: "17-1", values }) as RecordView;
const answers = (values: Values, ...open: ConflictView[]) => disputes(record(values), open).map((dispute) => dispute.answers.map(({ value, by }) => [value, by]));

describe("what a person must decide", () => {
  it("is each question with both answers and who gave them", () => {
    const open = [conflict(1, "a", side(2, AN), side(3, BINH)), conflict(2, "b", side("x", AN), side(null, BINH))];
    const asked = disputes(record({ a: 2, b: "x" }), open);
    expect(asked.map(({ path, ids, base }) => [path, ids, base])).toEqual([["a", [1], 1], ["b", [2], 1]]);
    expect(answers({ a: 2, b: "x" }, ...open)).toEqual([[[2, AN], [3, BINH]], [["x", AN], [null, BINH]]]);
  });

  it("shows what the record says by now where that is neither: nobody decides over an answer that they haven't seen", () => {
    const open = conflict(1, "a", side(2, AN), side(3, BINH));
    expect(answers({ a: 9 }, open)).toEqual([[[2, AN], [3, BINH], [9, null]]]);
    expect(answers({}, open)).toEqual([[[2, AN], [3, BINH], [null, null]]]);
    expect(disputes(record({ a: 9 }), [open])[0]?.shown).not.toBe(disputes(record({ a: 2 }), [open])[0]?.shown);
  });

  it("is asked once where a question has several conflicts, with each answer once", () => {
    const open = [conflict(1, "a", side(2, AN), side(3, BINH)), conflict(3, "a", side(9, CHI), side(2, AN))];
    expect(answers({ a: 9 }, ...open)).toEqual([[[2, AN], [3, BINH], [9, CHI]]]);
    expect(disputes(record({ a: 9 }), open)[0]?.ids).toEqual([1, 3]);
  });

  it("of an item is whether it stays; its place in the order is no answer", () => {
    const open = conflict(1, "v/17-5", side(1, AN), side(null, BINH));
    expect(answers({ "v/17-5": 4 }, open)).toEqual([[[1, AN], [null, BINH]]]);
    expect(answers({}, conflict(1, "v/17-5", side(1, AN), side(2, BINH)))).toEqual([[[1, AN], [2, BINH], [null, null]]]);
  });
});

describe("one tap for all", () => {
  it("is offered for who has one answer in each question", () => {
    const two = [conflict(1, "a", side(2, AN), side(3, BINH)), conflict(2, "b", side(4, AN), side(5, CHI))];
    expect(authorsOfAll(disputes(record({ a: 2, b: 4 }), two))).toEqual([AN]);
    expect(authorsOfAll(disputes(record({ a: 9, b: 4 }), two))).toEqual([AN]);
  });

  it("is not offered for who gave two answers to one of them", () => {
    const twice = [conflict(1, "a", side(2, AN), side(3, AN, 40)), conflict(2, "b", side(4, AN), side(5, BINH))];
    expect(authorsOfAll(disputes(record({ a: 2, b: 4 }), twice))).toEqual([]);
  });
});
