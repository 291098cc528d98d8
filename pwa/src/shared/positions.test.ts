import { describe, expect, test } from "vitest";

import documents from "../../../tests/vectors/documents.json";
import vectors from "../../../tests/vectors/positions.json";
import { difference, positions, squash } from "./document";
import { applyChanges, contentOf, contentValues, decode, encode, pathOf } from "./positions";
import type { Content } from "./positions";
import type { FieldSet, Value, Values } from "./protocol";

type Changes = Readonly<Record<string, Value | null>>;

describe("the server's vectors", () => {
  test.each(vectors.round_trips as unknown as readonly ({ why: string; changes: Changes; entries: FieldSet[] })[])(
    "entries and paths say the same: $why",
    ({ changes, entries }) => {
      expect(encode(changes, vectors.fields)).toEqual(entries);
      expect(decode(entries, vectors.fields)).toEqual(changes);
      expect(positions(changes, vectors.fields)).toEqual(entries);
    },
  );

  test.each(vectors.refused as unknown as readonly ({ why: string; entries: FieldSet[] })[])("names no place: $why", ({ entries }) => {
    expect(entries.map((entry) => pathOf(entry, vectors.fields))).toEqual([null]);
  });

  test.each(vectors.contents as unknown as readonly ({ why: string; document: Values } & Required<Content>)[])(
    "what a plain list has no room for travels beside it: $why",
    ({ document, values, more }) => {
      expect(contentOf(document, vectors.fields)).toEqual({ values, more });
      expect(contentValues({ values, more }, vectors.fields)).toEqual(document);
    },
  );

  test.each(documents.apply as unknown as readonly ({ why: string; document: Values; set: FieldSet[]; result: Values })[])(
    "what a set makes of a document: $why",
    ({ document, set, result }) => {
      expect(applyChanges(document, decode(set, documents.fields))).toEqual(result);
    },
  );

  test.each(documents.squash as unknown as readonly ({ why: string; earlier: FieldSet[]; later: FieldSet[]; result: FieldSet[] })[])(
    "two sets in one: $why",
    ({ earlier, later, result }) => {
      expect(squash(earlier, later, documents.fields)).toEqual(result);
    },
  );

  test.each(documents.difference as unknown as readonly ({ why: string; before: Values; after: Values; result: FieldSet[] })[])(
    "a difference makes the one from the other: $why",
    ({ before, after, result }) => {
      expect(difference(before, after, documents.fields)).toEqual(result);
    },
  );
});
