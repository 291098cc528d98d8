import { expect, test } from "vitest";
import { apart, closed, opened } from "./track-points";

const [A, B, C] = ["9.7 106.2", "9.7 106.3", "9.8 106.3"] as const;

test("an area is closed once it has three points, and opened to the same three", () => {
  expect(closed([A, B], true)).toBe(`${A};${B}`);
  expect(closed([A, B, C], true)).toBe(`${A};${B};${C};${A}`);
  expect(opened(closed([A, B, C], true), true)).toEqual([A, B, C]);
  expect(opened("9.7 106.2; 9.7 106.3", true)).toEqual([A, B]);
});

test("a line keeps its points as they are, a loop too", () => {
  expect(opened(closed([A, B, A], false), false)).toEqual([A, B, A]);
  expect(opened(undefined, false)).toEqual([]);
});

test("a tenth of a degree of latitude is some eleven kilometres", () => {
  expect(apart(B, C)).toBeGreaterThan(11_000);
  expect(apart(B, C)).toBeLessThan(11_200);
  expect(apart(A, A)).toBe(0);
});
