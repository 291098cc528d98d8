import { expect, test } from "vitest";
import type { CompiledForm } from "../../../../shared/form";
import type { Values } from "../../../../shared/protocol";
import vectors from "../../../../../../tests/vectors/forms/TNGT-01.json?raw";
import { formState } from "./form-state";

const { form } = JSON.parse(vectors) as { form: CompiledForm };
const written: Values = {
  occurred_at: "2023-05-01T08:00:00+07:00",
  mode: "road",
  vehicles: ["motorbike"],
  "consequences/deaths_seen": 0,
  "consequences/injured_seen": 1,
  emergency_called: ["nobody"],
};
const forty_days_later = new Date("2023-06-10T08:00:00+07:00");

function wrong(values: Values, base: Values | null): string[] {
  return [...formState(form, values, forty_days_later, base).wrong.keys()];
}

test("a report of an accident of forty days ago is refused", () => {
  expect(wrong(written, null)).toContain("occurred_at");
});

test("a report that was right when it was written can be corrected forty days later", () => {
  expect(wrong({ ...written, "consequences/injured_seen": 2 }, written)).toEqual([]);
});

test("a moment that the correction itself brings is asked again", () => {
  const moved = { ...written, occurred_at: "2023-05-02T08:00:00+07:00" };
  expect(wrong(moved, written)).toEqual(["occurred_at"]);
});
