import { describe, expect, it } from "vitest";
import type { FormDocument } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import { compareIds, deadlineOf, decidedBy, dueAt, filtered, finds, inbox, nextAfter, NO_FILTER, waitsForOthers, type Deadline, type Mine } from "./queue";

const ME: Mine = { person: 9, places: new Set([4]), roles: new Map([[4, new Set(["GSV"])]]), confirmed: new Set([1]), closed: new Set() };

function form(id: number, key: string): FormDocument {
  const title = { vi: key, en: key, km: key };
  const compiled = { key, version: "1", hash: "", languages: ["vi"], title, fields: [], nodes: [] };
  return { k: "form", id, key, version: "1", current: true, compiled };
}

const FORMS = new Map([1, 2].map((id) => [id, form(id, id === 1 ? "TNGT-01" : "TT-04")]));

const ZONE = "Asia/Ho_Chi_Minh";
const URGENT: Deadline = { form: "TNGT-01", above_zero: "deaths", hours: 2, label: { vi: "Có người chết", en: "Deaths", km: "មានអ្នកស្លាប់" }, zone: ZONE };
const ACCIDENT: Deadline = { form: "TNGT-01", hours: 24, zone: ZONE };
const OTHER: Deadline = { working_days: 3, zone: ZONE };
const KNOWN = { forms: FORMS, deadlines: [URGENT, ACCIDENT, OTHER] };

function record(id: string, over: Partial<RecordView> = {}): RecordView {
  return {
    id,
    form: 1,
    place: 4,
    by: 5,
    rev: 1,
    hash: "h",
    state: "submitted",
    stage: "received",
    approved: null,
    values: {},
    conflicts: [],
    review: null,
    step: null,
    at: "2023-05-16T08:00:00+07:00",
    received: "2023-05-16T01:05:00+00:00",
    local: "on_server",
    gone: false,
    deciding: null,
    moving: null,
    ...over,
  };
}

const CONFLICT = {
  id: 1,
  field: 0,
  path: "a",
  base: null,
  head: { value: 1, by: 5, at: "2023-05-16T08:00:00+07:00", device: 17 },
  theirs: { value: 2, by: 6, at: "2023-05-16T08:00:00+07:00", device: 18 },
  resolving: false,
};

const ids = (records: RecordView[]): string[] => inbox(records, KNOWN, ME).map((item) => item.record.id);

describe("what waits for me", () => {
  it("is what the next step of is my role's, by somebody else, and not decided on this phone already", () => {
    expect(
      ids([
        record("17-1"),
        record("17-2", { stage: "approved" }),
        record("17-3", { stage: "returned" }),
        record("17-4", { by: 9 }),
        record("17-5", { by: null }),
        record("17-6", { place: 5 }),
        record("17-7", { deciding: "approve" }),
        record("17-8", { gone: true }),
        record("17-9", { rev: 0, hash: "" }),
        record("18-1", { stage: "checking" }),
        record("18-2", { deciding: "check" }),
      ]),
    ).toEqual(["17-1", "18-1", "18-2"]);
  });

  it("does not hold my own records, which somebody else must decide about", () => {
    expect(waitsForOthers(record("20-1", { by: 9 }), ME)).toBe(true);
    expect(waitsForOthers(record("20-1", { by: 9, state: "approved" }), ME)).toBe(false);
    expect(waitsForOthers(record("20-1"), ME)).toBe(false);
  });
});

describe("what waits for the others", () => {
  const of = (role: string, ...records: RecordView[]) =>
    inbox(records, KNOWN, { ...ME, roles: new Map([[4, new Set([role])]]) }).map((item) => item.record.id);
  const stages = [
    record("17-1", { stage: "approved" }),
    record("17-2", { stage: "approved", form: 2 }),
    record("17-3", { stage: "confirmed" }),
    record("17-4", { stage: "taken" }),
    record("17-5", { stage: "correcting" }),
    record("17-6", { stage: "drafted" }),
    record("17-7", { stage: "locked" }),
  ];
  it("is each role's own step, and accidents go by the police", () => {
    expect(of("CAX", ...stages)).toEqual(["17-1"]);
    expect(of("TT", ...stages)).toEqual(["17-2", "17-3", "17-5"]);
    expect(of("LD", ...stages)).toEqual(["17-4", "17-6"]);
    expect(of("GSV", ...stages)).toEqual([]);
  });
  it("is not to be signed by whoever prepared it", () => {
    const step = { decision: "take", by: 9, at: "", rev: 1, reason: null } as const;
    expect(of("LD", record("17-4", { stage: "taken", step }))).toEqual([]);
  });
  it("has no time limit of the commune's", () => {
    const waiting = inbox([record("17-3", { stage: "confirmed", values: { deaths: 1 } })], KNOWN, { ...ME, roles: new Map([[4, new Set(["TT"])]]) });
    expect(waiting.map((item) => [item.deadline, item.due])).toEqual([[null, Infinity]]);
  });
});

describe("the order of the inbox", () => {
  it("puts what the campaign calls urgent before everything, however new it is", () => {
    const old = record("17-1", { received: "2023-05-01T01:00:00Z" });
    const deaths = record("17-2", { values: { deaths: 1 } });
    expect(ids([old, deaths])).toEqual(["17-2", "17-1"]);
  });

  it("takes the campaign's first line that fits: the form, and an answer above 0", () => {
    const of = (values: RecordView["values"], form: number) => deadlineOf(KNOWN.deadlines, record("17-1", { values }), FORMS.get(form) ?? null);
    expect(of({ deaths: 1 }, 1)).toBe(URGENT);
    expect(of({ deaths: 0 }, 1)).toBe(ACCIDENT);
    expect(of({}, 1)).toBe(ACCIDENT);
    expect(of({ deaths: 1 }, 2)).toBe(OTHER);
  });

  it("puts what no deadline fits last, the older one first", () => {
    const none = { forms: FORMS, deadlines: [ACCIDENT] };
    const sessions = [record("17-1", { form: 2 }), record("17-2", { form: 2, received: "2023-05-01T01:00:00Z" })];
    expect(inbox([...sessions, record("17-3")], none, ME).map((item) => item.record.id)).toEqual(["17-3", "17-2", "17-1"]);
  });

  it("puts the older of two accidents first", () => {
    const newer = record("17-1", { received: "2023-05-16T03:00:00Z" });
    const older = record("17-2", { received: "2023-05-16T02:00:00Z" });
    expect(ids([newer, older])).toEqual(["17-2", "17-1"]);
  });

  it("puts an accident of today before a session of today, and an overdue session before an accident of today", () => {
    const accident = record("17-1");
    const session = record("17-2", { form: 2 });
    const overdue = record("17-3", { form: 2, received: "2023-05-08T01:00:00Z" });
    expect(ids([session, accident, overdue])).toEqual(["17-3", "17-1", "17-2"]);
  });

  it("counts a corrected record from its correction", () => {
    const corrected = record("17-1", { rev: 3, at: "2023-05-16T09:00:00+07:00", received: "2023-05-02T01:00:00Z" });
    const waiting = record("17-2", { received: "2023-05-16T01:00:00Z" });
    expect(ids([corrected, waiting])).toEqual(["17-2", "17-1"]);
  });

  it("breaks ties by record number, as numbers", () => {
    expect(ids([record("17-10"), record("17-9"), record("3-11")])).toEqual(["3-11", "17-9", "17-10"]);
    expect(compareIds("17-9", "17-10")).toBeLessThan(0);
  });

  it("is the same whatever order the store gives", () => {
    const records = [record("17-1"), record("17-2", { form: 2 }), record("17-3", { values: { deaths: 2 } })];
    expect(ids(records)).toEqual(ids([...records].reverse()));
  });
});

describe("until when", () => {
  it("counts hours as they pass", () => {
    const since = Date.parse("2023-05-16T08:00:00+07:00");
    expect(dueAt(URGENT, since) - since).toBe(2 * 3_600_000);
    expect(dueAt(ACCIDENT, since) - since).toBe(24 * 3_600_000);
  });

  it("skips the weekend in working days", () => {
    const friday = Date.parse("2023-05-19T08:00:00+07:00");
    expect(new Date(dueAt(OTHER, friday)).toISOString()).toBe("2023-05-24T01:00:00.000Z");
  });

  it("takes the weekday where the supervisor lives, not in Greenwich", () => {
    // 02:00 on Saturday in Trà Cú is Friday in Greenwich.
    const saturday = Date.parse("2023-05-20T02:00:00+07:00");
    expect(new Date(dueAt(OTHER, saturday)).toISOString()).toBe("2023-05-23T19:00:00.000Z");
  });
});

describe("filters", () => {
  const queue = inbox(
    [record("17-1"), record("17-2", { form: 2, conflicts: [CONFLICT] }), record("17-3", { conflicts: [{ ...CONFLICT, resolving: true }] })],
    KNOWN,
    ME,
  );
  const texts = (item: (typeof queue)[number]): string[] => [item.record.id, item.form?.key === "TT-04" ? "Đại An" : "Ngãi Xuyên"];
  const shown = (over: Partial<typeof NO_FILTER>): string[] =>
    filtered(queue, { ...NO_FILTER, ...over }, texts).map((item) => item.record.id);

  it("show everything by default", () => {
    expect(shown({})).toHaveLength(3);
  });

  it("narrow by form, by place, and to open conflicts", () => {
    expect(shown({ form: "TT-04" })).toEqual(["17-2"]);
    expect(shown({ place: 5 })).toEqual([]);
    expect(shown({ conflicts: true })).toEqual(["17-2"]);
  });

  it("find words typed without diacritics", () => {
    expect(shown({ text: "dai an" })).toEqual(["17-2"]);
    expect(shown({ text: "xuyen 17-3" })).toEqual(["17-3"]);
  });
});

describe("the next record", () => {
  const queue = inbox([record("17-1"), record("17-2"), record("17-3")], KNOWN, ME);
  const order = ["17-1", "17-2", "17-3"];

  it("is the one below", () => expect(nextAfter(queue, order, "17-2")).toBe("17-3"));
  it("after the last one is the first that is left", () => expect(nextAfter(queue, order, "17-3")).toBe("17-1"));
  it("is found although the decided one has left the queue", () => {
    expect(nextAfter(queue.filter((item) => item.record.id !== "17-2"), order, "17-2")).toBe("17-3");
  });
  it("skips what somebody else has decided meanwhile", () => {
    expect(nextAfter(queue.filter((item) => item.record.id === "17-1"), order, "17-2")).toBe("17-1");
  });
  it("is none when all is done", () => expect(nextAfter([], order, "17-1")).toBeNull());
});

describe("a text that is searched for", () => {
  const all = [record("17-9"), record("17-95"), record("117-9")];
  const found = (text: string): string[] => {
    const isFound = finds(all, text);
    return all.filter(({ id }) => isFound(id, () => [id, "Ngãi Xuyên"])).map(({ id }) => id);
  };

  it("that is a record's number, as its receipt has it, finds that one only", () => {
    expect(found(" 17-9 ")).toEqual(["17-9"]);
    expect(found("17-95")).toEqual(["17-95"]);
  });

  it("else finds all that have it in their words", () => {
    expect(found("7-9")).toEqual(["17-9", "17-95", "117-9"]);
    expect(found("ngai")).toHaveLength(3);
    expect(found("")).toHaveLength(3);
  });
});

describe("what I decided", () => {
  const now = Date.parse("2023-05-16T10:00:00+07:00");
  const day = (at: Date): string => new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
  const review = (by: number, at: string) => ({ by, at, decision: "approve", rev: 1, reason: null }) as unknown as RecordView["review"];
  const at = (moment: string, by = 9, over: Partial<RecordView> = {}) => record("17-1", { review: review(by, moment), state: "approved", ...over });

  it("is counted by the campaign's day and for seven days", () => {
    const records = [at("2023-05-16T00:10:00+07:00"), at("2023-05-15T23:50:00+07:00"), at("2023-05-09T09:00:00+07:00")];
    expect(decidedBy(records, 9, { now, day })).toEqual({ today: 1, week: 2, returned: 0 });
  });

  it("is not what others decided, and what I sent back waits for its author", () => {
    const returned = at("2023-05-16T08:00:00+07:00", 9, { state: "returned" });
    expect(decidedBy([returned, at("2023-05-16T08:00:00+07:00", 5)], 9, { now, day })).toEqual({ today: 1, week: 1, returned: 1 });
  });
});
