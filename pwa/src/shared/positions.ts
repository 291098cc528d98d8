/**
 * Values on the wire: by position in a form version's fields; inside a repeat with an item id for each repeat around the
 * field. The server's twin, with the rules, is `sync/positions.py`.
 */

import type { FieldSet, RecordDocument, Value, Values } from "./protocol";

type Changes = Readonly<Record<string, Value | null>>;

/** What a record's document says of its values. */
export type Content = Pick<RecordDocument, "values" | "more">;

interface Layout {
  readonly positions: ReadonlyMap<string, number>;
  /** Each field's path, cut behind each repeat: an item's id belongs into every cut. */
  readonly parts: readonly (readonly string[])[];
}

const ITEM = /^[1-9][0-9]{0,9}-[1-9][0-9]{0,9}$/;
const layouts = new WeakMap<readonly string[], Layout>();

function layoutOf(fields: readonly string[]): Layout {
  const known = layouts.get(fields);
  if (known) return known;
  const around = new Set(fields.flatMap((path) => path.split("/").map((_, depth, steps) => steps.slice(0, depth).join("/"))));
  const repeats = new Set(fields.filter((path) => around.has(path)));
  const layout = {
    positions: new Map(fields.map((path, position) => [path, position])),
    parts: fields.map((path) => cut(path, repeats)),
  };
  layouts.set(fields, layout);
  return layout;
}

function cut(path: string, repeats: ReadonlySet<string>): string[] {
  const parts: string[] = [];
  let piece = "";
  path.split("/").forEach((step, index, steps) => {
    piece += index > 0 ? `/${step}` : step;
    if (repeats.has(steps.slice(0, index + 1).join("/"))) {
      parts.push(piece);
      piece = "";
    }
  });
  return [...parts, piece];
}

/** Names of fields hold no hyphen, ids of items do. */
export function isItem(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).includes("-");
}

/** The field's path in the form, whichever item it is in. */
export function fieldOf(path: string): string {
  return path.includes("-") ? path.split("/").filter((step) => !step.includes("-")).join("/") : path;
}

function joined(parts: readonly string[], ids: readonly string[]): string | null {
  if (ids.length !== parts.length - 1) return null;
  return ids.reduce((path, id, index) => `${path}/${id}${parts[index + 1] ?? ""}`, parts[0] ?? "");
}

/** The path that an entry sets; null if it names no place in these fields. */
export function pathOf([position, , ...ids]: FieldSet, fields: readonly string[]): string | null {
  const parts = layoutOf(fields).parts[position];
  return parts && ids.every((id) => ITEM.test(id)) ? joined(parts, ids) : null;
}

/** The entry that sets a path; null for a path that these fields don't have. */
export function entryOf(path: string, value: Value | null, fields: readonly string[]): FieldSet | null {
  const { positions, parts } = layoutOf(fields);
  const position = positions.get(fieldOf(path));
  if (position === undefined) return null;
  const ids = path.includes("-") ? path.split("/").filter((step) => step.includes("-")) : [];
  return joined(parts[position] ?? [], ids) === path ? [position, value, ...ids] : null;
}

/** What these entries set, by path; entries that name no place are left out. */
export function decode(set: readonly FieldSet[], fields: readonly string[]): Changes {
  return Object.fromEntries(
    set.flatMap((entry) => {
      const path = pathOf(entry, fields);
      return path === null ? [] : [[path, entry[1]]];
    }),
  );
}

/** These changes as entries, by position and then by item; paths that the form version hasn't are left out. */
export function encode(changes: Changes, fields: readonly string[]): FieldSet[] {
  const entries = Object.entries(changes).map(([path, value]) => entryOf(path, value, fields));
  return inOrder(entries.filter((entry) => entry !== null));
}

/** By position, then by the items' numbers. */
export function inOrder(set: readonly FieldSet[]): FieldSet[] {
  return [...set].sort(([left, , ...lefts], [right, , ...rights]) => {
    const [one, other] = [numbers(lefts), numbers(rights)];
    const at = one.findIndex((number, index) => number !== other[index]);
    return left - right || (at < 0 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? 0));
  });
}

function numbers(ids: readonly string[]): number[] {
  return ids.flatMap((id) => id.split("-").map(Number));
}

/** A record's values by path: those by position, and `more`, which has what is in items or unknown to the form version. */
export function contentValues({ values = [], more = [] }: Content, fields: readonly string[]): Values {
  const found: Record<string, Value> = {};
  values.forEach((value, position) => {
    const path = fields[position];
    if (value !== null && path !== undefined) found[path] = value;
  });
  for (const [place, value, ...ids] of more) {
    const path = typeof place === "string" ? place : pathOf([place, value, ...ids], fields);
    if (value !== null && path !== null) found[path] = value;
  }
  return found;
}

/** The same, the other way round. */
export function contentOf(found: Values, fields: readonly string[]): Required<Content> {
  const { parts } = layoutOf(fields);
  const values = fields.map((path, position) => (parts[position]?.length === 1 ? (found[path] ?? null) : null));
  while (values.length > 0 && values[values.length - 1] === null) values.pop();
  const rest = Object.entries(found).filter(([path]) => path.includes("-") || entryOf(path, null, fields) === null);
  const unknown = rest.filter(([path]) => entryOf(path, null, fields) === null).sort(([left], [right]) => (left < right ? -1 : 1));
  return { values, more: [...encode(Object.fromEntries(rest), fields), ...unknown] };
}

/** The values after these changes; an item that is taken away goes with all that is in it. */
export function applyChanges(values: Values, changes: Changes): Values {
  const gone = Object.keys(changes).filter((path) => changes[path] === null && isItem(path));
  const kept = Object.entries({ ...values, ...changes }).filter(
    ([path, value]) => value !== null && !gone.some((item) => path.startsWith(`${item}/`)),
  );
  return Object.fromEntries(kept) as Values;
}

/** Whether what one entry sets lies in the item that another takes away. */
export function goesWith(entry: FieldSet, removal: FieldSet, fields: readonly string[]): boolean {
  if (removal[1] !== null || removal.length < 3) return false;
  const [path, item] = [pathOf(entry, fields), pathOf(removal, fields)];
  return path !== null && item !== null && isItem(item) && path.startsWith(`${item}/`);
}
