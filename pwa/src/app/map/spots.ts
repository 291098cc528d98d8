/**
 * What stands on a map, and where. Pure.
 *
 * 1. A hazard is an approved record of the form that the pack names, with a point and a state; one that nobody will deal
 *    with is none. Late is what isn't done although its day has passed.
 * 2. States differ by shape and letter, never by colour alone.
 * 3. What would overlap is one spot with a number, in the look of what is most urgent in it.
 */
import type { HazardMap, Value } from "../../shared/protocol";
import type { RecordView } from "../../store";

export type Shape = "circle" | "square" | "triangle" | "diamond";
export type HazardState = "waiting" | "in_work" | "late" | "done";
export type InboxState = "urgent" | "overdue" | "open";
export type SpotState = HazardState | InboxState;

export const SHAPES: Readonly<Record<SpotState, Shape>> = {
  late: "triangle",
  urgent: "triangle",
  overdue: "square",
  waiting: "circle",
  open: "circle",
  in_work: "square",
  done: "diamond",
};
/** The most urgent first. */
export const ORDER: readonly SpotState[] = ["urgent", "late", "overdue", "waiting", "open", "in_work", "done"];

export interface Located {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Spot extends Located {
  /** The record's number, or a place's. */
  readonly key: string;
  readonly state: SpotState;
  /** What it is called, for whoever doesn't see it. */
  readonly words: string;
  /** How many it stands for. */
  readonly count: number;
}

/** A point as a form keeps it: "9.68 106.26 3 12"; null for anything else. */
export function pointOf(value: Value | undefined): Located | null {
  if (typeof value !== "string") return null;
  const [latitude = Number.NaN, longitude = Number.NaN] = value.split(" ").filter(Boolean).map(Number);
  const inside = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return inside ? { latitude, longitude } : null;
}

export function hazardState(record: RecordView, map: HazardMap, today: string): HazardState | null {
  const status = record.values[map.status];
  const found = (["waiting", "in_work", "done"] as const).find((state) => typeof status === "string" && map.states[state]?.includes(status));
  if (!found || found === "done") return found ?? null;
  const due = record.values[map.due];
  return typeof due === "string" && due < today ? "late" : found;
}

export interface Hazard extends Located {
  readonly record: RecordView;
  readonly state: HazardState;
}

/** `forms`: the versions of the form that the pack names. */
export function hazardsOf(records: readonly RecordView[], map: HazardMap, forms: ReadonlySet<number>, today: string): Hazard[] {
  return records.flatMap((record) => {
    if (!forms.has(record.form) || record.approved === null || record.gone) return [];
    const point = pointOf(record.values[map.point]);
    const state = hazardState(record, map, today);
    return point && state ? [{ ...point, record, state }] : [];
  });
}

export interface Cluster extends Located {
  readonly spots: readonly Spot[];
  readonly state: SpotState;
  readonly count: number;
}

/** Spots that are nearer than `size` pixels of a grid, together. `project`: where a spot is on the screen. */
export function clustersOf(spots: readonly Spot[], project: (at: Located) => { x: number; y: number }, size: number): Cluster[] {
  const cells = new Map<string, Spot[]>();
  for (const spot of spots) {
    const { x, y } = project(spot);
    const cell = `${Math.floor(x / size)}:${Math.floor(y / size)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), spot]);
  }
  return [...cells.values()].map((inside) => {
    const many = inside.length;
    return {
      spots: inside,
      latitude: inside.reduce((sum, spot) => sum + spot.latitude, 0) / many,
      longitude: inside.reduce((sum, spot) => sum + spot.longitude, 0) / many,
      state: ORDER.find((state) => inside.some((spot) => spot.state === state)) ?? "open",
      count: inside.reduce((sum, spot) => sum + spot.count, 0),
    };
  });
}
