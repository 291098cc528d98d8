/**
 * The loop: collect (and freeze) → send → apply, until both sides are quiet. Runs in a page or in the service worker.
 *
 * Rules:
 * - Read under a transaction, let go of it, then talk to the network.
 * - Whatever happens to a request, its mutations stay until the server has answered each of them.
 * - An answer that isn't the protocol's changes nothing.
 */

import { call } from "../shared/api";
import { MalformedAnswer, readAnswer, readRecord, readStatuses } from "../shared/guards";
import { NetworkError, ProblemError, SilenceError } from "../shared/problem";
import type { Problem } from "../shared/problem";
import { PROTOCOL } from "../shared/protocol";
import type { SyncRequest } from "../shared/protocol";
import { inTables } from "../shared/tables";
import type { Applied, Collected, SyncStore } from "../store/contract";
import { StorageFull } from "../store/errors";
import { SyncPort } from "../store/port";
import type { Arriving, SyncState } from "./contract";
import { AskedAnew, Line } from "./line";
import type { Use } from "./line";
import { alone } from "./lock";

/** How a run ended. `again`: something is left that a later try may bring through. */
export interface Outcome {
  readonly state: Exclude<SyncState, "sending">;
  readonly again: boolean;
  readonly problem?: Problem;
  /** There was a connection, and the server said nothing on it for as long as it was waited for. */
  readonly silent?: true;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds of silence after which a request is given up. */
  readonly patience?: number;
  /** Called when a request goes out and at every sign of the server. */
  readonly onHeard?: () => void;
  /** Called after each page of a reading that takes several. */
  readonly onArriving?: (arriving: Arriving) => void;
  /** Woken only to send: when somebody else has sent it meanwhile, no request is made. */
  readonly onlyToSend?: boolean;
}

/** An answer that goes on coming may take its time, however long: only silence is counted. */
export const PATIENCE = 20_000;
const ROUNDS = 1_000;
const MUTATIONS = 500;
const CHARACTERS = 400_000;

/** Brings the store and the server to quiet, as far as it goes. Never rejects for what network or server do. */
export function run(store: SyncStore, options: RunOptions = {}): Promise<Outcome> {
  return alone(store, options.signal, async (renew) => {
    const heard = (): void => {
      options.onHeard?.();
      renew();
    };
    const line = new Line(store.device, options.signal, heard);
    try {
      return await rounds(store, { ...options, line });
    } catch (error) {
      return explain(error);
    } finally {
      line.close();
      await store.release().catch(() => undefined);
    }
  });
}

/** Syncs the profile of this device number once; for the service worker, which has no store open. */
export async function syncOnce(device: number): Promise<Outcome> {
  const store = new SyncPort(device);
  try {
    return await run(store, { onlyToSend: true });
  } finally {
    store.close();
  }
}

interface Rounds extends RunOptions {
  readonly line: Line;
}

async function rounds(store: SyncStore, options: Rounds): Promise<Outcome> {
  const except = new Set<number>();
  let size = MUTATIONS;
  let come = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sent = await store.collect({ mutations: size, characters: CHARACTERS, except });
    if (options.onlyToSend && sent.mutations.length === 0) break;
    let applied: Exchange;
    try {
      await handIn(store, options);
      applied = await exchange(store, sent, options);
    } catch (error) {
      if (error instanceof AskedAnew) continue;
      // Too large for the server: fewer at once. One alone that is too large stays, and the person is told.
      if (!isTooLarge(error) || sent.mutations.length < 2) throw error;
      size = Math.ceil(sent.mutations.length / 2);
      continue;
    }
    come += applied.come;
    if (applied.more && applied.left !== undefined) options.onArriving?.({ come, of: come + applied.left });
    if (applied.reoffered) except.clear();
    else for (const n of unanswered(sent, applied)) except.add(n);
    if (applied.renumber) return { state: "renumber", again: false };
    if (applied.revoked) return { state: "revoked", again: false };
    if (!applied.more && !applied.reoffered && sent.left === 0) break;
  }
  await fillIn(store, options);
  return { state: "idle", again: except.size > 0 };
}

interface Exchange extends Applied {
  readonly more: boolean;
  /** How many documents have come with it, and how many are still to come if there is more. */
  readonly come: number;
  readonly left: number | undefined;
  readonly answered: ReadonlySet<number>;
}

async function exchange(store: SyncStore, sent: Collected, options: Rounds): Promise<Exchange> {
  const { epoch, cursors, mutations, saw, photos, seen } = sent;
  const past = Object.keys(saw).length > 0 ? { saw } : {};
  const body: SyncRequest = { protocol: PROTOCOL, epoch, cursors, ...inTables(mutations), ...past, photos, ...(seen.length > 0 ? { seen } : {}) };
  const begun = Date.now();
  const patience = options.patience ?? PATIENCE;
  const ask = (use: Use): Promise<unknown> =>
    call({ method: "POST", path: "/api/sync", body }, { device: store.device, patience, gzip: true, ...use });
  const answer = readAnswer(await options.line.use(ask), mutations);
  const at = Date.now();
  const applied = await store.apply(answer, { sent, at, took: at - begun });
  const come = Object.values(answer.changes).reduce((sum, documents) => sum + documents.length, 0);
  const answered = new Set(answer.results.map((result) => result.n));
  return { ...applied, more: answer.more, left: answer.left, come, answered };
}

/** Offers a restored server what was answered under numbers that this phone has given up: what follows builds on it. */
async function handIn(store: SyncStore, { line, patience = PATIENCE }: Rounds): Promise<void> {
  const due = await store.due();
  for (const { mutations, ...part } of due) {
    const body = { former: true, ...part, ...inTables(mutations) };
    const ask = (use: Use): Promise<unknown> =>
      call({ method: "POST", path: "/api/handins", body }, { device: store.device, patience, gzip: true, ...use });
    try {
      const statuses = readStatuses(await line.use(ask));
      if (statuses.length !== mutations.length || statuses.includes("retry")) return; // Restored once more: the exchange says so.
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.status !== 404) return; // Of a number that is somebody else's nothing can be said; of all else the exchange tells.
    }
  }
  if (due.length > 0) await store.handedIn();
}

/** What stays in the outbox although it was sent: told to retry, or left out of the answer. Not again in this run. */
function unanswered(sent: Collected, applied: Exchange): number[] {
  const missing = sent.mutations.map((mutation) => mutation.n).filter((n) => !applied.answered.has(n));
  return [...missing, ...applied.retried];
}

/** Asks for records whose values this phone could not rebuild. */
async function fillIn(store: SyncStore, { line, patience = PATIENCE }: Rounds): Promise<void> {
  for (const id of await store.incomplete()) {
    const ask = (use: Use): Promise<unknown> =>
      call({ method: "GET", path: `/api/records/${id}` }, { device: store.device, patience, ...use });
    try {
      const found = await line.use(ask);
      const record = typeof found === "object" && found !== null && "record" in found ? found.record : null;
      await store.complete(id, readRecord(record));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 404) throw error;
      await store.complete(id, null);
    }
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 413;
}

const MALFORMED: Problem = { slug: "answer-malformed", status: 200, title: "The answer can't be understood", extra: {} };
const PHONE_FULL: Problem = { slug: "phone-full", status: 507, title: "This phone has no room left", extra: {} };
const UNEXPECTED: Problem = { slug: "phone-error", status: 0, title: "Something went wrong on this phone", extra: {} };

function explain(error: unknown): Outcome {
  if (error instanceof SilenceError) return { state: "offline", again: true, silent: true };
  if (error instanceof AskedAnew) return { state: "offline", again: true };
  if (error instanceof NetworkError) return { state: "offline", again: true };
  if (error instanceof ProblemError) return refused(error.problem);
  // An answer that can't be understood or kept is no acknowledgement: everything sent is still here.
  if (error instanceof MalformedAnswer) return { state: "server_error", again: true, problem: MALFORMED };
  if (error instanceof StorageFull) return { state: "server_error", again: true, problem: PHONE_FULL };
  const detail = error instanceof Error ? error.message : String(error);
  return { state: "server_error", again: true, problem: { ...UNEXPECTED, detail } };
}

/** The server speaks older versions only (it was set back, say): updating this app would not help, so it asks again later. */
function isBehind({ extra }: Problem): boolean {
  const speaks = extra["speaks"];
  return Array.isArray(speaks) && speaks.length > 0 && speaks.every((version) => typeof version === "number" && version < PROTOCOL);
}

function refused(problem: Problem): Outcome {
  if (problem.slug === "device-revoked") return { state: "revoked", again: false, problem };
  if (problem.status === 401) return { state: "signed_out", again: false, problem };
  if (problem.slug === "protocol-unknown" && !isBehind(problem)) return { state: "update_needed", again: false, problem };
  return { state: "server_error", again: true, problem };
}
