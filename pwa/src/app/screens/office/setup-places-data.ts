/** The places of a set-up as the server tells them, and what is done to them as the changes that it takes. Pure. */
import { fold } from "../../../shared/fold";
import { localized } from "../../i18n";
import type { Change } from "./setup-data";

export const KINDS = ["tinh", "huyen", "xa", "thi_tran", "phuong", "ap", "khom", "school", "agency"] as const;
export type PlaceKind = (typeof KINDS)[number];

export interface PlaceFacts {
  readonly id: number;
  readonly code: string | null;
  readonly kind: PlaceKind;
  readonly name: Readonly<Partial<Record<string, string>>>;
  readonly parent: number | null;
  readonly from: string;
  /** The first day on which it is no more, and the place that it then goes into as a whole. */
  readonly to: string | null;
  readonly into: number | null;
}

export interface PlaceLine extends PlaceFacts {
  readonly key: string;
  /** The office may change it. */
  readonly mine: boolean;
  readonly people: number;
}

export interface SetupPlaces {
  readonly seen: number;
  readonly today: string;
  readonly places: readonly PlaceLine[];
}

/** A place as it was and will be (null: not there yet). */
export interface MovedPlace {
  readonly id: number;
  readonly before: PlaceFacts | null;
  readonly after: PlaceFacts;
}

export interface MovedPlaces {
  readonly moved: readonly MovedPlace[];
  readonly roles: readonly { readonly person: number; readonly name: string; readonly role: string; readonly before: number; readonly after: number }[];
  readonly role_count: number;
  readonly people: number;
  readonly phones: number;
  readonly records: number;
  readonly waiting: readonly { readonly place: number; readonly count: number; readonly before: number; readonly after: number }[];
  readonly targets: readonly { readonly code: string; readonly place: number }[];
}

type Name = PlaceFacts["name"];

/** What was done to places, as the server keeps it; places by their keys. */
export type Done =
  | { readonly do: "add"; readonly key?: string; readonly parent: string; readonly kind: PlaceKind; readonly code?: string; readonly name: Name; readonly on: string }
  | { readonly do: "rename"; readonly place: string; readonly name: Name; readonly code?: string | null; readonly on?: string | null }
  | { readonly do: "end"; readonly place: string; readonly on: string }
  | {
      readonly do: "merge";
      readonly places: readonly string[];
      readonly into?: string;
      readonly new?: { readonly name: Name; readonly kind: PlaceKind; readonly code?: string };
      readonly on: string;
      readonly law?: string;
    };

/** What is typed of one thing to be done; fields that it doesn't need are empty. */
export interface Doing {
  readonly do: Done["do"];
  readonly place: string;
  readonly places: readonly string[];
  /** "": a new place. */
  readonly into: string;
  readonly parent: string;
  readonly kind: PlaceKind;
  readonly code: string;
  readonly name: Name;
  readonly on: string;
  readonly law: string;
}

export function begin(what: Done["do"], { place, parent }: { place?: PlaceLine; parent?: string } = {}): Doing {
  return {
    do: what,
    place: place?.key ?? "",
    places: what === "merge" && place ? [place.key] : [],
    into: "",
    parent: parent ?? "",
    kind: place?.kind ?? "xa",
    code: what === "rename" ? (place?.code ?? "") : "",
    name: what === "rename" && place ? place.name : {},
    on: "",
    law: "",
  };
}

export type Missing = "name" | "on" | "places" | "parent";

/** What is missing, as far as the screen can see; null: nothing. */
export function missing(doing: Doing): Missing | null {
  const named = Boolean(doing.name["vi"]?.trim());
  const needsName = doing.do === "add" || doing.do === "rename" || (doing.do === "merge" && !doing.into);
  if (doing.do === "merge" && !doing.places.length) return "places";
  if (doing.do === "add" && !doing.parent) return "parent";
  if (needsName && !named) return "name";
  return doing.do !== "rename" && !doing.on ? "on" : null;
}

/** The change that the server takes. */
export function changeOf(doing: Doing): Change {
  return { part: "places", code: null, value: doneOf(doing) };
}

function doneOf(doing: Doing): Done {
  const { place, places, parent, kind, on, into } = doing;
  const name = written(doing.name);
  const code = doing.code.trim();
  const coded = code ? { code } : {};
  if (doing.do === "add") return { do: "add", parent, kind, name, on, ...coded };
  if (doing.do === "rename") return { do: "rename", place, name, code: code || null, on: on || null };
  if (doing.do === "end") return { do: "end", place, on };
  const law = doing.law.trim() ? { law: doing.law.trim() } : {};
  return { do: "merge", places, on, ...law, ...(into ? { into } : { new: { name, kind, ...coded } }) };
}

function written(name: Name): Name {
  return Object.fromEntries(Object.entries(name).flatMap(([language, text]) => (text?.trim() ? [[language, text.trim().normalize("NFC")]] : [])));
}

/** Those that are there on that day. */
export function isThere({ from, to }: PlaceFacts, day: string): boolean {
  return from <= day && (to === null || day < to);
}

export interface Row {
  readonly place: PlaceLine;
  readonly depth: number;
}

/** Places as a tree, each below the one that it lies in, that match what is looked for; `all`: those that have ended too. */
export function rowsOf(places: readonly PlaceLine[], { text, today, all }: { readonly text: string; readonly today: string; readonly all: boolean }): Row[] {
  const shown = places.filter((place) => all || isThere(place, today));
  const known = new Set(shown.map((place) => place.id));
  const order = new Intl.Collator("vi");
  const below = (parent: number | null, depth: number): Row[] =>
    shown
      .filter((place) => (parent === null ? place.parent === null || !known.has(place.parent) : place.parent === parent))
      .sort((a, b) => order.compare(localized(a.name), localized(b.name)))
      .flatMap((place) => [{ place, depth }, ...below(place.id, depth + 1)]);
  const wanted = fold(text.trim());
  const matches = ({ place }: Row) => [...Object.values(place.name), place.code].some((one) => one && fold(one).includes(wanted));
  return below(null, 0).filter((row) => !wanted || matches(row));
}

/** What the server says can't be done, by its place among what was asked. */
export function refusals(extra: Readonly<Record<string, unknown>>): readonly { readonly at: number; readonly why: string }[] {
  const found = extra["refused"];
  return Array.isArray(found) ? (found as { at: number; why: string }[]) : [];
}
