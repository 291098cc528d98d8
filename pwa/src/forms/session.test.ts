import { describe, expect, test } from "vitest";
import fc from "fast-check";

import type { CompiledForm, FormNode } from "../shared/form";
import type { Value, Values } from "../shared/protocol";
import vectors from "../../../tests/vectors/xpath.json?raw";
import { Session, type Surroundings } from "./session";
import type { Found, Shown } from "./view";

const { forms, documents } = JSON.parse(vectors) as {
  forms: { [name: string]: CompiledForm };
  documents: { [name: string]: Values };
};
const household = forms["household"] as CompiledForm;
const family = documents["family"] as Values;

function world(more: Partial<Surroundings> = {}): Surroundings {
  let items = 0;
  let chance = 0;
  return {
    now: () => new Date("2023-05-16T00:30:00Z"),
    newItem: () => `7-${++items}`,
    random: () => (chance = (chance + 0.37) % 1),
    ...more,
  };
}

function formOf(nodes: FormNode[], more: Partial<CompiledForm> = {}): CompiledForm {
  const fields: string[] = [];
  const placed = (node: FormNode): FormNode => {
    const isField = node.t !== "group" && node.t !== "note";
    const pos = isField ? fields.push(node.path) - 1 : undefined;
    const children = node.children?.map(placed);
    return { ...node, ...(pos !== undefined && { pos }), ...(children && { children }) };
  };
  const shown = nodes.map(placed);
  const hidden = (more.hidden ?? []).map(placed);
  const title = { vi: "Thử", en: "Test", km: "តេស្ត" };
  return { key: "t", version: "1", hash: "t", languages: ["vi", "en", "km"], title, fields, nodes: shown, ...more, hidden };
}

function node(t: FormNode["t"], path: string, more: Partial<FormNode> = {}): FormNode {
  return { t, name: path.slice(path.lastIndexOf("/") + 1), path, ...more };
}

function text(words: string) {
  return { vi: words, en: words, km: words };
}

function find(shown: readonly Shown[], path: string): Shown | undefined {
  for (const each of shown) {
    if (each.path === path) return each;
    const inside = find([...(each.children ?? []), ...(each.items?.flatMap((item) => item.children) ?? [])], path);
    if (inside) return inside;
  }
  return undefined;
}

const kinds = (found: readonly Found[]) => found.map(({ path, kind }) => [path, kind]);

describe("a calculation", () => {
  const form = formOf([node("integer", "a"), node("integer", "b", { relevant: ["op", ">", ["path", "a"], ["lit", 0]] })], {
    hidden: [
      node("calculate", "sum", { calculate: ["op", "+", ["path", "a"], ["path", "b"]] }),
      node("calculate", "twice", { calculate: ["op", "*", ["path", "sum"], ["lit", 2]] }),
      node("calculate", "first", { calculate: ["fn", "once", ["path", "a"]] }),
      node("calculate", "count", { calculate: ["fn", "if", ["op", "=", ["path", "a"], ["lit", ""]], ["lit", ""], ["op", "+", ["fn", "coalesce", ["self"], ["lit", 0]], ["lit", 1]]] }),
    ],
  });

  test("follows what it reads, through other calculations", () => {
    const session = Session.begin(form, world());
    session.answer("a", 1);
    session.answer("b", 2);
    expect(session.values).toMatchObject({ sum: "3", twice: "6" });
    session.answer("b", 5);
    expect(session.values["twice"]).toBe("12");
  });

  test("reads its own value as it was, and works once a change", () => {
    const session = Session.begin(form, world());
    session.answer("a", 4);
    session.answer("b", 9);
    session.answer("a", 5);
    session.violations();
    expect(session.values).toMatchObject({ first: "4", count: "2" });
  });

  test("counts a hidden answer as empty, and keeps it in the draft", () => {
    const session = Session.begin(form, world());
    session.answer("a", 1);
    session.answer("b", 2);
    session.answer("a", 0);
    expect(session.values["b"]).toBe(2);
    // What is no number is nothing.
    expect(session.values).not.toHaveProperty("sum");
    expect(session.submission()).not.toHaveProperty("b");
    session.answer("a", 3);
    expect(session.values["sum"]).toBe("5");
  });

  test("may be written over until what it reads changes", () => {
    const open = formOf([node("integer", "a"), node("integer", "c", { calculate: ["op", "+", ["path", "a"], ["lit", 1]] })]);
    const session = Session.begin(open, world());
    session.answer("a", 1);
    session.answer("c", 10);
    expect(session.values["c"]).toBe(10);
    const again = Session.resume(open, session.values, world());
    expect(again.values["c"]).toBe(10);
    again.answer("a", 2);
    expect(again.values["c"]).toBe(3);
  });

  test("that only chance decides is kept when the draft is opened again", () => {
    const chance = formOf([node("text", "a")], { hidden: [node("calculate", "id", { calculate: ["fn", "uuid"] })] });
    const session = Session.begin(chance, world());
    expect(Session.resume(chance, session.values, world({ random: () => 0.9 })).values).toStrictEqual(session.values);
  });
});

describe("a repeat", () => {
  test("gives and takes items, and numbers them in their order", () => {
    const session = Session.begin(household, world());
    expect(session.addItem("people")).toBe("7-2");
    expect(session.values["people/7-2"]).toBe(2);
    session.answer("people/7-2/age", 20);
    expect(session.values["grown"]).toBe("1");
    expect(session.values["people/7-2/number"]).toBe("2");
    session.removeItem("people/7-1");
    expect(session.values["people/7-2/number"]).toBe("1");
    expect(session.values).not.toHaveProperty("people/7-1");
  });

  test("has as many items as its count says; those set aside come back with what is in them", () => {
    const session = Session.begin(household, world());
    const visits = () => find(session.view(), "people/7-1/visits")?.items?.map((item) => item.id);
    session.answer("people/7-1/visits_count", 2);
    expect(visits()).toStrictEqual(["7-2", "7-3"]);
    session.answer("people/7-1/visits/7-3/cost", 4);
    session.answer("people/7-1/visits_count", 1);
    expect(visits()).toStrictEqual(["7-2"]);
    expect(session.values).toHaveProperty(["people/7-1/visits/7-3/cost"], 4);
    expect(session.submission()).not.toHaveProperty(["people/7-1/visits/7-3"]);
    session.answer("people/7-1/visits_count", null);
    expect(visits()).toStrictEqual(["7-2"]);
    const again = Session.resume(household, session.values, world());
    expect(again.view()).toStrictEqual(session.view());
    expect(again.inUse).not.toHaveProperty(["people/7-1/visits/7-3"]);
    session.answer("people/7-1/visits_count", 3);
    expect(visits()).toStrictEqual(["7-2", "7-3", "7-4"]);
    expect(session.submission()).toHaveProperty(["people/7-1/visits/7-3/cost"], 4);
  });

  test("whose count rules takes no item by hand", () => {
    const session = Session.begin(household, world());
    expect(find(session.view(), "people")).toMatchObject({ canAdd: true, canRemove: true });
    expect(find(session.view(), "people/7-1/visits")).toMatchObject({ canAdd: false, canRemove: false });
  });
});

describe("what a form sets", () => {
  const form = formOf(
    [
      node("text", "a", { default: "d" }),
      node("text", "first", { set: [{ on: "first", value: ["fn", "concat", ["path", "a"], ["lit", "!"]] }] }),
      node("text", "load", { set: [{ on: "load", value: ["lit", "l"] }] }),
      node("text", "copy", { set: [{ on: "change", of: "a", value: ["path", "a"] }] }),
      node("repeat", "r", {
        start: [{ k: "s" }],
        children: [
          node("text", "r/k", { default: "x" }),
          node("text", "r/n", { set: [{ on: "first", value: ["lit", "f"] }, { on: "item", value: ["fn", "position", ["rel", 1, ""]] }] }),
          node("text", "r/c", { set: [{ on: "change", of: "r/k", value: ["rel", 1, "k"] }] }),
        ],
      }),
      node("geopoint", "here", { set: [{ on: "first", here: true }] }),
    ],
    { hidden: [node("hidden", "begun", { meta: "start", type: "datetime" }), node("hidden", "end", { meta: "end", type: "datetime" })] },
  );

  test("comes when the record begins, in the form's order", () => {
    const session = Session.begin(form, world());
    expect(session.values).toStrictEqual({
      a: "d",
      first: "d!",
      load: "l",
      "r/7-1": 1,
      "r/7-1/k": "s",
      "r/7-1/n": "f",
      begun: "2023-05-16T07:30:00.000+07:00",
    });
    expect(session.submission()["end"]).toBe("2023-05-16T07:30:00.000+07:00");
  });

  test("follows a change, in the same item only, and not when a draft is opened", () => {
    const session = Session.begin(form, world());
    const id = session.addItem("r");
    expect(session.values[`r/${id}/n`]).toBe("2");
    session.answer("a", "e");
    session.answer(`r/${id}/k`, "y");
    expect(session.values).toMatchObject({ copy: "e", [`r/${id}/c`]: "y" });
    expect(session.values).not.toHaveProperty(["r/7-1/c"]);
    session.answer("copy", null);
    expect(Session.resume(form, session.values, world()).values).not.toHaveProperty("copy");
  });
});

describe("where the phone is", () => {
  const form = formOf([
    node("text", "a"),
    node("geopoint", "begun", { set: [{ on: "first", here: true }] }),
    node("repeat", "r", {
      children: [
        node("text", "r/k"),
        node("geopoint", "r/at", { set: [{ on: "item", here: true }, { on: "change", of: "r/k", here: true }] }),
        node("geopoint", "r/hidden", { relevant: ["lit", false], set: [{ on: "item", here: true }] }),
      ],
    }),
  ]);

  test("is asked for the question that wants it, in the item that it is in, and for no hidden one", () => {
    const asked: string[] = [];
    const session = Session.begin(form, world({ locate: (path) => asked.push(path) }));
    expect(asked).toStrictEqual(["begun"]);
    const [one, two] = [session.addItem("r"), session.addItem("r")];
    session.answer(`r/${two}/k`, "x");
    expect(asked).toStrictEqual(["begun", `r/${one}/at`, `r/${two}/at`, `r/${two}/at`]);
  });

  test("is answered later, unless the question has gone", () => {
    const session = Session.begin(form, world());
    const id = session.addItem("r");
    expect(session.asks(`r/${id}/at`)).toBe(true);
    session.answer(`r/${id}/at`, "9.68 106.26");
    expect(session.values[`r/${id}/at`]).toBe("9.68 106.26");
    session.removeItem(`r/${id}`);
    expect(session.asks(`r/${id}/at`)).toBe(false);
  });
});

describe("choices", () => {
  test("follow other answers; one that went is left out, and back when it is back", () => {
    const session = Session.resume(household, family, world());
    const districts = () => find(session.view(), "district")?.choices?.map((choice) => choice.v);
    expect(districts()).toStrictEqual(["tc", "ck"]);
    session.answer("province", "vl");
    expect(districts()).toStrictEqual(["lh"]);
    expect(find(session.view(), "district")?.value).toBeUndefined();
    expect(session.submission()).not.toHaveProperty("district");
    expect(session.values["district"]).toBe("ck");
    session.answer("province", "tv");
    expect(session.submission()["district"]).toBe("ck");
  });

  test("are kept in the form's order, whatever was chosen first", () => {
    const session = Session.begin(household, world());
    session.answer("goods", ["bike", "radio"]);
    expect(session.submission()["goods"]).toStrictEqual(["radio", "bike"]);
  });

  test("of thousands are found at once", () => {
    const rows = Array.from({ length: 5000 }, (_, place) => [`d${place}`, `District ${place}`, `p${place % 60}`]);
    const big = { ...household, instances: { districts: { root: "root", item: "item", cols: ["name", "label", "province"], rows } } };
    const provinces = Array.from({ length: 60 }, (_, place) => ({ v: `p${place}`, label: text(`P${place}`) }));
    const nodes = household.nodes.map((each) => (each.path === "province" ? { ...each, choices: provinces } : each));
    const session = Session.begin({ ...big, nodes }, world());
    session.answer("province", "p1");
    expect(find(session.view(), "district")?.choices).toHaveLength(84);
    const begun = performance.now();
    for (let turn = 2; turn < 22; turn++) {
      session.answer("province", `p${turn}`);
      session.view();
    }
    expect((performance.now() - begun) / 20).toBeLessThan(50);
  });
});

describe("what is shown", () => {
  test("keeps its identity while nothing in it changes", () => {
    const session = Session.resume(household, family, world());
    const before = session.view();
    expect(session.view()).toBe(before);
    session.answer("head", "Mai");
    const after = session.view();
    expect(find(after, "head")?.value).toBe("Mai");
    expect(find(after, "people")).toBe(find(before, "people"));
    session.answer("people/1-3/name", "Chín");
    const items = [find(after, "people")?.items?.[0], find(session.view(), "people")?.items?.[0]];
    expect(items[0]?.children[0]).toBe(items[1]?.children[0]);
  });

  test("follows the day over midnight, and a date is not asked about again before", () => {
    const constraint = ["op", "<=", ["self"], ["fn", "today"]] as const;
    const form = formOf([node("date", "day", { constraint }), node("text", "note")]);
    let now = "2023-05-16T16:50:00Z"; // ten minutes to midnight in Vietnam
    const session = Session.begin(form, world({ now: () => new Date(now) }));
    session.answer("day", "2023-05-17");
    expect(kinds(session.violations())).toEqual([["day", "constraint"]]);
    const before = session.view();
    now = "2023-05-16T16:59:59Z";
    session.answer("note", "x");
    expect(find(session.view(), "day")).toBe(find(before, "day"));
    now = "2023-05-16T17:00:00Z";
    session.answer("note", "y");
    expect(session.violations()).toEqual([]);
  });

  test("has values in its words, in every language", () => {
    const form = formOf(
      [
        node("select1", "fruit", { choices: [{ v: "m", label: { vi: "xoài", en: "mango", km: "ស្វាយ" } }] }),
        node("text", "why", { label: { vi: "Vì sao \uFFFC0\uFFFC?", en: "Why \uFFFC0\uFFFC?", km: "\uFFFC0\uFFFC?" } }),
      ],
      { out: [["fn", "jr:choice-name", ["path", "fruit"], ["path", "fruit"]]] },
    );
    const session = Session.begin(form, world());
    session.answer("fruit", "m");
    expect(find(session.view(), "why")?.label).toStrictEqual({ vi: "Vì sao xoài?", en: "Why mango?", km: "ស្វាយ?" });
  });

  test("says what is missing and what is refused, in items as well", () => {
    const session = Session.resume(household, family, world());
    session.answer("people/1-2/age", 200);
    session.answer("people/1-1/visits/1-4/cost", null);
    expect(kinds(session.violations())).toStrictEqual([
      ["people/1-1/visits/1-4/cost", "required"],
      ["people/1-2/age", "constraint"],
    ]);
    expect(find(session.view(), "people/1-2/age")?.violation?.message).toStrictEqual({ default: "Too old" });
  });

  test("counts the questions that are shown and have an answer", () => {
    expect(Session.begin(household, world()).progress).toStrictEqual({ answered: 0, asked: 15 });
  });
});

test("an edit is asked only the constraints that have to do with what it changed", () => {
  const form = formOf([
    node("date", "day", { constraint: ["op", "<=", ["self"], ["fn", "today"]], message: text("!") }),
    node("integer", "least"),
    node("integer", "n", { constraint: ["op", ">=", ["self"], ["path", "least"]], message: text("!") }),
  ]);
  const base = { day: "2023-05-20", least: 3, n: 2 };
  const session = Session.resume(form, base, world(), base);
  expect(session.violations()).toStrictEqual([]);
  session.answer("least", 4);
  expect(kinds(session.violations())).toStrictEqual([["n", "constraint"]]);
  session.answer("day", "2023-05-21");
  expect(kinds(session.violations())).toStrictEqual([["day", "constraint"], ["n", "constraint"]]);
});

test("a constraint on today is asked again when the day is another", () => {
  const form = formOf([node("date", "day", { constraint: ["op", "<=", ["self"], ["fn", "today"]], message: text("!") })]);
  let now = new Date("2023-05-16T16:59:00Z");
  const session = Session.begin(form, world({ now: () => now }));
  session.answer("day", "2023-05-17");
  expect(kinds(session.violations())).toStrictEqual([["day", "constraint"]]);
  now = new Date("2023-05-16T17:01:00Z");
  expect(session.violations()).toStrictEqual([]);
});

test("what the form doesn't know stays in a draft and is not sent", () => {
  const session = Session.resume(household, { ...family, older: "x" }, world());
  expect(session.values["older"]).toBe("x");
  expect(session.submission()).not.toHaveProperty("older");
});

const steps = fc.array(
  fc.oneof(
    fc.tuple(fc.constant("rooms"), fc.option(fc.integer({ min: 0, max: 4 }))),
    fc.tuple(fc.constantFrom("head", "more/remark"), fc.option(fc.constantFrom("a", "b"))),
    fc.tuple(fc.constant("province"), fc.option(fc.constantFrom("tv", "vl"))),
    fc.tuple(fc.constant("district"), fc.option(fc.constantFrom("tc", "ck", "lh"))),
    fc.tuple(fc.constantFrom("*age", "*visits_count"), fc.option(fc.integer({ min: 0, max: 30 }))),
    fc.tuple(fc.constantFrom("+", "-"), fc.nat(3)),
  ),
  { maxLength: 25 },
);

/** Plays steps; '*' answers in one of the items, '+' and '-' add and remove one. */
function play(session: Session, script: readonly (readonly [string, Value | null])[]): void {
  for (const [what, value] of script) {
    const items = find(session.view(), "people")?.items ?? [];
    const place = typeof value === "number" ? value : 0;
    const item = items[place % Math.max(1, items.length)];
    if (what === "+") session.addItem("people");
    else if (what === "-" || what.startsWith("*")) {
      if (!item) continue;
      if (what === "-") session.removeItem(item.path);
      else session.answer(`${item.path}/${what.slice(1)}`, what === "*visits_count" && value !== null ? place % 4 : value);
    }
    else session.answer(what, value);
  }
}

test("what follows step by step is what follows at once, and a draft opened again is the same", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const session = Session.begin(household, world());
      play(session, script);
      const again = Session.resume(household, session.values, world());
      expect(again.values).toStrictEqual(session.values);
      expect(again.view()).toStrictEqual(session.view());
      expect(again.violations()).toStrictEqual(session.violations());
      expect(again.submission()).toStrictEqual(session.submission());
      expect(again.progress).toStrictEqual(session.progress);
    }),
    { numRuns: 60 },
  );
});

test("answers to different questions may come in any order", () => {
  const answers = fc.record({
    rooms: fc.integer({ min: 0, max: 4 }),
    province: fc.constantFrom("tv", "vl"),
    district: fc.constantFrom("tc", "lh"),
    head: fc.constantFrom("a", "b"),
    "more/remark": fc.constantFrom("c", "d"),
    "people/7-1/age": fc.integer({ min: 0, max: 30 }),
    "people/7-1/likes": fc.constantFrom("radio", "boat"),
  });
  const shuffled = answers.chain((values) =>
    fc.tuple(fc.constant(values), fc.shuffledSubarray(Object.keys(values), { minLength: Object.keys(values).length })),
  );
  fc.assert(
    fc.property(shuffled, ([values, order]) => {
      const [session, other] = [Session.begin(household, world()), Session.begin(household, world())];
      for (const [path, value] of Object.entries(values)) session.answer(path, value);
      for (const path of order) other.answer(path, values[path as keyof typeof values]);
      expect(other.submission()).toStrictEqual(session.submission());
      expect(other.view()).toStrictEqual(session.view());
    }),
    { numRuns: 60 },
  );
});
