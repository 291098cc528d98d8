/** What was done to places, and what the server says can't be, in words. */
import { ProblemError } from "../../../shared/problem";
import { localized } from "../../i18n";
import { formatDate } from "../../i18n/format";
import { places as catalogue } from "../../i18n/places";
import { explain } from "../../problems";
import { refusals, type Done, type PlaceFacts, type PlaceLine } from "./setup-places-data";
import { t } from "./setup-places-t";

/** How places are called, by their keys; one that isn't in the list keeps its key. */
export function namesByKey(places: readonly PlaceLine[]): (key: string) => string {
  const names = new Map(places.map((place) => [place.key, localized(place.name)]));
  return (key) => names.get(key) ?? key;
}

export function doneWords(done: Done, nameOf: (key: string) => string): string {
  const on = done.on ? formatDate(done.on) : "";
  if (done.do === "add") return t("places.history.add", { place: localized(done.name), on });
  if (done.do === "end") return t("places.history.end", { place: nameOf(done.place), on });
  if (done.do === "merge") {
    return t("places.history.merge", { places: done.places.map(nameOf).join(", "), place: done.into ? nameOf(done.into) : localized(done.new?.name), on });
  }
  const named = { place: nameOf(done.place), name: localized(done.name) };
  return on ? t("places.history.rename", { ...named, on }) : t("places.history.correct", named);
}

/** When it is there, and what became of it, where that is among the places that are named here. */
export function timeWords(place: PlaceFacts, names: ReadonlyMap<number, string>): string {
  const from = formatDate(place.from);
  const days = place.to ? t("places.days", { from, to: formatDate(place.to) }) : t("places.since", { from });
  const into = place.into === null ? undefined : names.get(place.into);
  return into === undefined ? days : `${days}, ${t("places.into", { place: into })}`;
}

type Why = Extract<keyof typeof catalogue.vi, `places.wrong.${string}`>;

function isWhy(key: string): key is Why {
  return key in catalogue.vi;
}

const MOST_SAID = 20;

/** Why something can't be done, of a list with its `rows`; what isn't about places is said as everywhere. */
export function sayPlaces(error: unknown, rows: readonly number[] = []): string {
  const found = error instanceof ProblemError ? refusals(error.problem.extra) : [];
  const words = found.flatMap(({ at, why }) => {
    const key = `places.wrong.${why}`;
    const row = rows[at];
    if (!isWhy(key)) return [];
    return [row === undefined ? t(key) : t("places.list.row", { row, why: t(key) })];
  });
  return [...new Set(words)].slice(0, MOST_SAID).join(" ") || explain(error);
}
