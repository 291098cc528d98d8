import { describe, expect, it } from "vitest";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import { candidates, cardsOf, languageOf, MOST, pagesOf, refusedOf, type LinkOf } from "./sheets-data";
import type { PersonRow, Phone } from "./people-data";

const phone = (revoked: string | null): Phone => ({ number: 1, browser: "", created: "", last_seen: "", revoked });

function person(id: number, name: string, over: Partial<PersonRow> = {}): PersonRow {
  return { id, name, language: "vi", roles: [], devices: [], manageable: true, ...over };
}

const link = (id: number): LinkOf => ({ person: id, url: `https://ben.example/#/enrol/${id}`, expires: "2023-05-23T00:00:00Z" });

describe("enrolment cards", () => {
  it("are for those whom I may give a link; to begin with for those without a phone in use", () => {
    const people = [person(1, "a"), person(2, "b", { devices: [phone(null)] }), person(3, "c", { devices: [phone("2023-05-01")] }), person(4, "d", { manageable: false })];
    const { all, without } = candidates(people);
    expect(all.map((each) => each.id)).toEqual([1, 2, 3]);
    expect(without).toEqual([1, 3]);
  });

  it("are for so many as get links at once, then for the others", () => {
    const people = Array.from({ length: MOST + 50 }, (_, at) => person(at + 1, "x"));
    const { without, first } = candidates(people);
    expect([without.length, first.length, first.at(-1)]).toEqual([MOST + 50, MOST, MOST]);
    expect(candidates(people, new Set(first)).first).toEqual(without.slice(MOST));
  });

  it("are made for nobody where the server names somebody who gets no link", () => {
    const refusal = readProblem(404, { slug: "not-found", title: "x", people: [7, 9, "x"] });
    expect(refusedOf(new ProblemError(refusal))).toEqual([7, 9]);
    expect(refusedOf(new ProblemError(readProblem(500, "x")))).toEqual([]);
    expect(refusedOf(new NetworkError("x"))).toEqual([]);
  });

  it("lie by place and name, each with its own person's link", () => {
    const people = [person(1, "Ư"), person(2, "An"), person(3, "Ba")];
    const places: Record<number, string> = { 1: "Ngãi Xuyên", 2: "Ngãi Xuyên", 3: "Đại An" };
    const cards = cardsOf([link(1), link(2), link(3), link(9)], people, (each) => places[each.id] ?? "");
    expect(cards.map((card) => [card.person.id, card.link.person])).toEqual([[3, 3], [2, 2], [1, 1]]);
  });

  it("lie six on a page, and none on a page too many", () => {
    const cards = Array.from({ length: 13 }, (_, at) => ({ person: person(at, "x"), link: link(at) }));
    expect(pagesOf(cards).map((page) => page.length)).toEqual([6, 6, 1]);
    expect(pagesOf(cards.slice(0, 12)).map((page) => page.length)).toEqual([6, 6]);
    expect(pagesOf([])).toEqual([]);
  });

  it("are in Vietnamese for a language that the app doesn't speak", () => {
    expect(languageOf(person(1, "x", { language: "km" }))).toBe("km");
    expect(languageOf(person(1, "x", { language: "fr" }))).toBe("vi");
  });
});
