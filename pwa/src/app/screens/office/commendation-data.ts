/** Nominations as the server tells them, and how the app calls where they stand. Pure, but for what is asked. */
import type { Localized } from "../../../shared/language";
import { NetworkError, ProblemError } from "../../../shared/problem";
import { explain } from "../../problems";
import { t } from "./commendation-t";

export const STAGES = ["nominated", "voted", "not_passed", "checked", "blocked", "cleared", "listed", "granted", "declined", "published", "cancelled", "withdrawn"] as const;
export type Stage = (typeof STAGES)[number];
export const ACTIONS = ["vote", "check", "clear", "list", "grant", "publish", "return", "block", "unlist", "decline", "unpublish", "cancel"] as const;
export type Action = (typeof ACTIONS)[number];
export const GROUNDS = ["discipline", "inspection", "complaint"] as const;

export interface Summary {
  readonly record: string;
  readonly place: number;
  readonly kind: "person" | "group" | "household";
  readonly organisation: string;
  readonly list: string;
  readonly award: string;
  readonly consent: boolean;
  /** First on a tie: a woman, or a group of at least 70 % women. */
  readonly preferred: boolean;
  readonly stage: Stage;
  readonly since: string | null;
  readonly agree: number | null;
  readonly present: number | null;
  /** The steps that are mine to take now. */
  readonly may: readonly Action[];
}

export interface Vote {
  readonly held_on: string;
  readonly members: number;
  readonly present: number;
  readonly agree: number;
  readonly against: number;
  readonly abstained: number;
}

export interface Decision {
  readonly number: string | null;
  readonly on: string | null;
  readonly book: string | null;
}

export interface Taken {
  readonly number: number;
  readonly action: Action;
  readonly reached: Stage;
  readonly rev: number;
  readonly by: string;
  /** For whom, where they stood in for somebody. */
  readonly for: string | null;
  readonly at: string;
  readonly reason: string | null;
  readonly ground: (typeof GROUNDS)[number] | null;
  readonly vote: Vote | null;
  readonly decision: Decision | null;
}

export interface Evidence {
  readonly record: string;
  readonly counted: boolean;
  readonly form: Localized | null;
  readonly place: number | null;
  readonly day: string | null;
  readonly answers: readonly { readonly question: Localized; readonly answer: readonly Localized[] }[];
  readonly others: readonly string[];
}

export interface Nomination extends Summary {
  readonly rev: number | null;
  /** How many steps were taken: a step is taken after what was seen. */
  readonly after: number;
  readonly day: string | null;
  readonly sex: "male" | "female" | null;
  readonly members: number | null;
  readonly women: number | null;
  readonly position: string;
  readonly achievement: string;
  readonly evidence: readonly Evidence[];
  readonly alike: readonly { readonly record: string; readonly stage: Stage; readonly why: "nominee" | "evidence" }[];
  /** Steps that another person takes: I wrote this, or took an earlier one. */
  readonly own: readonly Action[];
  readonly grantor: Localized | null;
  readonly law: string | null;
  readonly money: number | null;
  readonly steps: readonly Taken[];
}

export interface Award {
  readonly key: string;
  readonly name: Localized;
  readonly by_unit: boolean;
}

export interface Overview {
  readonly today: string;
  readonly vote: { readonly present: readonly number[]; readonly agree: readonly number[]; readonly source: Localized };
  readonly awards: readonly Award[];
  readonly nominations: readonly Summary[];
  readonly published: readonly {
    readonly place: number;
    readonly kind: Summary["kind"];
    readonly award: string;
    readonly number: string | null;
    readonly on: string | null;
  }[];
}

/** Whether somebody's next step is waited for: cancelling and taking back are always possible, and wait for nobody. */
export function waitsForMe(one: Summary): boolean {
  return one.may.some((action) => leadsOn(one.stage, action));
}

/** Whether a step takes a nomination further; a meeting's record that is written again doesn't. */
export function leadsOn(stage: Stage, action: Action): boolean {
  if (action === "vote") return stage === "nominated";
  return (["check", "clear", "list", "grant", "publish"] as readonly Action[]).includes(action);
}

/** What the phone may keep of a list for when there is no network: where things stand, not who they are about. */
export function withoutWords(found: Overview): Overview {
  return { ...found, nominations: found.nominations.map((one) => ({ ...one, organisation: "", list: "", may: [] })) };
}

/** The lists for decision that can be written now: an award, and of those that each unit's chair grants, a unit. */
export function lists(found: Overview): { award: Award; place: number | null; count: number }[] {
  const made: { award: Award; place: number | null; count: number }[] = [];
  for (const award of found.awards) {
    const listed = found.nominations.filter((one) => one.stage === "listed" && one.award === award.key);
    const units = award.by_unit ? [...new Set(listed.map((one) => one.place))] : [null];
    for (const place of units) {
      const count = listed.filter((one) => place === null || one.place === place).length;
      if (count > 0) made.push({ award, place, count });
    }
  }
  return made;
}

/** What went wrong, in words; what is missing is said at its fields. */
export function wordsFor(error: unknown): string {
  if (error instanceof NetworkError) return t("problem.offline");
  return error instanceof ProblemError && error.slug === "invalid" ? t("problem.missing") : explain(error);
}

const FIELDS = ["reason", "ground", "decision", "vote", "held_on", "present", "agree"] as const;

/** Which fields of a step the server refused. */
export function wrongFields(error: unknown): ReadonlySet<string> {
  const errors = error instanceof ProblemError && error.slug === "invalid" ? error.problem.extra["errors"] : null;
  const known = typeof errors === "object" && errors !== null ? Object.keys(errors) : [];
  return new Set(FIELDS.filter((field) => known.includes(field)));
}
