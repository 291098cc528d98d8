/**
 * Mutations as they travel: plain edits of one shape as a table, column by column, since that is how they compress best
 * (whole numbers as the difference to the one before). Everything else travels as it is.
 *
 * What travels is a function of each mutation alone, so that one that is sent again is the same mutation again.
 */

import type { EditMutation, EditTable, Mutation, MutationResult, RecordDocument, Value } from "./protocol";

interface Parts {
  readonly mutations: readonly Mutation[];
  readonly tables: readonly EditTable[];
}

/** Puts mutations into tables where they fit. */
export function inTables(mutations: readonly Mutation[]): Parts {
  const groups = new Map<string, EditMutation[]>();
  const others: Mutation[] = [];
  for (const mutation of mutations) {
    const shape = shapeOf(mutation);
    if (shape === null || mutation.kind !== "edit") others.push(mutation);
    else groups.set(shape, [...(groups.get(shape) ?? []), mutation]);
  }
  return { mutations: others, tables: [...groups.values()].map(table) };
}

/** What mutations of one table have in common; null for what doesn't fit in one. */
function shapeOf(mutation: Mutation): string | null {
  if (mutation.kind !== "edit" || mutation.after?.length) return null;
  const { base, form, place, set } = mutation;
  const creates = base === 0 && form !== undefined && place !== undefined;
  if (!creates && (base === 0 || form !== undefined || place !== undefined)) return null;
  if (!(Date.parse(mutation.at) >= 0)) return null;
  const positions = set.map(([position]) => position);
  if (new Set(positions).size !== positions.length || set.some((entry) => entry.length > 2)) return null;
  if (!creates) return `edit ${positions.join(" ")}`;
  return set.some(([, value]) => value === null) ? null : `create ${form} ${place}`;
}

function table(edits: readonly EditMutation[]): EditTable {
  const [first] = edits;
  const positions = [...new Set(edits.flatMap((edit) => edit.set.map(([position]) => position)))];
  if (first?.base === 0) positions.sort((left, right) => left - right);
  const rows = edits.map((edit) => new Map<number, Value | null>(edit.set.map(([position, value]) => [position, value])));
  const ids = edits.map((edit) => edit.record.split("-").map(Number));
  const { form, place } = first ?? {};
  return {
    ...(form !== undefined && place !== undefined ? { form, place } : { base: steps(edits.map((edit) => edit.base)) }),
    fields: positions,
    n: steps(edits.map((edit) => edit.n)),
    device: steps(ids.map(([device]) => device ?? 0)),
    counter: steps(ids.map(([, counter]) => counter ?? 0)),
    at: steps(edits.map((edit) => Math.floor(Date.parse(edit.at) / 1000))),
    values: positions.map((position) => rows.map((row) => row.get(position) ?? null)),
  };
}

function steps(numbers: readonly number[]): number[] {
  return numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
}

/** A record as this phone has just created it: the server says no more of it than its number. Null: it didn't. */
export function created(
  id: string,
  by: { readonly mutations: readonly Mutation[]; readonly results: readonly MutationResult[]; readonly person: number; readonly now: string },
): RecordDocument | null {
  const mutation = by.mutations.find((sent) => sent.kind === "edit" && sent.record === id && sent.base === 0);
  const result = by.results.find((given) => given.n === mutation?.n);
  if (mutation?.kind !== "edit" || mutation.form === undefined || mutation.place === undefined) return null;
  if (result?.status !== "applied" || typeof result.rev !== "number" || typeof result.hash !== "string") return null;
  return {
    k: "record",
    id,
    form: mutation.form,
    place: mutation.place,
    by: by.person,
    rev: result.rev,
    hash: result.hash,
    state: "submitted",
    approved: null,
    at: mutation.at,
    received: by.now,
    conflicts: [],
    review: null,
  };
}
