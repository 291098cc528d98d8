// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useFetched, type Part } from "./fetched";

type Words = { readonly words: string };

function Screen({ part, wanted }: { part: Part<Words>; wanted: boolean }) {
  const [found, tried] = useFetched(part, wanted);
  return <p>{found ? found.words : tried ? "in vain" : "loading"}</p>;
}

const show = (part: Part<Words>, wanted = true) => act(() => render(<Screen part={part} wanted={wanted} />, document.body));
const shown = () => document.body.textContent;

afterEach(() => {
  render(null, document.body);
  vi.useRealTimers();
});

describe("what is fetched behind a screen", () => {
  it("is fetched once it is wanted, and is there at once on the next visit", async () => {
    const fetch = vi.fn(() => Promise.resolve({ words: "there" }));
    const part: Part<Words> = { have: null, fetch };
    await show(part, false);
    expect([shown(), fetch.mock.calls.length]).toEqual(["loading", 0]);
    await show(part);
    await act(() => Promise.resolve());
    expect(shown()).toBe("there");
    render(null, document.body);
    await show(part, false);
    expect([shown(), fetch.mock.calls.length]).toEqual(["there", 1]);
  });

  it("is shown also where an earlier visit fetched it before this one wanted it", async () => {
    const part: Part<Words> = { have: null, fetch: () => new Promise(() => undefined) };
    await show(part, false);
    part.have = { words: "there" };
    await show(part);
    expect(shown()).toBe("there");
  });

  it("is waited for in vain when it fails, and when it takes three seconds; it may still come", async () => {
    await show({ have: null, fetch: () => Promise.reject(new Error("no network")) });
    await act(() => Promise.resolve());
    expect(shown()).toBe("in vain");
    render(null, document.body);
    vi.useFakeTimers();
    let come: (words: Words) => void = () => undefined;
    await show({ have: null, fetch: () => new Promise((resolve) => (come = resolve)) });
    expect(shown()).toBe("loading");
    await act(() => void vi.advanceTimersByTime(3_000));
    expect(shown()).toBe("in vain");
    await act(async () => {
      come({ words: "there" });
      await Promise.resolve();
    });
    expect(shown()).toBe("there");
  });
});
