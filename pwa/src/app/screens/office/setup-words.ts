/** Targets, milestones, days and figures of a set-up in words. */
import { localized } from "../../i18n";
import { formatDate, formatHours, formatNumber, formatPercent } from "../../i18n/format";
import { isShare, MEMBERS, numberOf, WINDOWS, type Days, type Definition, type Judged, type Kind, type Member, type Named, type Setup, type Span, type Target, type TargetLine, type Window } from "./setup-data";
import { t } from "./setup-t";

/** Members that are shares of a hundred, whatever the indicator. */
const PERCENT: readonly Member[] = ["minimum", "stretch"];

/** The unit of a target's number. */
export function unitOf(line: TargetLine, member: Member): string {
  if (PERCENT.includes(member) || isShare(line.kind)) return "%";
  return line.kind === "median" ? t("setup.hours") : localized(line.unit);
}

export function targetWords(line: TargetLine, target: Target | null): string {
  const words = MEMBERS.flatMap((member) => {
    const number = target?.[member];
    if (number === undefined) return [];
    const unit = unitOf(line, member);
    return [t(`setup.member.${member}.words`, { figure: `${formatNumber(number)}${unit === "%" ? "" : " "}${unit}` })];
  });
  return words.join("; ") || t("setup.target.none");
}

/** A figure as its kind is read: hours, a part of a whole and its share, a change in percent, else a number. */
export function figureWords(kind: Kind | undefined, figure: Pick<Judged, "numerator" | "denominator"> & { readonly percent?: string | null }): string {
  const { numerator, denominator, percent } = figure;
  const number = formatNumber(numerator ?? 0);
  if (kind === "median") return denominator ? `${formatHours(numerator ?? 0)} ${t("setup.hours")}` : "–";
  const share = percent ? ` (${formatPercent(percent)})` : "";
  if (kind && isShare(kind) && denominator !== null) return `${number} / ${formatNumber(denominator)}${share || shareOf(numerator ?? 0, denominator)}`;
  return kind === "reduction" ? `${number}${share}` : number;
}

/** Cut, not rounded: what has not come to the whole is never called the whole. */
function shareOf(part: number, whole: number): string {
  return whole > 0 ? ` (${formatNumber(Math.floor((1000 * part) / whole) / 10, 1)}%)` : "";
}

/** What a milestone is reached by. */
export function meaning(definition: Definition, setup: Setup): string {
  const member = numberOf(definition);
  const number = member ? (definition[member] ?? 0) : 0;
  const nameOf = (code: string) => localized(setup.indicators.find((one) => one.code === code)?.name) || code;
  const kind = setup.indicators.find((one) => one.code === definition.indicator)?.kind;
  const share = definition.type === "threshold" && kind && isShare(kind);
  const codes = definition.indicator ? [definition.indicator] : (definition.indicators ?? []);
  const given = {
    number: share ? `${formatNumber(number)}%` : number,
    name: codes.map(nameOf).join(", "),
    date: definition.on ? formatDate(definition.on) : "",
  };
  if (definition.type === "streak") return t(member === "weeks" ? "setup.means.weeks" : "setup.means.days", given);
  return t(`setup.means.${definition.type}`, given);
}

/** Of a warning nobody says that it was reached: it has happened. */
export function isWarning({ type }: Definition): boolean {
  return type === "guard" || type === "deadline";
}

/** The campaign's own days: "Hoạt động: 20/03/2023 – 14/12/2023; …". */
export function daysWords({ windows, report_days: many }: Days): string {
  const words = WINDOWS.map((name) => `${t(`setup.window.${name}`)}: ${windowWords(windows[name])}`);
  return [...words, t("setup.report-days.words", { count: many ?? 0 })].join("; ");
}

export function windowWords({ from, to }: Window): string {
  return `${formatDate(from)} – ${formatDate(to)}`;
}

/** "Lượt người nghe (lượt)". */
export function namedWords({ name, unit }: Named): string {
  return `${localized(name)} (${localized(unit)})`;
}

export function spanWords({ from, to, name }: Span): string {
  return `${localized(name)} (${formatDate(from)} – ${formatDate(to)})`;
}
