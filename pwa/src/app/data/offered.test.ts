import { expect, test } from "vitest";
import type { FormDocument, PlaceDocument } from "../../shared/protocol";
import type { ProfileInfo } from "../../shared/profile";
import { offered } from "./offered";

const place = (id: number, parent: number | null): PlaceDocument => ({ k: "place", id, parent, kind: "xa", name: { vi: `P${id}` } }) as unknown as PlaceDocument;
const places = [place(1, null), place(2, 1), place(3, 1)];
const profile = {
  roles: [
    { role: "TNV", place: { id: 2 }, rights: ["read", "write"] },
    { role: "CAX", place: { id: 3 }, rights: ["read", "write"] },
  ],
} as unknown as ProfileInfo;
const form = (id: number, more: Partial<FormDocument> = {}): FormDocument => ({ k: "form", id, key: "A", version: String(id), current: false, compiled: {} as FormDocument["compiled"], ...more });
const wanted = places.slice(1);
const told = (...forms: FormDocument[]) => offered(forms, wanted, { profile, places, today: "2023-05-16" }).map((each) => [each.form.id, each.places.map(({ id }) => id)]);

test("of each form the newest version is offered, at every place", () => {
  expect(told(form(1), form(2), form(3, { key: "B" }))).toEqual([
    [2, [2, 3]],
    [3, [2, 3]],
  ]);
});

test("a version for other places leaves the one before", () => {
  expect(told(form(1), form(2, { places: [9] }))).toEqual([[1, [2, 3]]]);
  expect(told(form(1), form(2, { places: [2] }))).toEqual([[2, [2]]]);
  expect(told(form(1, { places: [1] }))).toEqual([[1, [2, 3]]]);
});

test("a form for a role is offered where the person holds that role", () => {
  expect(told(form(1, { roles: ["CAX"] }))).toEqual([[1, [3]]]);
  expect(told(form(1, { roles: ["GSV"] }))).toEqual([]);
});

test("a retired version is offered to nobody, and the one before takes its place", () => {
  expect(told(form(1), form(2, { retired: "2023-05-16T00:00:00Z" }))).toEqual([[1, [2, 3]]]);
});
