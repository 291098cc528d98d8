/** What turns numbers into words: forms, places and people that this phone knows. */
import type { FormDocument, PlaceDocument } from "../../shared/protocol";
import type { Draft, RecordView, Store } from "../../store";
import { localized } from "../i18n";
import { formatDate } from "../i18n/format";
import { t } from "../i18n/t";
import { useLive } from "../live";
import { here } from "../session";
import { questions, showValue } from "./values";

export interface Lookup {
  readonly forms: ReadonlyMap<number, FormDocument>;
  readonly places: ReadonlyMap<number, PlaceDocument>;
  readonly people: ReadonlyMap<number, string>;
}

async function read(store: Store): Promise<Lookup> {
  const [forms, places, people] = await Promise.all([store.documents("form"), store.documents("place"), store.people()]);
  return {
    forms: new Map(forms.map((form) => [form.id, form])),
    places: new Map(places.map((place) => [place.id, place])),
    people,
  };
}

const known = new WeakMap<Store, { lookup: Promise<Lookup> | null }>();

/** Read once for all screens, until any of it changes: a slow phone takes a tenth of a second for the forms alone. */
export function lookupOf(store: Store): Promise<Lookup> {
  const kept = known.get(store) ?? { lookup: null };
  if (!known.has(store)) {
    known.set(store, kept);
    // Before any screen's own: what a screen reads again after a change is not the old one.
    store.subscribe((changes) => {
      if (changes.has("documents") || changes.has("profile")) kept.lookup = null;
    });
  }
  if (!kept.lookup) {
    const found = read(store);
    kept.lookup = found;
    found.catch(() => {
      if (kept.lookup === found) kept.lookup = null;
    });
  }
  return kept.lookup;
}

/** undefined until the store has answered. */
export function useLookup(): Lookup | undefined {
  return useLive(lookupOf, [], ["documents", "profile"]);
}

export function formTitle(lookup: Lookup, form: number): string {
  return localized(lookup.forms.get(form)?.compiled.title) || t("form.unknown", { form });
}

export function placeName(lookup: Lookup, place: number): string {
  return localized(lookup.places.get(place)?.name);
}

/** A person's name; 'you' for oneself. */
export function personName(lookup: Lookup, person: number | null): string {
  const { profile } = here();
  if (person === null || person === profile.person.id) return t("person.you");
  return lookup.people.get(person) ?? t("person.somebody", { person });
}

/** Whether I wrote it, on this phone or on another one of mine. */
export function isMine(record: RecordView): boolean {
  return record.by === null || record.by === here().profile.person.id;
}

/** When what is reported happened, as its form asks for it; "" where it doesn't. */
export function occurred(lookup: Lookup, record: RecordView | Draft): string {
  const compiled = lookup.forms.get(record.form)?.compiled;
  const path = compiled?.occurrence;
  const node = compiled && path ? questions(compiled).find((question) => question.path === path) : undefined;
  const happened = path ? record.values[path] : undefined;
  return happened === undefined ? "" : showValue(node, happened);
}

/** When what is reported happened, then where: what tells two records of one form apart. */
export function recordDetail(lookup: Lookup, record: RecordView | Draft): string {
  const when = occurred(lookup, record) || ("at" in record ? formatDate(record.at) : "");
  return [when, placeName(lookup, record.place)].filter(Boolean).join(" · ");
}
