// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Listener = () => void;

/** A service worker on its way, as a registration holds it. */
class Installing {
  state = "installing";
  private readonly listeners: Listener[] = [];
  addEventListener(_type: string, listener: Listener): void {
    this.listeners.push(listener);
  }
  become(state: string): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function registered(installing: Installing) {
  return { active: null, waiting: null, installing, addEventListener: () => undefined };
}

const register = vi.fn();

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  register.mockReset();
  const ready = new Promise(() => undefined);
  vi.stubGlobal("navigator", { serviceWorker: { controller: null, register, ready, addEventListener: () => undefined }, onLine: true });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("waits for the first forms where a link is being used", async () => {
  const { token } = await import("./token");
  const { session } = await import("../session");
  const { kept, watchWorker } = await import("./worker");
  token.value = "a link";
  session.value = null;
  void watchWorker();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(register).not.toHaveBeenCalled();
  expect(kept.value).toBe(false);
});

it("is tried again when it could not get all its files", async () => {
  const { session } = await import("../session");
  const { kept, watchWorker } = await import("./worker");
  const [first, second] = [new Installing(), new Installing()];
  register.mockResolvedValueOnce(registered(first)).mockRejectedValueOnce(new Error("no network")).mockResolvedValueOnce(registered(second));
  session.value = null;
  void watchWorker();
  await vi.advanceTimersByTimeAsync(1);
  first.become("redundant");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(register).toHaveBeenCalledTimes(2);
  expect(kept.value).toBe(false);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(register).toHaveBeenCalledTimes(3);
  second.become("activated");
  await vi.advanceTimersByTimeAsync(1);
  expect(kept.value).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(register).toHaveBeenCalledTimes(3);
});
