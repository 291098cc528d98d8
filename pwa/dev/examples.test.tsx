// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { LANGUAGES } from "../src/app/i18n";
import { chooseLanguage, fetchLater } from "../src/app/i18n/common";
import * as ui from "../src/app/ui";
import { EXAMPLES } from "./examples";

// jsdom lays nothing out: nothing ever comes into view.
const unseen = { observe: () => undefined, disconnect: () => undefined };

beforeAll(async () => {
  vi.stubGlobal("IntersectionObserver", function () {
    return unseen;
  });
  await fetchLater();
});

afterEach(() => {
  document.body.replaceChildren();
});

it("has examples of every part, and of nothing else", () => {
  const parts = Object.keys(ui).filter((name) => /^[A-Z]/.test(name));
  expect(Object.keys(EXAMPLES).sort()).toEqual(parts.sort());
});

describe.each(LANGUAGES)("in %s", (language) => {
  beforeAll(async () => {
    expect(await chooseLanguage(language)).toBe(true);
  });

  for (const [name, examples] of Object.entries(EXAMPLES)) {
    it(`shows ${name} in every state, each by a name of its own`, async () => {
      expect(new Set(examples.map(({ state }) => state)).size).toBe(examples.length);
      for (const { state, Show } of examples) {
        const place = document.body.appendChild(document.createElement("div"));
        await act(() => render(<Show />, place));
        expect(place.querySelector("*"), state).not.toBeNull();
        const words = place.textContent;
        if (name !== "Icon") expect(words.trim(), state).not.toBe("");
        expect(words, state).not.toMatch(/undefined|\[object|\b[a-z]+\.[a-z]+\b/);
        for (const control of place.querySelectorAll("[aria-describedby]")) {
          for (const id of control.getAttribute("aria-describedby")?.split(" ") ?? []) expect(place.querySelector(`#${id}`), state).not.toBeNull();
        }
        await act(() => render(null, place));
      }
    });
  }
});

it("marks what screen readers are told of a field with an error", async () => {
  const example = EXAMPLES["Field"]?.find(({ state }) => state === "with an error");
  if (!example) throw new Error("no such example");
  await act(() => render(<example.Show />, document.body));
  const input = document.querySelector("input");
  expect(input?.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(input?.getAttribute("aria-describedby") ?? "")?.className).toBe("field-error");
});

it("draws the next part of a long list for whoever asks, and no button when all is drawn", async () => {
  const example = EXAMPLES["GrowingList"]?.find(({ state }) => state === "the beginning of a long one");
  if (!example) throw new Error("no such example");
  await act(() => render(<example.Show />, document.body));
  expect(document.querySelectorAll("li")).toHaveLength(30);
  await act(() => document.querySelector("button")?.click());
  expect(document.querySelectorAll("li")).toHaveLength(60);
  expect(document.querySelector("button")).toBeNull();
});
