import { expect, test } from "vitest";
import { readDecimal, readInteger, showNumber } from "./typed";

test.each([
  ["12", 12],
  [" 1 200 ", 1200],
  ["-3", -3],
  ["១២", 12],
  ["", null],
  ["12a", "12a"],
  ["1,5", "1,5"],
])("a whole number: '%s' is read as %s", (typed, value) => expect(readInteger(typed)).toBe(value));

test.each([
  ["1,5", 1.5],
  ["1.5", 1.5],
  ["1.234,5", 1234.5],
  ["1,234.5", 1234.5],
  ["1.234.567", 1234567],
  ["-0,25", -0.25],
  [",5", 0.5],
  ["5,", 5],
  ["៣,៥", 3.5],
  ["", null],
  ["1,2,3", "1,2,3"],
  ["-", "-"],
  [",", ","],
  ["1e5", "1e5"],
])("a number: '%s' is read as %s", (typed, value) => expect(readDecimal(typed)).toBe(value));

test("a number is shown with the sign of the language, and what is none as it was typed", () => {
  expect(showNumber(1234.5)).toBe("1234,5");
  expect(showNumber("1,2,3")).toBe("1,2,3");
});
