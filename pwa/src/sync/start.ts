/**
 * When to sync, in a page: at the start, on save, on regained network, when the app is looked at, every minute while it is,
 * after a failure with growing pauses, and by hand. Where there is Background Sync, the worker goes on when the page is gone.
 *
 * A request from before the network changed, or from before the phone slept, is not waited for: it has a moment to be
 * heard from, then it is made anew.
 */

import { signal } from "@preact/signals";
import { SYNC_TAG } from "../shared/messages";
import type { Store } from "../store/contract";
import { backoff } from "./backoff";
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

/** Starts syncing the profile of this store. One handle a page. */
export function startSync(store: Store): SyncHandle {
  const loop = new PageLoop(store);
  loop.start();
  return { status: loop.status, now: () => loop.now(), insist: () => loop.insist(), stop: () => loop.stop() };
}

class PageLoop {
  readonly status = signal<SyncStatus>({ state: "idle", waiting: 0, last: null, silent: false, arriving: null });
  private readonly ending = new AbortController();
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
    if (this.ending.signal.aborted) return Promise.resolve();
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

  insist(): Promise<void> {
    askAnew(this.store.device, this.status.value.silent ? 0 : GRACE);
    return this.now();
  }

  /** What is under way, here or in the worker, may be of a network that is gone. */
  private afresh(): Promise<void> {
    askAnew(this.store.device, GRACE);
    return this.now();
  }

  private looked(): void {
    if (document.visibilityState === "visible") void this.afresh();
    else void this.handOver();
  }

  private mayTry(): boolean {
    return !STOPPED.has(this.status.value.state);
  }

  /** Somebody saved: send it, unless a person must act first. What is frozen waits for its own turn. */
  private async changed(): Promise<void> {
    try {
      const outbox = await this.store.outbox();
      const last = await this.store.lastSync();
      const { waiting, last: shown } = this.status.value;
      if (waiting !== outbox.length || shown !== last) this.show({ waiting: outbox.length, last });
      if (outbox.some((item) => !item.frozen) && this.mayTry()) void this.now();
    } catch {
      // The store says so itself to whoever uses it next.
    }
  }

  private async attempt(): Promise<void> {
    clearTimeout(this.retry);
    // Also while another tab or the worker does it, and this run waits for its turn.
    this.show({ state: "sending" });
    this.heard();
    const outcome = await this.outcome();
    clearTimeout(this.doubt);
    if (this.ending.signal.aborted) return;
    this.failures = outcome.again ? this.failures + 1 : 0;
    this.silences = outcome.silent ? this.silences + 1 : 0;
    const problem = outcome.problem ? { problem: outcome.problem } : {};
    const { waiting, last } = await this.counts();
    this.status.value = { state: outcome.state, waiting, last, silent: false, arriving: null, ...problem };
    if (!outcome.again) return;
    this.retry = setTimeout(() => void this.now(), backoff(this.failures, Math.random()));
    if (waiting > 0) void this.handOver();
  }

  private outcome(): Promise<Outcome> {
    const options = {
      signal: this.ending.signal,
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
