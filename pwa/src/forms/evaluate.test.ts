import { describe, expect, test } from "vitest";

import type { Expression } from "../shared/form";
import vectors from "../../../tests/vectors/expressions.json";
import { evaluate } from "./evaluate";
import { momentOf, showDay } from "./moments";

interface Case {
  text: string;
  tree: unknown;
  value: unknown;
  document?: Record<string, unknown>;
  self?: unknown;
  now?: string;
}

function asJson(value: ReturnType<typeof evaluate>, offset: number): unknown {
  if (typeof value === "object") return { [value.timed ? "datetime" : "date"]: showDay(value, offset) };
  if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
  return value === 0 ? 0 : value;
}

describe("an expression gives what the shared vectors say", () => {
  test.each((vectors.cases as Case[]).map((item) => [item.text, item] as const))("%s", (_text, item) => {
    const now = item.now ?? vectors.now;
    const given = evaluate(item.tree as Expression, item.document ?? {}, item.self ?? null, now);
    expect(asJson(given, momentOf(now).offset)).toStrictEqual(item.value);
  });
});
