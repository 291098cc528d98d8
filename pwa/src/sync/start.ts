/**
 * When to sync, in a page: at the start, on save, on regained network, when the app is looked at, every minute while it is,
 * after a failure with growing pauses, and by hand. Where there is Background Sync, the worker goes on when the page is gone.
 * A person's stop lasts until they ask, save something new or look at the app again.
 *
 * A request from before the network changed, or from before the phone slept, is not waited for: it has a moment to be
 * heard from, then it is made anew.
 */

import { signal } from "@preact/signals";
import { SYNC_TAG } from "../shared/messages";
import type { Store } from "../store/contract";
import type { OutboxItem } from "../store/types";
import { backoff } from "./backoff";
import { QUIET } from "./contract";
import type { Arriving, SyncHandle, SyncState, SyncStatus } from "./contract";
import { askAnew } from "./line";
import { PATIENCE, run } from "./loop";
import type { Outcome } from "./loop";

const POLL = 60_000;
/** How long a request from before has to be heard from, once there is reason to doubt it. */
const GRACE = 3_000;
/** After this long without a sign the person is told, and may ask again. */
const SILENT = 10_000;
/** States in which trying by itself again is of no use: a person has to act first. */
const STOPPED: ReadonlySet<SyncState> = new Set(["signed_out", "revoked", "update_needed", "renumber"]);
/** States in which each try fails, for now. */
const TRYING: ReadonlySet<SyncState> = new Set(["offline", "server_error"]);

/** Starts syncing the profile of this store. One handle a page. */
export function startSync(store: Store): SyncHandle {
  const loop = new PageLoop(store);
  loop.start();
  return {
    status: loop.status,
    now: () => loop.now(),
    insist: () => loop.insist(),
    pause: () => loop.pause(),
    stop: () => loop.stop(),
  };
}

/** What is edited before it was ever sent keeps its number, so its number doesn't tell whether it is new. */
function keyOf({ mutation }: OutboxItem): string {
  return JSON.stringify(mutation);
}

class PageLoop {
  readonly status = signal<SyncStatus>(QUIET);
  private readonly ending = new AbortController();
  /** Ends the attempt under way. */
  private under = new AbortController();
  /** While a person has stopped it: what waited then, read as soon as it can be. */
  private paused: Promise<ReadonlySet<string>> | null = null;
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;
  private failures = 0;
  private silences = 0;
  private doubt: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {}

  start(): void {
    const { signal: until } = this.ending;
    const wake = (): void => void this.now();
    window.addEventListener("online", () => void this.afresh(), { signal: until });
    window.addEventListener("offline", () => askAnew(this.store.device, 0), { signal: until });
    window.addEventListener("focus", wake, { signal: until });
    document.addEventListener("visibilitychange", () => this.looked(), { signal: until });
    const poll = setInterval(() => {
      if (document.visibilityState === "visible" && navigator.onLine && this.mayTry()) wake();
    }, POLL);
    const unsubscribe = this.store.subscribe((changes) => {
      if (changes.has("outbox") || changes.has("profile")) void this.changed();
    });
    until.addEventListener("abort", () => {
      this.under.abort();
      clearInterval(poll);
      clearTimeout(this.retry);
      clearTimeout(this.doubt);
      unsubscribe();
    });
    wake();
  }

  stop(): void {
    this.ending.abort();
  }

  /** Triggers that come while a run is under way are one more run after it, however many they are. */
  now(): Promise<void> {
    if (this.ending.signal.aborted || this.paused !== null) return Promise.resolve();
    if (!this.running) {
      this.running = this.attempt().finally(() => (this.running = null));
      return this.running;
    }
    this.queued ??= this.running.then(() => {
      this.queued = null;
      return this.now();
    });
    return this.queued;
  }

  pause(): void {
    this.paused = this.kept();
    this.under.abort();
    this.rest();
  }

  insist(): Promise<void> {
    this.paused = null;
    askAnew(this.store.device, this.status.value.silent ? 0 : GRACE);
    return this.now();
  }

  /** What is under way, here or in the worker, may be of a network that is gone. */
  private afresh(): Promise<void> {
    askAnew(this.store.device, GRACE);
    return this.now();
  }

  private looked(): void {
    if (document.visibilityState !== "visible") return void this.handOver();
    this.paused = null;
    void this.afresh();
  }

  /** What waits, as it is now. */
  private async kept(): Promise<ReadonlySet<string>> {
    try {
      return new Set((await this.store.outbox()).map(keyOf));
    } catch {
      return new Set();
    }
  }

  private mayTry(): boolean {
    return !STOPPED.has(this.status.value.state);
  }

  /** Somebody saved: send it, unless a person must act first. What is frozen, or was stopped, waits for its own turn. */
  private async changed(): Promise<void> {
    try {
      const outbox = await this.store.outbox();
      const last = await this.store.lastSync();
      const { waiting, of, last: shown } = this.status.value;
      const more = Math.max(0, outbox.length - waiting);
      if (waiting !== outbox.length || shown !== last) this.show({ waiting: outbox.length, of: of + more, last });
      const before = await this.paused;
      const isNew = (item: OutboxItem): boolean => (before ? !before.has(keyOf(item)) : !item.frozen);
      if (!outbox.some(isNew) || !this.mayTry()) return;
      this.paused = null;
      void this.now();
    } catch {
      // The store says so itself to whoever uses it next.
    }
  }

  private async attempt(): Promise<void> {
    clearTimeout(this.retry);
    const under = (this.under = new AbortController());
    // Also while another tab or the worker does it, and this run waits for its turn.
    this.show({ state: "sending", of: this.status.value.waiting });
    void this.count(under.signal);
    this.heard();
    const outcome = await this.outcome(under.signal);
    clearTimeout(this.doubt);
    if (this.ending.signal.aborted) return;
    const counts = await this.counts();
    if (under.signal.aborted) {
      this.show(counts);
      if (this.paused !== null) this.rest();
      return;
    }
    this.failures = outcome.again ? this.failures + 1 : 0;
    this.silences = outcome.silent ? this.silences + 1 : 0;
    const problem = outcome.problem ? { problem: outcome.problem } : {};
    const since = TRYING.has(outcome.state) ? (this.status.value.since ?? Date.now()) : null;
    const delay = outcome.again ? backoff(this.failures, Math.random()) : null;
    // Whoever looks at it sees it tried at each poll.
    const next = delay === null ? null : Date.now() + Math.min(delay, POLL);
    this.status.value = { ...QUIET, ...counts, state: outcome.state, of: counts.waiting, since, next, ...problem };
    if (delay === null) return;
    this.retry = setTimeout(() => void this.now(), delay);
    if (counts.waiting > 0) void this.handOver();
  }

  /** What waits, told while it is being sent: at the start of the app nobody has counted it yet. */
  private async count(under: AbortSignal): Promise<void> {
    const { waiting, last } = await this.counts();
    if (this.status.value.state !== "sending" || under !== this.under.signal) return;
    this.show({ waiting, last, of: Math.max(waiting, this.status.value.of) });
  }

  /** Shows that nothing is under way because somebody has stopped it. */
  private rest(): void {
    clearTimeout(this.retry);
    clearTimeout(this.doubt);
    this.show({ state: "paused", silent: false, arriving: null, since: null, next: null });
  }

  private outcome(signal: AbortSignal): Promise<Outcome> {
    const options = {
      signal,
      // A server that is slow to answer is not asked again and again in the middle of it.
      patience: PATIENCE * Math.min(3, 1 + this.silences),
      onHeard: () => this.heard(),
      onArriving: (arriving: Arriving) => this.show({ arriving }),
    };
    return run(this.store, options).catch((): Outcome => ({ state: "server_error", again: true }));
  }

  private async counts(): Promise<Pick<SyncStatus, "waiting" | "last">> {
    try {
      return { waiting: (await this.store.outbox()).length, last: await this.store.lastSync() };
    } catch {
      return this.status.value;
    }
  }

  private heard(): void {
    clearTimeout(this.doubt);
    if (this.status.value.silent) this.show({ silent: false });
    this.doubt = setTimeout(() => this.show({ silent: true }), SILENT);
  }

  private show(part: Partial<SyncStatus>): void {
    this.status.value = { ...this.status.value, ...part };
  }

  /** Lets the worker send what waits as soon as there is network, also when no page is open. */
  private async handOver(): Promise<void> {
    if (!("serviceWorker" in navigator) || !this.mayTry()) return;
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      if (!registration || !("sync" in registration) || (await this.store.outbox()).length === 0) return;
      await (registration.sync as { register(tag: string): Promise<void> }).register(SYNC_TAG);
    } catch {
      // Refused or not there: the page's own triggers remain.
    }
  }
}
