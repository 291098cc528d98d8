/** What the sync loop shows to the app. */

import type { Signal } from "@preact/signals";
import type { Problem } from "../shared/problem";

/**
 * idle: nothing under way. sending: a request is. offline: the last try found no network. server_error: the server
 * couldn't take it; it is tried again. signed_out and revoked: the queue is whole, a new link is needed.
 * update_needed: this app is too old for the server. renumber: this phone's storage was cloned; enrol again. paused: the
 * person has stopped it, until they ask, save something new or come back to the app.
 */
export type SyncState =
  | "idle"
  | "sending"
  | "offline"
  | "server_error"
  | "signed_out"
  | "revoked"
  | "update_needed"
  | "renumber"
  | "paused";

export interface Arriving {
  readonly come: number;
  readonly of: number;
}

export interface SyncStatus {
  readonly state: SyncState;
  /** Mutations on this phone that the server has not answered. */
  readonly waiting: number;
  /** When this phone last heard everything: ISO 8601. */
  readonly last: string | null;
  /** Of how many mutations what is waiting is the rest, in the sending under way. */
  readonly of: number;
  /** Since when each try has failed, and until when it is tried again at the latest: milliseconds of this phone's clock. */
  readonly since: number | null;
  readonly next: number | null;
  readonly problem?: Problem;
  /** A reading of many pages is under way: documents that have come, of about how many. */
  readonly arriving: Arriving | null;
  /** A request is under way and the server has not been heard for some time: a person may want to ask again. */
  readonly silent: boolean;
}

export interface SyncHandle {
  readonly status: Signal<SyncStatus>;
  /** Syncs now; resolves when that attempt has ended, well or not. Never rejects: look at `status`. */
  now(): Promise<void>;
  /** As `now`, for a person who asks: a request under way that hears nothing is given up soon, and made anew. */
  insist(): Promise<void>;
  /**
   * Ends what is under way, and begins nothing until `insist`, something new is saved, or the app is looked at again; in the
   * background the worker may send. What has come or gone stays so; nothing is lost.
   */
  pause(): void;
  stop(): void;
}

export const QUIET: SyncStatus = { state: "idle", waiting: 0, last: null, of: 0, since: null, next: null, silent: false, arriving: null };
