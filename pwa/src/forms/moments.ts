/**
 * Moments: days since 1970-01-01 in local time, counted at one offset for all. Twin of `server/forms/evaluate.py`.
 */

/** A moment; `timed` when it has an hour. */
export interface Day {
  readonly days: number;
  readonly timed: boolean;
}

/** Now: milliseconds since 1970-01-01 UTC, and minutes east of UTC that local time is counted at. */
export interface Moment {
  readonly milliseconds: number;
  readonly offset: number;
}

export const ZONE = "Asia/Ho_Chi_Minh";
const A_DAY = 86_400_000;
/** Beyond it a number is no moment any more (the year 9999 ends at 2,932,897). */
export const FARTHEST_DAY = 3_000_000;
const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$/;

/** The moment that an ISO 8601 date or date-time means, or null. Without an offset it is local time. */
export function readDay(text: string, offset: number): Day | null {
  const match = MOMENT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const days = daysOf(year, month, day);
  if (days === null) return null;
  if (match[4] === undefined) return { days, timed: false };
  const second = Number(match[6] ?? "0");
  if (hour > 23 || minute > 59 || second > 59) return null;
  const east = match[8] === undefined ? offset : offsetOf(match[8]);
  if (east === null) return null;
  const milliseconds = Number(((match[7] ?? "") + "000").slice(0, 3));
  const minutes = hour * 60 + minute + offset - east;
  const part = (minutes * 60 + second) * 1000 + milliseconds;
  return { days: (days * A_DAY + part) / A_DAY, timed: true };
}

const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** The part of a local day that a time of day is, or null. Without an offset it is local time. */
export function readTime(text: string, offset: number): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const day = readDay(`1970-01-01T${text}`, offset);
  return day && day.days - Math.floor(day.days);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A moment as `form` says: '%d/%m/%Y'. Hours, minutes and seconds only where it is `timed`. */
export function formatted(day: Day, form: string, timed: boolean): string {
  const date = new Date(Math.floor(day.days * A_DAY + 0.5));
  const digits = (part: number, width = 2): string => String(part).padStart(width, "0");
  const parts: Readonly<Record<string, string>> = {
    Y: digits(date.getUTCFullYear(), 4),
    y: digits(date.getUTCFullYear(), 4).slice(2),
    m: digits(date.getUTCMonth() + 1),
    n: String(date.getUTCMonth() + 1),
    b: MONTHS[date.getUTCMonth()] ?? "",
    d: digits(date.getUTCDate()),
    e: String(date.getUTCDate()),
    a: WEEKDAYS[date.getUTCDay()] ?? "",
    ...(timed && {
      H: digits(date.getUTCHours()),
      h: String(date.getUTCHours()),
      M: digits(date.getUTCMinutes()),
      S: digits(date.getUTCSeconds()),
      3: digits(date.getUTCMilliseconds(), 3),
    }),
  };
  return form.replace(/%([A-Za-z3])/g, (whole, sign: string) => parts[sign] ?? whole);
}

/** Days since 1970-01-01 of a date of the Gregorian calendar, or null when there is no such date. */
function daysOf(year: number, month: number, day: number): number | null {
  if (year < 1) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? Math.floor(date.getTime() / A_DAY) : null;
}

/** Minutes east of UTC; null beyond 14 hours, which no place on earth has. */
function offsetOf(zone: string): number | null {
  if (zone === "Z") return 0;
  const rest = Number(zone.slice(4, 6));
  const minutes = Number(zone.slice(1, 3)) * 60 + rest;
  if (rest > 59 || minutes > 14 * 60) return null;
  return zone.startsWith("-") ? -minutes : minutes;
}

/** ISO 8601 of a moment (date-times with milliseconds and offset); '' outside the years 1 to 9999. */
export function showDay(day: Day, offset: number): string {
  if (!(Math.abs(day.days) < FARTHEST_DAY)) return "";
  const total = Math.floor(day.days * A_DAY + 0.5);
  const date = new Date(total);
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9999) return "";
  const text = date.toISOString();
  return day.timed ? text.slice(0, 23) + showOffset(offset) : text.slice(0, 10);
}

function showOffset(offset: number): string {
  const minutes = Math.abs(offset);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/**
 * Now as a moment. A text must be ISO 8601 with an offset, at which local time is then counted; a `Date` is counted
 * in `zone`. Throws RangeError for a text that is no such moment.
 */
export function momentOf(now: Date | string, zone: string = ZONE): Moment {
  if (now instanceof Date) return { milliseconds: now.getTime(), offset: offsetIn(zone, now) };
  const found = readDay(now, 0);
  const suffix = /(Z|[+-][0-9]{2}:[0-9]{2})$/.exec(now);
  const offset = found?.timed === true && suffix !== null ? offsetOf(suffix[0]) : null;
  if (found === null || offset === null) throw new RangeError(`'${now}' is no ISO 8601 date-time with an offset`);
  return { milliseconds: Math.round(found.days * A_DAY), offset };
}

/** The same moment, with local time counted in `zone`. */
export function inZone(now: Date | string, zone: string = ZONE): Moment {
  return momentOf(new Date(momentOf(now, zone).milliseconds), zone);
}

/** The moment in days of local time. */
export function dayOf(moment: Moment): Day {
  return { days: (moment.milliseconds + moment.offset * 60_000) / A_DAY, timed: true };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC of a zone at a moment. */
function offsetIn(zone: string, at: Date): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clocks.set(zone, clock);
  }
  const part = Object.fromEntries(clock.formatToParts(at).map((piece) => [piece.type, Number(piece.value)]));
  const local = Date.UTC(
    part["year"] ?? 0,
    (part["month"] ?? 1) - 1,
    part["day"],
    part["hour"],
    part["minute"],
    part["second"],
  );
  return Math.round((local - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}
