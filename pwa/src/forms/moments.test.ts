import { expect, test } from "vitest";

import { dayOf, inZone, momentOf, readDay, showDay } from "./moments";

test("a text keeps its own offset, a Date is counted in the zone, daylight saving included", () => {
  expect(momentOf("2023-05-16T07:30:00.000+07:00")).toStrictEqual({ milliseconds: 1684197000000, offset: 420 });
  expect(momentOf(new Date(1684197000000))).toStrictEqual({ milliseconds: 1684197000000, offset: 420 });
  expect(momentOf(new Date("2023-01-15T00:00:00Z"), "Pacific/Auckland").offset).toBe(13 * 60);
  expect(momentOf(new Date("2023-07-15T00:00:00Z"), "Pacific/Auckland").offset).toBe(12 * 60);
  expect(momentOf(new Date("2023-07-15T00:00:00.999Z"), "America/St_Johns").offset).toBe(-150);
});

test("a moment is moved to a zone without becoming another moment", () => {
  const moved = inZone("2023-05-16T16:59:59.999Z");
  expect(showDay(dayOf(moved), moved.offset)).toBe("2023-05-16T23:59:59.999+07:00");
});

test.each(["", "2023-05-16", "2023-05-16T07:30:00", "yesterday", "2023-02-30T07:30:00Z", "2023-05-16T07:30:00+15:00"])(
  "'%s' is no now",
  (text) => {
    expect(() => momentOf(text)).toThrow(RangeError);
  },
);

test("every day of the calendar is read and shown alike", () => {
  for (let days = -719_162; days <= 2_932_896; days += 997) {
    const text = showDay({ days, timed: false }, 0);
    expect(readDay(text, 0)).toStrictEqual({ days, timed: false });
  }
});
