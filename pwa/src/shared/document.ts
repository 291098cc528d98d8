/** A record's values: by path on the phone, by position in the form version's fields on the wire. */

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

/** The values after these fields were set; trailing nulls cut, as on the wire. */
export function applySet(values: Positional, set: readonly FieldSet[]): (Value | null)[] {
  const changed = [...values];
  for (const [position, value] of set) {
    while (changed.length < position) changed.push(null);
    changed[position] = value;
  }
  while (changed.length > 0 && changed[changed.length - 1] === null) changed.pop();
  return changed;
}

/** What was changed from `before` to `after`, by position. Paths that the form version hasn't are left out. */
export function difference(before: Values, after: Values, fields: readonly string[]): FieldSet[] {
  const set: FieldSet[] = [];
  fields.forEach((path, position) => {
    const left = before[path];
    const right = blank(after[path]) ? null : (after[path] ?? null);
    if (!same(blank(left) ? null : left, right)) set.push([position, right]);
  });
  return set;
}

/** Values chosen by path, as positions; raises RangeError for a path that the form version hasn't. */
export function positions(chosen: Readonly<Record<string, Value | null>>, fields: readonly string[]): FieldSet[] {
  return Object.entries(chosen)
    .map(([path, value]): FieldSet => {
      const position = fields.indexOf(path);
      if (position < 0) throw new RangeError(`the form has no field ${path}`);
      return [position, blank(value) ? null : value];
    })
    .sort((left, right) => left[0] - right[0]);
}

/** Both sets in one: where both set a field, the later value. */
export function squash(earlier: readonly FieldSet[], later: readonly FieldSet[]): FieldSet[] {
  const merged = new Map<number, Value | null>([...earlier, ...later]);
  return [...merged].sort((left, right) => left[0] - right[0]);
}
