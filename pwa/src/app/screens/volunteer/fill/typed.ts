/** Numbers as people type them here: with a comma or a point, with Khmer digits, with spaces between thousands. */
import type { Value } from "../../../../shared/protocol";
import { language } from "../../../i18n";

const KHMER_ZERO = 0x17e0;

/** Khmer digits as Latin ones. */
function latin(typed: string): string {
  return typed.replace(/[០-៩]/g, (digit) => String(digit.charCodeAt(0) - KHMER_ZERO));
}

function bare(typed: string): string {
  return latin(typed).replace(/[\s\u00a0\u202f]/g, "").replace(/^[−–]/, "-");
}

/** A whole number; what is not one is kept as it was typed, and said to be wrong. */
export function readInteger(typed: string): Value | null {
  const plain = bare(typed);
  if (plain === "") return null;
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : typed;
}

/**
 * A number with a fraction. One comma or point is the decimal sign, whichever it is; of both, the last one is, and the
 * other one stands between thousands: 1.234,5 and 1,234.5 are the same.
 */
export function readDecimal(typed: string): Value | null {
  const plain = bare(typed);
  if (plain === "") return null;
  const last = Math.max(plain.lastIndexOf(","), plain.lastIndexOf("."));
  const sign = plain[last];
  const once = last < 0 || plain.indexOf(sign ?? "") === last;
  const [whole, fraction] = once && last >= 0 ? [plain.slice(0, last), plain.slice(last + 1)] : [plain, ""];
  const digits = `${grouped(whole) ? whole.replace(/[.,]/g, "") : whole}${fraction && `.${fraction}`}`;
  const value = Number(digits);
  return /^-?\d*(\.\d*)?$/.test(digits) && /\d/.test(digits) && Number.isFinite(value) ? value : typed;
}

function grouped(whole: string): boolean {
  return /^-?\d{1,3}([.,]\d{3})+$/.test(whole);
}

/** A number in a box: with the language's own decimal sign, without anything between thousands. */
export function showNumber(value: Value | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return "";
  return language.value === "en" ? String(value) : String(value).replace(".", ",");
}
