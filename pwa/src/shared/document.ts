/** A record's values: by path on the phone, by position in the form version's fields on the wire. */

import { encode, entryOf, goesWith, inOrder } from "./positions";
import type { FieldSet, Value, Values } from "./protocol";

export type Positional = readonly (Value | null)[];

/** Whether two answers are the same. An absent one is null. */
export function same(left: Value | null | undefined, right: Value | null | undefined): boolean {
  if (left == null || right == null) return left == null && right == null;
  if (typeof left === "object" && typeof right === "object") {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  return left === right;
}

/** Empty text and an empty selection are no answer. */
export function blank(value: Value | null | undefined): boolean {
  return value == null || value === "" || (typeof value === "object" && value.length === 0);
}

export function toPaths(values: Positional, fields: readonly string[]): Values {
  const found: Record<string, Value> = {};
  values.forEach((value, position) => {
    const path = fields[position];
    if (value !== null && path !== undefined) found[path] = value;
  });
  return found;
}

/** The values after these fields, none of them in a repeat, were set; trailing nulls cut, as on the wire. */
export function applySet(values: Positional, set: readonly FieldSet[]): (Value | null)[] {
  const changed = [...values];
  for (const [position, value] of set) {
    while (changed.length < position) changed.push(null);
    changed[position] = value;
  }
  while (changed.length > 0 && changed[changed.length - 1] === null) changed.pop();
  return changed;
}

/** What was changed from `before` to `after`, as entries. Paths that the form version hasn't are left out. */
export function difference(before: Values, after: Values, fields: readonly string[]): FieldSet[] {
  const changes: Record<string, Value | null> = {};
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const left = blank(before[path]) ? null : before[path];
    const right = blank(after[path]) ? null : (after[path] ?? null);
    if (!same(left, right)) changes[path] = right;
  }
  const set = encode(changes, fields);
  const removals = set.filter((entry) => entry[1] === null && entry.length > 2);
  // An item that is taken away is said once, whatever was in it.
  return set.filter((entry) => !removals.some((removal) => goesWith(entry, removal, fields)));
}

/** Values chosen by path, as entries; raises RangeError for a path that the form version hasn't. */
export function positions(chosen: Readonly<Record<string, Value | null>>, fields: readonly string[]): FieldSet[] {
  return inOrder(
    Object.entries(chosen).map(([path, value]): FieldSet => {
      const entry = entryOf(path, blank(value) ? null : value, fields);
      if (!entry) throw new RangeError(`the form has no field ${path}`);
      return entry;
    }),
  );
}

/** Both sets in one: where both set a field, the later value; what was typed in an item that goes later is left out. */
export function squash(earlier: readonly FieldSet[], later: readonly FieldSet[], fields: readonly string[]): FieldSet[] {
  const removals = later.filter((entry) => entry[1] === null && entry.length > 2);
  const kept = earlier.filter((entry) => !removals.some((removal) => goesWith(entry, removal, fields)));
  const merged = new Map([...kept, ...later].map((entry) => [placeOf(entry), entry]));
  return inOrder([...merged.values()]);
}

function placeOf([position, , ...ids]: FieldSet): string {
  return [position, ...ids].join(" ");
}
