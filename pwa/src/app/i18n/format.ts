/** Numbers and moments as people here write them: 1.234,5 and 16/05/2023; Latin digits in Khmer too, the local habit. */
import { language } from "./index";

const ZONE = "Asia/Ho_Chi_Minh";

function separators(): string {
  return language.value === "en" ? "en" : "vi";
}

export function formatNumber(value: number, decimals = 0): string {
  return new Intl.NumberFormat(separators(), { maximumFractionDigits: decimals }).format(value);
}

/** dd/mm/yyyy of an ISO date or moment; moments are read in the campaign's time zone. */
export function formatDate(iso: string): string {
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (plain) return `${plain[3]}/${plain[2]}/${plain[1]}`;
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" }).format(moment);
}

/** hh:mm in the campaign's time zone. */
export function formatTime(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" }).format(moment);
}

/** "07:30 16/05/2023": the hour first, as on a Vietnamese report. */
export function formatMoment(iso: string): string {
  return `${formatTime(iso)} ${formatDate(iso)}`;
}
