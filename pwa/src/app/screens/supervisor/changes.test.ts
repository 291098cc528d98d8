import { describe, expect, it } from "vitest";
import type { RecordView } from "../../../store";
import {
  authorsSince,
  changesBetween,
  changesSince,
  inFormOrder,
  isNew,
  lastDecided,
  reaches,
} from "./changes";
import type { HistoryEntry, RecordHistory } from "../../data/history";

function revision(rev: number, by: number, changes: Record<string, [unknown, unknown]>): HistoryEntry {
  const at = `2023-05-16T0${rev}:00:00Z`;
  const told = Object.fromEntries(Object.entries(changes).map(([path, [from, to]]) => [path, { from, to }]));
  return { type: "revision", rev, kind: "edit", by, device: 17, at, received: at, changes: told } as HistoryEntry;
}

const HISTORY: RecordHistory = {
  history: [
    revision(1, 5, { road: [null, "QL 53"], deaths: [null, 0], vehicles: [null, ["car"]] }),
    { type: "review", decision: "return", reason: "Thiếu", rev: 1, by: 9, at: "2023-05-16T01:30:00Z", received: "2023-05-16T01:30:00Z" },
    revision(2, 5, { deaths: [0, 1], road: ["QL 53", "QL 54"] }),
    revision(3, 6, { deaths: [1, 2], note: [null, "x"] }),
    revision(4, 5, { note: ["x", null], vehicles: [["car"], ["car", "truck"]] }),
  ],
  people: { "5": "Lan" },
};
const SHOWN = { road: "QL 54", deaths: 2, vehicles: ["car", "truck"] };

describe("what changed since the last decision", () => {
  it("compares with the value before the first change, whatever came in between", () => {
    const found = changesSince(HISTORY, 1, SHOWN);
    expect(found.find((change) => change.path === "deaths")).toEqual({ path: "deaths", from: 0, to: 2 });
    expect(found.find((change) => change.path === "road")).toEqual({ path: "road", from: "QL 53", to: "QL 54" });
  });

  it("leaves out what was changed and changed back", () => {
    expect(changesSince(HISTORY, 1, SHOWN).map((change) => change.path)).not.toContain("note");
  });

  it("looks only at later revisions", () => {
    expect(changesSince(HISTORY, 3, SHOWN)).toEqual([
      { path: "note", from: "x", to: null },
      { path: "vehicles", from: ["car"], to: ["car", "truck"] },
    ]);
    expect(changesSince(HISTORY, 4, SHOWN)).toEqual([]);
  });

  it("tells a value that was taken away", () => {
    expect(changesSince(HISTORY, 1, { deaths: 2 })).toContainEqual({ path: "road", from: "QL 53", to: null });
  });

  it("names those who changed it, each once", () => {
    expect(authorsSince(HISTORY, 1)).toEqual([5, 6]);
    expect(authorsSince(HISTORY, 3)).toEqual([5]);
  });

  it("is the same from remembered values, without history", () => {
    const then = { road: "QL 53", deaths: 0, vehicles: ["car"] };
    const paths = (found: readonly { path: string }[]): string[] => found.map((change) => change.path).sort();
    expect(paths(changesBetween(then, SHOWN))).toEqual(paths(changesSince(HISTORY, 1, SHOWN)));
  });
});

describe("the revision to compare with", () => {
  const record = (review: number | null, approved: number | null): RecordView =>
    ({ review: review === null ? null : { rev: review }, approved }) as RecordView;

  it("is the newest that was decided about or that counts", () => {
    expect(lastDecided(record(null, null))).toBeNull();
    expect(lastDecided(record(1, null))).toBe(1);
    expect(lastDecided(record(4, 2))).toBe(4);
    expect(lastDecided(record(2, 2))).toBe(2);
  });
});

describe("a kept history", () => {
  it("that ends before the revision shown doesn't tell what changed", () => {
    expect(reaches(HISTORY, 4)).toBe(true);
    expect(reaches(HISTORY, 5)).toBe(false);
    expect(reaches(null, 1)).toBe(false);
  });
});

describe("the order", () => {
  it("follows the form's questions, unknown ones last", () => {
    const items = [{ path: "old" }, { path: "b" }, { path: "a" }];
    expect(inFormOrder(items, ["a", "b"]).map((item) => item.path)).toEqual(["a", "b", "old"]);
  });
});

describe("a new record", () => {
  const RECORD = { stage: "received", review: null, approved: null, deciding: null } as RecordView;

  it("is one that nobody has decided about, taken into check, or decides about on this phone", () => {
    expect(isNew(RECORD)).toBe(true);
    expect(isNew({ ...RECORD, stage: "approved", approved: 1 })).toBe(false);
    expect(isNew({ ...RECORD, stage: "checking" })).toBe(false);
    expect(isNew({ ...RECORD, review: { rev: 1 } } as RecordView)).toBe(false);
    expect(isNew({ ...RECORD, deciding: "approve" } as unknown as RecordView)).toBe(false);
  });
});
