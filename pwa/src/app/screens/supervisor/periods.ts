/** Reporting periods as authorities cut them. Pure; dates are local days like 2023-05-16. */

const DAY = 86_400_000;

export interface Period {
  readonly from: string;
  readonly to: string;
}

function days(from: number, to: number): Period {
  const text = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return { from: text(from), to: text(to) };
}

/** The first day of the month in which periods begin on `start`. */
function monthly(day: string, start: number): Period {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const first = date >= start ? month - 1 : month - 2;
  return days(Date.UTC(year, first, start), Date.UTC(year, first + 1, start) - DAY);
}

function weekly(day: string): Period {
  const at = Date.parse(`${day}T00:00:00Z`);
  const sinceThursday = (new Date(at).getUTCDay() + 3) % 7;
  return days(at - sinceThursday * DAY, at + (6 - sinceThursday) * DAY);
}

/** The period of a campaign's calendar that a day lies in. */
export function periodOf(calendar: string, day: string): Period {
  if (calendar === "BATGT_15_14") return monthly(day, 15);
  if (calendar === "BATGT_16_15") return monthly(day, 16);
  return calendar === "WEEK_THU_WED" ? weekly(day) : monthly(day, 1);
}

/** As Vietnamese offices write it: 15/4/2023–14/5/2023. */
export function periodText({ from, to }: Period): string {
  const text = (day: string): string => day.split("-").map(Number).reverse().join("/");
  return `${text(from)}–${text(to)}`;
}

/** The periods that a record is likely locked for: that of the day it was written on, and the one before. */
export function periodsFor(calendar: string, at: string): string[] {
  const now = periodOf(calendar, at.slice(0, 10));
  const before = new Date(Date.parse(`${now.from}T00:00:00Z`) - DAY).toISOString().slice(0, 10);
  return [now, periodOf(calendar, before)].map(periodText);
}
