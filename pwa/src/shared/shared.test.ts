import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, call } from "./api";
import { dayIn, localIso } from "./clock";
import { applySet, difference, positions, same, squash, toPaths } from "./document";
import { MalformedAnswer, readAnswer } from "./guards";
import { NetworkError, ProblemError } from "./problem";
import type { FieldSet, Value } from "./protocol";

const FIELDS = ["a", "b", "c"];
const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string({ minLength: 1 }), { minLength: 1 }));
const set = fc
  .uniqueArray(fc.tuple(fc.nat(2), value), { selector: ([position]) => position })
  .map((pairs) => pairs as FieldSet[]);

describe("values", () => {
  it("squashing two sets is the same as applying one after the other", () => {
    fc.assert(
      fc.property(set, set, (first, second) => {
        expect(applySet([], squash(first, second, FIELDS))).toEqual(applySet(applySet([], first), second));
      }),
    );
  });

  it("the difference of two documents, applied to the one, is the other", () => {
    fc.assert(
      fc.property(set, set, (first, second) => {
        const [before, after] = [applySet([], first), applySet([], second)];
        const changes = difference(toPaths(before, FIELDS), toPaths(after, FIELDS), FIELDS);
        const clean = (values: readonly (Value | null)[]): unknown => toPaths(values.map((item) => (item === "" ? null : item)), FIELDS);
        expect(clean(applySet(before, changes))).toEqual(clean(after));
      }),
    );
  });

  it("an emptied answer clears, an unchanged one is not sent", () => {
    expect(difference({ a: "x", b: 1, c: ["p"] }, { a: "", b: 1, c: ["p"] }, FIELDS)).toEqual([[0, null]]);
    expect(difference({}, { a: "" }, FIELDS)).toEqual([]);
  });

  it("a value for a field that the form hasn't is refused, not dropped", () => {
    expect(() => positions({ z: "x" }, FIELDS)).toThrow(RangeError);
  });

  it("lists are the same by their items in order", () => {
    expect(same(["a", "b"], ["a", "b"])).toBe(true);
    expect(same(["a", "b"], ["b", "a"])).toBe(false);
    expect(same("1", 1)).toBe(false);
    expect(same(null, undefined)).toBe(true);
  });
});

describe("time in the campaign's zone", () => {
  it("is local with its offset, whatever zone the phone is in", () => {
    const moment = new Date("2023-05-16T17:30:05.900Z");
    expect(localIso(moment, "Asia/Ho_Chi_Minh")).toBe("2023-05-17T00:30:05+07:00");
    expect(dayIn(moment, "Asia/Ho_Chi_Minh")).toBe("2023-05-17");
    expect(localIso(moment, "America/St_Johns")).toBe("2023-05-16T15:00:05-02:30");
  });

  it("names the same second", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("1980-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }), (moment) => {
        expect(Date.parse(localIso(moment))).toBe(Math.floor(moment.getTime() / 1000) * 1000);
      }),
    );
  });
});

const GOOD = {
  ...{ protocol: 1, epoch: "e", now: "2023-05-16T00:30:00Z", results: [], changes: {}, cursors: { p1: 4 } },
  ...{ forget: [], lacks: [], more: false, reoffer: false, people: {} },
};

describe("an answer", () => {
  it("of the protocol is taken; documents of unknown kinds are left out", () => {
    const changes = { p1: [{ k: "hologram", id: 1 }, { k: "record", id: "1-1", gone: true }] };
    expect(readAnswer({ ...GOOD, changes }).changes["p1"]).toHaveLength(1);
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["another protocol", { ...GOOD, protocol: 2 }],
    ["no epoch", { ...GOOD, epoch: "" }],
    ["a time that is none", { ...GOOD, now: "noon" }],
    ["a result without number", { ...GOOD, results: [{ status: "applied" }] }],
    ["a result of an unknown status", { ...GOOD, results: [{ n: 1, status: "fine" }] }],
    ["a cursor below zero", { ...GOOD, cursors: { p1: -1 } }],
    ["a cursor of no feed", { ...GOOD, cursors: { __proto__x: 1 } }],
    ["a record without a state", { ...GOOD, changes: { p1: [{ k: "record", id: "1-1", rev: 1 }] } }],
    ["a document without id", { ...GOOD, changes: { p1: [{ k: "place" }] } }],
    ["more that is neither", { ...GOOD, more: "yes" }],
  ])("with %s is refused whole", (_name, body) => {
    expect(() => readAnswer(body)).toThrow(MalformedAnswer);
  });

  it("that is any JSON at all is taken or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(GOOD)), (junk, member) => {
        try {
          readAnswer({ ...GOOD, [member]: junk });
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedAnswer);
        }
      }),
    );
  });
});

describe("the door to the server", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("names the device, and turns a refusal into its slug", async () => {
    const fetched = vi.fn((_path: string, _init: RequestInit) =>
      Promise.resolve(new Response(JSON.stringify({ slug: "enrolment-used", title: "Used", limit: 3 }), { status: 410 })),
    );
    vi.stubGlobal("fetch", fetched);
    const failed = await api("POST", "/api/x", { a: 1 }, 17).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ProblemError);
    expect(failed).toMatchObject({ slug: "enrolment-used", status: 410, problem: { extra: { limit: 3 } } });
    expect(fetched.mock.calls[0]?.[1].headers).toMatchObject({ "Ben-Device": "17" });
  });

  it("compresses a body that is worth it, and only when asked", async () => {
    const bodies: unknown[] = [];
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      bodies.push(init.body);
      return Promise.resolve(new Response("{}"));
    });
    const body = { text: "đường làng ".repeat(200) };
    await call({ method: "POST", path: "/api/sync", body }, { gzip: true });
    await call({ method: "POST", path: "/api/sync", body: {} }, { gzip: true });
    await call({ method: "POST", path: "/api/sync", body });
    expect(bodies.map((sent) => typeof sent)).toEqual(["object", "string", "string"]);
    expect((bodies[0] as ArrayBuffer).byteLength).toBeLessThan(200);
  });

  it("gives up on a silent server: no answer is a network error", async () => {
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      });
    });
    await expect(call({ method: "GET", path: "/api/me" }, { patience: 10 })).rejects.toThrow(NetworkError);
  });

  it("waits for an answer that comes slowly, as long as it goes on coming", async () => {
    const parts = ['{"a":', '"Đường', " trơn", " sau", " mưa", '"}'];
    const source = { async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    } };
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(new ReadableStream(source))));
    const heard = vi.fn();
    expect(await call({ method: "GET", path: "/api/me" }, { patience: 400, onHeard: heard })).toEqual({ a: "Đường trơn sau mưa" });
    expect(heard).toHaveBeenCalledTimes(7); // the answer's beginning, and each part
  });
});
