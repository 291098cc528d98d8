/** Enrolment cards: for whom they may be made, and how they lie on pages. */
import { LANGUAGES, type Language } from "../../../shared/language";
import { ProblemError } from "../../../shared/problem";
import type { Link, PersonRow } from "./people-data";

/** The server gives links to so many people at once. */
export const MOST = 200;
/** Cards on a page of A4. */
export const ON_A_PAGE = 6;

/** A link of the server's answer. */
export interface LinkOf extends Link {
  readonly person: number;
}

export interface CardOf {
  readonly person: PersonRow;
  readonly link: LinkOf;
}

/** Whether a phone of theirs is in use, so that they hardly need a card. */
export function hasPhone(person: PersonRow): boolean {
  return person.devices.some((phone) => phone.revoked === null);
}

export interface Candidates {
  /** Those whom I may give a link. */
  readonly all: readonly PersonRow[];
  /** Of these the ones without a phone, who got no card on this page yet. */
  readonly without: readonly number[];
  /** So many of them as get links at once: they are chosen to begin with. */
  readonly first: readonly number[];
}

/** `only`: of all who may be chosen, these are meant. */
export function candidates(people: readonly PersonRow[], made: ReadonlySet<number> = new Set(), only?: ReadonlySet<number>): Candidates {
  const all = people.filter((person) => person.manageable);
  const without = all.filter((person) => !hasPhone(person) && !made.has(person.id) && (only?.has(person.id) ?? true)).map((person) => person.id);
  return { all, without, first: without.slice(0, MOST) };
}

/** Those to whom the server gave no link, and because of whom it gave none to anybody. */
export function refusedOf(error: unknown): readonly number[] {
  const named = error instanceof ProblemError ? error.problem.extra["people"] : null;
  return Array.isArray(named) ? named.filter((id): id is number => typeof id === "number") : [];
}

/** The links with their people, by place and name, so that a commune's cards lie together. */
export function cardsOf(links: readonly LinkOf[], people: readonly PersonRow[], place: (person: PersonRow) => string): CardOf[] {
  const known = new Map(people.map((person) => [person.id, person]));
  const order = new Intl.Collator("vi");
  return links
    .flatMap((link) => {
      const person = known.get(link.person);
      return person ? [{ person, link }] : [];
    })
    .sort((one, other) => order.compare(place(one.person), place(other.person)) || order.compare(one.person.name, other.person.name));
}

export function pagesOf(cards: readonly CardOf[]): CardOf[][] {
  return Array.from({ length: Math.ceil(cards.length / ON_A_PAGE) }, (_, page) => cards.slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE));
}

/** A person's language, where the app speaks it. */
export function languageOf(person: PersonRow): Language {
  return LANGUAGES.find((language) => language === person.language) ?? "vi";
}
