// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StorageFull } from "../../../store";
import { PinPad, type PinPadProps } from "./pin-pad";

const root = document.body;

async function show(props: Partial<PinPadProps>): Promise<void> {
  await act(() => {
    render(
      <PinPad title="PIN" done={() => Promise.resolve()} {...props}>
        <details>
          <summary>?</summary>
        </details>
      </PinPad>,
      root,
    );
  });
}

async function press(key: string, on: Element = root): Promise<void> {
  await act(async () => {
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await Promise.resolve();
  });
}

async function type(digits: string): Promise<void> {
  for (const digit of digits) await press(digit);
}

const said = () => root.querySelector("[role=alert]")?.textContent;
const typed = () => root.querySelectorAll("[data-on]").length;

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  render(null, root);
  vi.useRealTimers();
});

it("a try that could not be made is said in words, and the next one can be", async () => {
  const done = vi.fn(() => Promise.reject(new StorageFull()));
  await show({ done });
  await type("2580");
  await press("Enter");
  await vi.waitFor(() => expect(said()).toContain("Máy hết chỗ"));
  expect(typed()).toBe(0);
  await type("2580");
  await press("Enter");
  expect(done).toHaveBeenCalledTimes(2);
});

it("no digit is lost that is typed as soon as the keys are there", async () => {
  render(<PinPad title="PIN" done={() => Promise.resolve()} />, root);
  await type("25");
  await act(() => undefined);
  expect(typed()).toBe(2);
});

it("Enter is a try, but not on the help for a forgotten PIN", async () => {
  const done = vi.fn(() => Promise.resolve());
  await show({ done });
  await type("2580");
  await press("Enter", root.querySelector("summary") ?? root);
  expect(done).not.toHaveBeenCalled();
  await press("Enter");
  expect(done).toHaveBeenCalledWith("2580");
});

it("a wait is read out once, while the time runs down for eyes", async () => {
  await show({ until: Date.now() + 30_000 });
  const first = said();
  expect(first).toContain("0:30");
  await act(() => vi.advanceTimersByTimeAsync(2_000).then(() => undefined));
  expect(root.querySelector(".pin-trouble")?.textContent).toContain("0:28");
  expect(said()).toBe(first);
  await act(() => vi.advanceTimersByTimeAsync(29_000).then(() => undefined));
  expect(said()).toBe("");
});
