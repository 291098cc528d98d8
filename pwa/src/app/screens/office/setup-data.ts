/** The set-up of a campaign as the server tells it, and what is typed as the changes that it takes. Pure. */
import type { IndicatorDocument } from "../../../shared/protocol";
import { readFigure, writeFigure } from "./figures";
import type { Done, MovedPlaces } from "./setup-places-data";

/** A text in the languages that somebody wrote. */
type Label = Readonly<Partial<Record<string, string>>>;
export const MEMBERS = ["minimum", "stretch", "fewer", "at_least", "at_most"] as const;
export type Kind = IndicatorDocument["kind"];
export type Member = (typeof MEMBERS)[number];
export type Target = Readonly<Partial<Record<Member, number>>>;
export const PARTS = ["places", "people", "forms", "indicators", "targets", "milestones", "calendar"] as const;

export type ChangedPart = "places" | "targets" | "indicators" | "milestones" | "calendar";

export interface Part {
  readonly part: (typeof PARTS)[number];
  readonly count: number;
  readonly missing: number;
  readonly at: string | null;
  readonly by: string | null;
}

export interface OwnTarget {
  readonly place: number;
  readonly target: Target;
  readonly changed: boolean;
}

export interface TargetLine {
  readonly code: string;
  readonly name: Label;
  readonly unit: Label;
  readonly kind: Kind;
  readonly per: "month" | "quarter" | null;
  readonly members: readonly Member[];
  readonly target: Target | null;
  readonly of_pack: Target | null;
  readonly changed: boolean;
  readonly places: readonly OwnTarget[];
}

export interface Definition {
  readonly code?: string;
  readonly type: "date" | "threshold" | "streak" | "guard" | "first" | "deadline";
  readonly name: Label;
  readonly on?: string;
  readonly indicator?: string;
  readonly indicators?: readonly string[];
  readonly at_least?: number;
  readonly at_most?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly form?: string;
  readonly places?: "campaign" | "each";
  readonly off?: boolean;
}

/** What a milestone can be; a streak is of weeks with activity, or of days without something. */
export const MILESTONE_KINDS = ["threshold", "first", "weeks", "days", "guard", "date", "deadline"] as const;
export type MilestoneKind = (typeof MILESTONE_KINDS)[number];

export interface MilestoneLine {
  readonly code: string;
  readonly definition: Definition;
  readonly of_pack: boolean;
  readonly changed: boolean;
  readonly standing: readonly number[];
}

/** Days that are reported on by themselves, both ends included. */
export interface Span {
  readonly from: string;
  readonly to: string;
  readonly name: Label;
}

/** The campaign's own days by what they are for: accidents are counted in `outcome` and compared with `against`. */
export const WINDOWS = ["activity", "outcome", "against"] as const;
export type WindowName = (typeof WINDOWS)[number];

export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface Days {
  readonly windows: Readonly<Record<WindowName, Window>>;
  /** How many days after a period's last its report may come; null: what is typed is no number. */
  readonly report_days: number | null;
}

/** What a figure and its unit are called. */
export interface Named {
  readonly name: Label;
  readonly unit: Label;
}

export type NamedBy = Readonly<Record<string, Named>>;

export interface IndicatorLine extends Named {
  readonly code: string;
  readonly kind: Kind;
  /** What milestones it may decide. */
  readonly decides: readonly MilestoneKind[];
  /** The office has called it otherwise than its pack. */
  readonly changed: boolean;
}

export interface Entry {
  readonly part: ChangedPart;
  readonly entry: string;
  readonly value: Target | Definition | Spans | Done | Days | Named | null;
  readonly by: string;
  readonly at: string;
}

export interface Spans {
  readonly spans: readonly Span[];
}

export interface Setup {
  readonly seen: number;
  readonly units: readonly number[];
  readonly parts: readonly Part[];
  readonly targets: readonly TargetLine[];
  readonly milestones: readonly MilestoneLine[];
  readonly indicators: readonly IndicatorLine[];
  readonly forms: readonly { readonly key: string; readonly title: Label }[];
  readonly special: readonly Span[];
  readonly special_of_pack: readonly Span[];
  readonly special_changed: boolean;
  readonly windows: Days;
  readonly windows_of_pack: Days;
  readonly windows_changed: boolean;
  readonly history: readonly Entry[];
}

export interface Change {
  readonly part: ChangedPart;
  readonly code: string | null;
  readonly place?: number | null;
  readonly value: Target | Omit<Definition, "code"> | Spans | Done | Days | Named | null;
}

export interface Judged {
  readonly target: Target | null;
  readonly verdict: IndicatorDocument["verdict"] | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly percent: string | null;
}

/** A milestone as it was and will be (null: not there), and where it stands then: everywhere, newly, no more. */
export interface MovedMilestone {
  readonly code: string;
  readonly before: Definition | null;
  readonly after: Definition | null;
  readonly standing: readonly number[];
  readonly reached: readonly number[];
  readonly gone: readonly number[];
}

export interface Preview {
  /** What becomes of places and who answers for them; null: no place was changed. */
  readonly places: MovedPlaces | null;
  /** Days that will be reported on by themselves and have begun, with what they add up to. */
  readonly special: readonly (Span & { readonly figures: readonly { readonly code: string; readonly numerator: number; readonly denominator: number | null }[] })[];
  readonly figures: readonly { readonly code: string; readonly place: number; readonly before: Judged; readonly after: Judged }[];
  readonly milestones: readonly MovedMilestone[];
}

/**
 * What is typed, and over what: the last change that the screen knew when it was begun, and what stood there then. What
 * somebody else changes later is not undone by it unseen.
 */
export interface Draft<What> {
  readonly seen: number;
  readonly base: What;
  readonly value: What;
}

export function typedOver<What>(draft: Draft<What> | undefined, shown: Omit<Draft<What>, "value">, value: What): Draft<What> {
  return draft ? { ...draft, value } : { ...shown, value };
}

/** What is typed, by the indicator's code, the unit (0: the whole campaign) and the number's name. */
export type Typed = Readonly<Record<string, string>>;

export function fieldOf(code: string, place: number, member: Member): string {
  return `${code}@${place}.${member}`;
}

/** What a target's field shows: what is typed, else the number that counts. */
export function textOf(typed: Typed, line: TargetLine, place: number, member: Member): string {
  return typed[fieldOf(line.code, place, member)] ?? writeFigure(targetAt(line, place)?.[member] ?? null);
}

export function targetAt(line: TargetLine, place: number): Target | null {
  return place === 0 ? line.target : (line.places.find((own) => own.place === place)?.target ?? null);
}

function isTyped(typed: Typed, line: TargetLine, place: number): boolean {
  return line.members.some((member) => typed[fieldOf(line.code, place, member)] !== undefined);
}

/** Whether the office has changed the target of a place on screen. */
function isChanged(line: TargetLine, place: number): boolean {
  return place === 0 ? line.changed : (line.places.find((own) => own.place === place)?.changed ?? false);
}

/**
 * What saving would change, in the order of the screen. A number that is emptied is as first planned, a unit's as for the
 * whole campaign; a target whose fields are all empty is taken back.
 */
export function targetChanges(lines: readonly TargetLine[], units: readonly number[], typed: Typed): Change[] {
  return lines.flatMap((line) =>
    [0, ...units]
      .filter((place) => isTyped(typed, line, place))
      .flatMap((place): Change[] => {
        const value = read(typed, line, place);
        const before = targetAt(line, place);
        const same = value ? alike(line, before, value) : !isChanged(line, place);
        return same ? [] : [{ part: "targets", code: line.code, place: place || null, value }];
      }),
  );
}

function alike(line: TargetLine, one: Target | null, other: Target | null): boolean {
  return line.members.every((member) => one?.[member] === other?.[member]);
}

/** The target that is typed; null: what is planned. */
function read(typed: Typed, line: TargetLine, place: number): Target | null {
  const planned = place === 0 ? line.of_pack : line.target;
  const found: Partial<Record<Member, number>> = {};
  const emptied: Partial<Record<Member, number>> = {};
  for (const member of line.members) {
    const figure = readFigure(textOf(typed, line, place, member));
    if (!figure.ok) continue;
    const otherwise = typed[fieldOf(line.code, place, member)] === undefined ? undefined : planned?.[member];
    if (figure.value !== null) found[member] = figure.value;
    else if (otherwise !== undefined) emptied[member] = otherwise;
  }
  const value = { ...found, ...emptied };
  const back = Object.keys(emptied).length > 0 && alike(line, planned, value);
  return Object.keys(found).length === 0 || back ? null : value;
}

/** Why a target can't be: what is striven for is less than what is demanded, or a share is more than the whole. */
export function impossible(line: TargetLine, target: Target | null): "stretch" | "share" | null {
  const { minimum, stretch, at_least: least } = target ?? {};
  if (minimum !== undefined && stretch !== undefined && stretch < minimum) return "stretch";
  const percents = [minimum, stretch, isShare(line.kind) ? least : undefined];
  return percents.some((number) => number !== undefined && number > WHOLE) ? "share" : null;
}

const WHOLE = 100;

export function isShare(kind: Kind): boolean {
  return kind === "ratio" || kind === "covered";
}

/** Whether a number can't be read. */
export function isWrong(typed: Typed): boolean {
  return Object.values(typed).some((text) => !readFigure(text).ok);
}

/** The number that a milestone of a type has, if it has one. */
export function numberOf({ type, indicators }: Definition): "at_least" | "at_most" | "weeks" | "days" | null {
  if (type === "streak") return indicators ? "weeks" : "days";
  return ({ threshold: "at_least", guard: "at_most", deadline: "days", date: null, first: null } as const)[type];
}

export function kindOf({ type, indicators }: Definition): MilestoneKind {
  return type === "streak" ? (indicators ? "weeks" : "days") : type;
}

/** One that becomes of another kind: its names, and what the new kind has use for. */
export function ofKind(kind: MilestoneKind, { name, indicator, places = "campaign" }: Definition, indicators: readonly IndicatorLine[]): Definition {
  if (kind === "date" || kind === "deadline") return { type: kind, name };
  const type = kind === "weeks" || kind === "days" ? "streak" : kind;
  if (kind === "weeks") return { type, name, places, indicators: [] };
  const kept = indicators.some((line) => line.code === indicator && line.decides.includes(kind));
  return { type, name, places, ...(indicator && kept ? { indicator } : {}) };
}

/** What is missing in a definition, as far as the screen can see; null: nothing. */
export function missing(definition: Definition): "name" | "on" | "number" | "indicator" | "form" | null {
  const { type, name, on, indicator, indicators, form } = definition;
  if (!name["vi"]?.trim()) return "name";
  if (type === "date" && !on) return "on";
  if (type === "deadline" && !form) return "form";
  if (type !== "date" && type !== "deadline" && !(indicators ? indicators.length : indicator)) return "indicator";
  const member = numberOf(definition);
  return member && (definition[member] ?? -1) < leastOf(member) ? "number" : null;
}

/** Nothing at all may be the most that is borne; all else is counted from one. */
export function leastOf(member: ReturnType<typeof numberOf>): number {
  return member === "at_most" ? 0 : 1;
}

/** A milestone's draft over what stands now: what was typed in it stays, all else is as it stands. */
export function definitionOver({ base, value }: Draft<Definition>, now: Definition, seen: number): Draft<Definition> {
  const name = typedIn(base.name, value.name, now.name);
  return { seen, base: now, value: { ...typedIn(base, value, now), name } };
}

function typedIn<What extends object>(base: What, value: What, now: What): What {
  const members = Object.keys({ ...now, ...base, ...value }) as (keyof What)[];
  const chosen = members.map((member) => [member, (JSON.stringify(base[member]) === JSON.stringify(value[member]) ? now : value)[member]] as const);
  return Object.fromEntries(chosen.filter(([, found]) => found !== undefined)) as What;
}

/** A calendar's draft over what stands now: what was typed in it stays, what somebody else added or removed does too. */
export function spansOver({ base, value }: Draft<readonly Span[]>, now: readonly Span[], seen: number): Draft<readonly Span[]> {
  const removed = without(base, now);
  const added = without(without(now, base), value);
  return { seen, base: now, value: [...without(value, removed), ...added] };
}

/** Of spans those that the others don't have as they are. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const known = new Set(others.map((span) => JSON.stringify(written(span))));
  return spans.filter((span) => !known.has(JSON.stringify(written(span))));
}

/** A span as the server takes it. */
export function written({ from, to, name }: Span): Span {
  return { from, to, name: writtenName(name) };
}

/** A name as the server takes it: languages that nobody wrote are left out. */
function writtenName(name: Label): Label {
  return Object.fromEntries(["vi", "en", "km"].flatMap((language) => (name[language]?.trim() ? [[language, name[language].trim()] as const] : [])));
}

export interface DaysWrong {
  readonly at: WindowName | "report_days";
  readonly why: "days" | "against" | "report_days";
}

const MOST_REPORT_DAYS = 60;

/** What can't be in the campaign's days; null: nothing. */
export function daysWrong({ windows, report_days: many }: Days): DaysWrong | null {
  const at = WINDOWS.find((name) => !windows[name].from || !windows[name].to || windows[name].to < windows[name].from);
  if (at) return { at, why: "days" };
  if (windows.against.to >= windows.outcome.from) return { at: "against", why: "against" };
  return many === null || many > MOST_REPORT_DAYS ? { at: "report_days", why: "report_days" } : null;
}

/** A draft of the campaign's days over what stands now: what was typed in it stays, all else is as it stands. */
export function daysOver({ base, value }: Draft<Days>, now: Days, seen: number): Draft<Days> {
  return { seen, base: now, value: { ...typedIn(base, value, now), windows: typedIn(base.windows, value.windows, now.windows) } };
}

/** What all figures and their units are called. */
export function namesIn({ indicators }: Pick<Setup, "indicators">): NamedBy {
  return Object.fromEntries(indicators.map(({ code, name, unit }) => [code, { name, unit }]));
}

/** Names that are typed over those that stand now: what was typed stays, of a figure that is no more nothing does. */
export function namedOver({ base, value }: Draft<NamedBy>, now: NamedBy, seen: number): Draft<NamedBy> {
  const typed = Object.entries(value).flatMap(([code, { name, unit }]) => {
    const [before, stands] = [base[code], now[code]];
    return before && stands ? [[code, { name: typedIn(before.name, name, stands.name), unit: typedIn(before.unit, unit, stands.unit) }] as const] : [];
  });
  return { seen, base: now, value: Object.fromEntries(typed) };
}

/** Whether a figure and its unit have their Vietnamese name. */
export function isNamed({ name, unit }: Named): boolean {
  return Boolean(name["vi"]?.trim() && unit["vi"]?.trim());
}

/** What saving would change of the names. */
export function nameChanges({ indicators }: Pick<Setup, "indicators">, typed: NamedBy): Change[] {
  return indicators.flatMap((line): Change[] => {
    const named = typed[line.code];
    if (!named) return [];
    const value = { name: writtenName(named.name), unit: writtenName(named.unit) };
    const before = { name: writtenName(line.name), unit: writtenName(line.unit) };
    return JSON.stringify(value) === JSON.stringify(before) ? [] : [{ part: "indicators", code: line.code, value }];
  });
}
