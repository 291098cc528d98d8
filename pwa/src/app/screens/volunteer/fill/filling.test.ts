import { expect, test } from "vitest";
import type { CompiledForm, Expression, FormNode } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import { Filling, isTold } from "./filling";

const label = { vi: "Câu", en: "Question", km: "សំណួរ" };
const REQUIRED: Expression = ["lit", true];

function leaf(path: string, pos: number, more: Partial<FormNode> = {}): FormNode {
  return { t: "text", path, name: path.slice(path.lastIndexOf("/") + 1), pos, label, ...more };
}

const NODES: readonly FormNode[] = [
  leaf("a", 0, { required: REQUIRED }),
  leaf("b", 1, { relevant: ["op", "=", ["path", "a"], ["lit", "x"]] }),
  {
    t: "repeat",
    path: "many",
    name: "many",
    pos: 2,
    label,
    children: [leaf("many/c", 3, { required: REQUIRED })],
  },
  leaf("z", 4),
];

const FORM: CompiledForm = {
  key: "K",
  version: "1",
  hash: "h",
  languages: ["vi", "km"],
  title: label,
  fields: ["a", "b", "many", "many/c", "z"],
  nodes: NODES,
};

function open(values: Values | null, form = FORM): { filling: Filling; kept: string[] } {
  const kept: string[] = [];
  let item = 0;
  const around = { now: () => new Date("2023-05-16T00:30:00Z"), newItem: () => `17-${++item}`, random: () => 0 };
  return { kept, filling: new Filling({ form, around, values, changed: (path) => kept.push(path) }) };
}

function at(filling: Filling, path: string) {
  const found = filling.view.value.find((shown) => shown.path === path);
  if (!found) throw new Error(`${path} is not shown`);
  return found;
}

test("an answer is kept, what depends on it appears, and what doesn't stays the same object", () => {
  const { filling, kept } = open({});
  const before = at(filling, "z");
  filling.answer("a", "x", true);
  expect(kept).toEqual(["a"]);
  expect(filling.values["a"]).toBe("x");
  expect(at(filling, "b").node.path).toBe("b");
  expect(at(filling, "z")).toBe(before);
});

test("the answer of a question that is hidden meanwhile is kept in the draft and not sent", () => {
  const { filling } = open({ a: "x", b: "kept" });
  filling.answer("a", "y", false);
  expect(filling.values["b"]).toBe("kept");
  expect(filling.submission()["b"]).toBeUndefined();
  filling.answer("a", "x", false);
  expect(filling.submission()["b"]).toBe("kept");
});

test("what is missing is told when a page or the form is to be left, not while one types", () => {
  const { filling } = open({});
  filling.leave("a");
  expect(isTold(filling.telling.value, at(filling, "a"))).toBe(false);
  filling.ask(["a"]);
  expect(isTold(filling.telling.value, at(filling, "a"))).toBe(true);
  filling.askAll();
  expect(isTold(filling.telling.value, at(filling, "z"))).toBe(true);
  expect(filling.wrong.value).toEqual(["a"]);
});

test("an item is added open, told of by its own path, revealed from inside, and taken out with its answers", () => {
  const { filling, kept } = open({ a: "x" });
  const item = filling.add("many");
  expect(filling.opened.value.get(item)).toBe(true);
  expect(filling.wrong.value).toEqual([`${item}/c`]);
  filling.answer(`${item}/c`, "text", false);
  filling.open(item, false);
  filling.reveal(`${item}/c`);
  expect(filling.opened.value.get(item)).toBe(true);
  filling.remove(item);
  expect(Object.keys(filling.values).filter((path) => path.startsWith("many/"))).toEqual([]);
  expect(kept).toEqual([item, `${item}/c`, "many"]);
});

test("another tab's answers take the place of these", () => {
  const { filling } = open({ a: "x" });
  filling.take({ a: "y", z: "other" });
  expect(at(filling, "a").value).toBe("y");
  expect(at(filling, "z").value).toBe("other");
});

test("a form that lacks the app's language is read in its own first one, until another is chosen", () => {
  const { filling } = open({}, { ...FORM, languages: ["fr", "km"], called: { fr: "Français" } });
  expect(filling.tongue.value).toBe("fr");
  filling.speak("km");
  expect(filling.tongue.value).toBe("km");
});
