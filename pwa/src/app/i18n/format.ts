/** Numbers and moments as people here write them: 1.234,5 and 16/05/2023; Latin digits in Khmer too, the local habit. */
import { language } from "./index";

const ZONE = "Asia/Ho_Chi_Minh";
// Made once: a formatter costs a slow phone more than a millisecond, and the filling screen says the hour at every answer.
const DAYS = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const HOURS = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });

const NUMBERS = new Map<string, Intl.NumberFormat>();

/** Written with at least and at most so many decimals. */
function written(value: number, least: number, most: number): string {
  const separators = language.value === "en" ? "en" : "vi";
  const key = `${separators}${least}-${most}`;
  const format = NUMBERS.get(key) ?? new Intl.NumberFormat(separators, { minimumFractionDigits: least, maximumFractionDigits: most });
  NUMBERS.set(key, format);
  return format.format(value);
}

export function formatNumber(value: number, decimals = 0): string {
  return written(value, 0, decimals);
}

/** A decimal number that the server wrote ("-18,74"), with a real minus and the language's decimal sign. */
export function formatDecimal(written: string): string {
  const signed = written.replace("-", "−");
  return language.value === "en" ? signed.replace(/[.,]/g, (sign) => (sign === "," ? "." : ",")) : signed;
}

/** A percentage that the server wrote. */
export function formatPercent(written: string): string {
  return `${formatDecimal(written)}%`;
}

/** A count as official texts write it: two digits below ten ("03"), thousands with a point. */
export function formatCount(value: number): string {
  return value > 0 && value < 10 && language.value !== "en" ? `0${value}` : formatNumber(value);
}

/** A difference with its sign: "−400", "+3", "0". */
export function formatDifference(value: number): string {
  return `${value < 0 ? "−" : value > 0 ? "+" : ""}${formatNumber(Math.abs(value))}`;
}

/** Minutes as hours with one decimal, rounded half-up: "2,5". */
export function formatHours(minutes: number): string {
  const tenths = Math.floor((minutes + 3) / 6);
  return written(tenths / 10, 1, 1);
}

/** Whole days from one plain date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** dd/mm/yyyy of an ISO date or moment; moments are read in the campaign's time zone. */
export function formatDate(iso: string): string {
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (plain) return `${plain[3]}/${plain[2]}/${plain[1]}`;
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return DAYS.format(moment);
}

/** hh:mm in the campaign's time zone. */
export function formatTime(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return HOURS.format(moment);
}

/** "07:30 16/05/2023": the hour first, as on a Vietnamese report. */
export function formatMoment(iso: string): string {
  return `${formatTime(iso)} ${formatDate(iso)}`;
}
