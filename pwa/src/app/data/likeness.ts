/**
 * Which records probably tell of the same thing, by what this phone holds. Pure.
 *
 * 1. Only records of the same form are compared, and none with what was merged, rejected or has left.
 * 2. Near in time: moments within two hours, days on the same day, by the question that the form counts by.
 * 3. Near in place: within half a kilometre where both have a point, else in the same place.
 * 4. Similar: of the choices and numbers that both answered at least two thirds are equal, and at least two are.
 */
import type { CompiledForm, NodeType } from "../../shared/form";
import { same } from "../../shared/document";
import type { FormDocument, Value, Values } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { questions } from "./values";

const HOURS = 2;
const METRES = 500;
const SHARE = 2 / 3;
const LEAST = 2;
const DAY = 86_400_000;
const COMPARED: ReadonlySet<NodeType> = new Set<NodeType>(["select1", "select", "integer", "decimal", "range"]);

export interface Told {
  readonly form: FormDocument;
  readonly place: number;
  readonly values: Values;
}

export interface Alike {
  readonly record: RecordView;
  /** How many of the answers that both gave are equal. */
  readonly equal: number;
  readonly compared: number;
}

function pointOf(form: CompiledForm, values: Values): readonly [number, number] | null {
  const node = questions(form).find(({ t, path }) => t === "geopoint" && values[path] !== undefined);
  const [latitude, longitude] = node ? String(values[node.path]).split(" ").map(Number) : [];
  return latitude === undefined || longitude === undefined || Number.isNaN(latitude + longitude) ? null : [latitude, longitude];
}

/** Metres between two points; exact enough for a district. */
export function metresBetween([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number {
  const north = (c - a) * 111_320;
  const east = (d - b) * 111_320 * Math.cos((((a + c) / 2) * Math.PI) / 180);
  return Math.hypot(north, east);
}

function nearInTime(one: Value | undefined, other: Value | undefined): boolean {
  if (typeof one !== "string" || typeof other !== "string") return false;
  if (one.length <= 10 || other.length <= 10) return one.slice(0, 10) === other.slice(0, 10);
  return Math.abs(Date.parse(one) - Date.parse(other)) <= HOURS * 3_600_000;
}

function nearInPlace(one: Told, other: Told): boolean {
  const from = pointOf(one.form.compiled, one.values);
  const to = pointOf(other.form.compiled, other.values);
  return from && to ? metresBetween(from, to) <= METRES : one.place === other.place;
}

function answersInCommon(one: Told, other: Told): { equal: number; compared: number } {
  const paths = questions(one.form.compiled)
    .filter(({ t, path }) => COMPARED.has(t) && one.values[path] !== undefined && other.values[path] !== undefined)
    .map(({ path }) => path);
  return { equal: paths.filter((path) => same(one.values[path], other.values[path])).length, compared: paths.length };
}

/** The days under which a record is looked for: its own, and of a moment near midnight the one beside it. */
function daysOf(form: CompiledForm, values: Values): string[] {
  const at = form.occurrence ? values[form.occurrence] : undefined;
  if (typeof at !== "string") return [];
  const day = at.slice(0, 10);
  if (at.length <= 10) return [day];
  const noon = Date.parse(`${day}T12:00:00Z`);
  return [-1, 0, 1].map((step) => new Date(noon + step * DAY).toISOString().slice(0, 10));
}

/** Records by form and day, so that each is compared with few. */
export class Neighbours {
  private readonly byDay = new Map<string, RecordView[]>();

  constructor(
    records: readonly RecordView[],
    private readonly forms: ReadonlyMap<number, FormDocument>,
  ) {
    for (const record of records) {
      const form = forms.get(record.form);
      const at = form?.compiled.occurrence ? record.values[form.compiled.occurrence] : undefined;
      if (!form || typeof at !== "string" || record.gone || record.stage === "merged" || record.stage === "rejected") continue;
      const key = `${form.key} ${at.slice(0, 10)}`;
      const others = this.byDay.get(key);
      if (others) others.push(record);
      else this.byDay.set(key, [record]);
    }
  }

  /** What is like this, the most alike first; `id`: a record isn't like itself. */
  of(told: Told, id: string | null): Alike[] {
    const { compiled, key } = told.form;
    const occurrence = compiled.occurrence ?? "";
    const candidates = daysOf(compiled, told.values).flatMap((day) => this.byDay.get(`${key} ${day}`) ?? []);
    return candidates
      .flatMap((record): Alike[] => {
        const form = this.forms.get(record.form);
        if (!form || record.id === id || !nearInTime(told.values[occurrence], record.values[form.compiled.occurrence ?? ""])) return [];
        const other: Told = { form, place: record.place, values: record.values };
        if (!nearInPlace(told, other)) return [];
        const { equal, compared } = answersInCommon(told, other);
        return equal >= LEAST && equal >= compared * SHARE ? [{ record, equal, compared }] : [];
      })
      .sort((a, b) => b.equal / b.compared - a.equal / a.compared || b.equal - a.equal);
  }
}

/** The records that were merged into this one. */
export function mergedInto(records: readonly RecordView[], id: string): RecordView[] {
  return records.filter((record) => record.stage === "merged" && record.review?.into === id);
}
