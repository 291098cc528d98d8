import { beforeAll, describe, expect, it } from "vitest";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import { fetchLater } from "../../i18n/common";
import { lists, waitsForMe, withoutWords, wordsFor, wrongFields, type Overview, type Summary } from "./commendation-data";

function one(record: string, changes: Partial<Summary> = {}): Summary {
  return { record, place: 4, kind: "person", organisation: "Chi đoàn", list: "Số 3", award: "commune", consent: true, preferred: false, stage: "listed", since: null, agree: 7, present: 8, may: [], ...changes };
}

const name = (vi: string) => ({ vi, en: vi, km: vi });

function overview(...nominations: Summary[]): Overview {
  const awards = [
    { key: "province", name: name("Bằng khen"), by_unit: false },
    { key: "commune", name: name("Giấy khen"), by_unit: true },
  ];
  return { today: "2023-05-16", vote: { present: [2, 3], agree: [1, 2], source: name("x") }, awards, nominations, published: [] };
}

describe("a nomination", () => {
  it("waits for whoever can take it further, not for whoever could only stop it", () => {
    expect(waitsForMe(one("1-1", { may: ["check", "return", "cancel"] }))).toBe(true);
    expect(waitsForMe(one("1-1", { may: ["return", "cancel"] }))).toBe(false);
    expect(waitsForMe(one("1-1"))).toBe(false);
    expect(waitsForMe(one("1-1", { stage: "nominated", may: ["vote"] }))).toBe(true);
    expect(waitsForMe(one("1-1", { stage: "voted", may: ["vote"] }))).toBe(false);
  });
});

describe("lists for decision", () => {
  it("are one for each award, and of what each unit's chair grants one for each unit", () => {
    const found = overview(one("1-1"), one("1-2", { place: 5 }), one("1-3"), one("1-4", { award: "province" }), one("1-5", { stage: "cleared" }));
    expect(lists(found).map(({ award, place, count }) => [award.key, place, count])).toEqual([
      ["province", null, 1],
      ["commune", 4, 2],
      ["commune", 5, 1],
    ]);
  });
});

describe("what a phone keeps for later", () => {
  it("says where things stand and not whom they are about, and offers no step", () => {
    const [kept] = withoutWords(overview(one("1-1", { may: ["check"] }))).nominations;
    expect([kept?.stage, kept?.organisation, kept?.list, kept?.may]).toEqual(["listed", "", "", []]);
  });
});

describe("what goes wrong", () => {
  beforeAll(fetchLater);
  const refused = (slug: string, extra = {}) => new ProblemError(readProblem(409, { slug, title: slug, ...extra }));
  it("is said in the words of these screens", () => {
    expect(wordsFor(new NetworkError("x"))).toContain("Cần có mạng");
    expect(wordsFor(refused("own-nomination"))).toContain("người khác");
  });
  it("names the fields that the server refused", () => {
    expect([...wrongFields(refused("invalid", { errors: { reason: ["x"], other: ["y"] } }))]).toEqual(["reason"]);
    expect([...wrongFields(refused("no-grantor"))]).toEqual([]);
  });
});
