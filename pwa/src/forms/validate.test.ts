import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { CompiledForm } from "../shared/form";
import { walk } from "./plan";
import { validate } from "./validate";
import { tidy } from "./values";

interface Case {
  why: string;
  document: Record<string, unknown>;
  wrong: [string, string][];
  now?: string;
  changed?: string[];
  messages?: unknown[];
}

interface Vectors {
  now: string;
  form: CompiledForm;
  cases: Case[];
}

// As text, since imported as modules '__proto__' would become a prototype instead of a name.
const files = import.meta.glob<string>("../../../tests/vectors/forms/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});
const loaded = Object.entries(files).map(([file, text]) => [file, JSON.parse(text) as Vectors] as const);

describe.each(loaded)("%s", (_file, vectors) => {
  test.each(vectors.cases.map((item) => [item.why, item] as const))("%s", (_why, item) => {
    const changed = item.changed === undefined ? {} : { changed: new Set(item.changed) };
    const found = validate(vectors.form, item.document, item.now ?? vectors.now, changed);
    expect(found.map((violation) => [violation.path, violation.kind])).toStrictEqual(item.wrong);
    if (item.messages !== undefined) expect(found.map((violation) => violation.message)).toStrictEqual(item.messages);
  });
});

const accident = loaded.find(([file]) => file.endsWith("TNGT-01.json"))?.[1] as Vectors;

function question(path: string) {
  const node = walk(accident.form.nodes).find((found) => found.path === path);
  if (node === undefined) throw new Error(`no ${path}`);
  return node;
}

test("any JSON is answered with violations in three languages, never an exception", () => {
  const paths = fc.oneof(fc.constantFrom(...accident.form.fields), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(fc.dictionary(paths, fc.jsonValue()), (document) => {
      for (const violation of validate(accident.form, document, accident.now)) {
        expect(Object.keys(violation.message).sort()).toStrictEqual(["en", "km", "vi"]);
      }
    }),
  );
});

test("a Date is taken in the campaign's zone", () => {
  const answers = { ...accident.cases[0]?.document, occurred_at: "2023-05-16T07:30:00.000+07:00" };
  expect(validate(accident.form, answers, new Date("2023-05-16T00:30:00Z"))).toStrictEqual([]);
  expect(validate(accident.form, answers, new Date("2023-05-16T00:29:59Z")).map((found) => found.kind)).toStrictEqual([
    "constraint",
  ]);
});

test("choices are kept in the form's order, text in NFC without spaces around it, nothing as null", () => {
  expect(tidy(question("vehicles"), ["truck", "motorbike"])).toStrictEqual(["motorbike", "truck"]);
  expect(tidy(question("vehicles"), [])).toBeNull();
  expect(tidy(question("hamlet"), "  A\u0302\u0301p  ")).toBe("\u1ea4p");
  expect(tidy(question("hamlet"), "  ")).toBeNull();
  expect(tidy(question("consequences/deaths_seen"), 0)).toBe(0);
});
