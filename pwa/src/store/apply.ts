/**
 * An answer of the server becomes the phone's state, in one transaction: answered mutations leave the outbox, documents
 * and cursors arrive together. Applying an answer twice changes nothing more; a cursor never goes back within a reading.
 *
 * When the server was restored from a backup it asks for everything again: kept mutations return to the outbox, and a
 * new reading of all feeds begins. Until that has ended the phone goes on showing what it has (a form must open without
 * network); then what the server no longer knows is erased.
 */

import type { Cursors, FeedDocument, MutationResult, SyncAnswer } from "../shared/protocol";
import { closed } from "./closed";
import type { Applied, Received } from "./contract";
import { KEPT, readProgress } from "./database";
import type { Database, OutboxRow, Progress, SentRow, Writing } from "./database";
import { forgetNames, stripDrafts, stripMessages } from "./erase";
import { pruneFormer, setDue } from "./former";
import { eraseUnseen, forget, takeChanges } from "./land";
import * as photos from "./photos";

const NOTHING: Applied = { retried: [], reoffered: false, renumber: false, revoked: false };

export function apply(database: Database, answer: SyncAnswer, received: Received): Promise<Applied> {
  return database.write(async (transaction) => {
    const before = await readProgress(transaction);
    // An answer to an earlier reading: what it acknowledges may be lost since, so it acknowledges nothing any more.
    if (received.sent.generation !== before.generation) return NOTHING;
    const restored = answer.reoffer;
    if (answer.lacks) await photos.takeLacks(transaction, received.sent.photos, answer.lacks, Date.parse(answer.now));
    if (restored) {
      await offerAgain(transaction);
      await photos.offerAgain(transaction);
    }
    const settled = await takeResults(transaction, answer.results, Date.parse(answer.now));
    // Everybody has a feed of their own: an answer without any says that this phone's access was taken back.
    const revoked = settled.revoked || Object.keys(answer.cursors).length === 0;
    const started = restored ? newReading(before) : before;
    const progress = await takePage(transaction, started, { answer, restored, received });
    for (const [id, name] of Object.entries(answer.people)) await transaction.objectStore("people").put(name, Number(id));
    await transaction.objectStore("meta").put({ ...progress, offset: offset(answer, received) }, "progress");
    if (!answer.more) await prune(transaction, Date.parse(answer.now));
    return { ...settled, revoked, reoffered: restored };
  });
}

function offset(answer: SyncAnswer, received: Received): number {
  return Math.round(Date.parse(answer.now) - (received.at - received.took / 2));
}

// ---------------------------------------------------------------- results

async function takeResults(
  transaction: Writing,
  results: readonly MutationResult[],
  at: number,
): Promise<Omit<Applied, "reoffered">> {
  const outbox = transaction.objectStore("outbox");
  const retried: number[] = [];
  for (const result of results) {
    const row = await outbox.get(result.n);
    if (!row) continue; // Answered before: an old answer that came twice.
    if (result.status === "retry") {
      await outbox.put({ ...row, sending: false, result });
      retried.push(result.n);
    } else {
      await outbox.delete(result.n);
      await keep(transaction, row, { result, at });
    }
  }
  return {
    retried,
    renumber: results.some((result) => result.renumber === true),
    revoked: results.some((result) => result.reason === "device-revoked"),
  };
}

async function keep(transaction: Writing, row: OutboxRow, by: { result: MutationResult; at: number }): Promise<void> {
  const { frozen: _frozen, sending: _sending, ...kept } = row;
  const open = standing(by.result, row.mutation.kind === "review" || row.mutation.kind === "move");
  const sent = transaction.objectStore("sent");
  await sent.put({ ...kept, result: by.result, answered: by.at, ...(open && { open }) });
  if (open !== "landing") return;
  for (const earlier of await sent.index("record").getAll(row.record)) {
    // The author has said it anew and was heard: the item held before is the supervisor's business only.
    if (earlier.open === "held" && earlier.n < row.n) await sent.put(closed(earlier));
  }
}

function standing(result: MutationResult, isDecision: boolean): SentRow["open"] {
  const status = result.status === "duplicate" ? (result.first ?? "applied") : result.status;
  if (status === "quarantined") return "held";
  return isDecision || status === "stale" ? undefined : "landing";
}

// ---------------------------------------------------------------- a server restored from a backup

/** What was acknowledged in the last 30 days may be lost there: it goes back to the outbox, as it was. */
async function offerAgain(transaction: Writing): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  const sent = transaction.objectStore("sent");
  for (const { answered: _answered, open, ...row } of await sent.getAll()) {
    const contained = open ? {} : { contained: true as const };
    await outbox.put({ ...row, ...contained, frozen: true, sending: false, result: null });
    await sent.delete(row.n);
  }
  await setDue(transaction, true);
}

function newReading(before: Progress): Progress {
  return { ...before, cursors: {}, generation: before.generation + 1, sweeping: true, incomplete: [] };
}

// ---------------------------------------------------------------- documents

interface PageInHand {
  readonly answer: SyncAnswer;
  readonly restored: boolean;
  readonly received: Received;
}

async function takePage(transaction: Writing, from: Progress, page: PageInHand): Promise<Progress> {
  const { answer, restored, received } = page;
  const behind = received.sent.forgets !== from.forgets;
  // With another epoch the server has read from the start already; a cursor ahead of its feed begins a reading anew.
  if (behind || (restored && received.sent.epoch === answer.epoch)) return { ...from, epoch: answer.epoch };
  const fresh = Object.entries(answer.changes).filter(
    ([feed]) => (answer.cursors[feed] ?? 0) >= (from.cursors[feed] ?? 0),
  );
  const incomplete = await takeChanges(transaction, fresh, {
    generation: from.generation,
    trusted: !restored,
    answered: new Set(answer.results.filter((result) => result.status === "applied").map((result) => result.n)),
  });
  const progress = { ...from, incomplete: [...new Set([...from.incomplete, ...incomplete])] };
  for (const feed of answer.forget) await forget(transaction, feed);
  if (answer.forget.length > 0) await forgetNames(transaction);
  if (answer.forget.length > 0 || hasGone(fresh)) {
    await stripDrafts(transaction);
    await stripMessages(transaction);
  }
  // An old answer, from before this phone read on, may say that there was no more then.
  const quiet = !answer.more && Object.entries(answer.cursors).every(([feed, position]) => position >= (from.cursors[feed] ?? 0));
  const ended = from.sweeping && quiet;
  if (ended) await eraseUnseen(transaction, progress);
  if (quiet) await closeLanding(transaction, progress.incomplete);
  return {
    ...progress,
    cursors: advanced(from.cursors, answer),
    epoch: answer.epoch,
    sweeping: from.sweeping && !ended,
    forgets: from.forgets + (answer.forget.length > 0 ? 1 : 0),
    last: quiet ? answer.now : from.last,
  };
}

function hasGone(changes: readonly (readonly [string, readonly FeedDocument[]])[]): boolean {
  return changes.some(([, documents]) => documents.some((document) => "gone" in document));
}

function advanced(from: Cursors, answer: SyncAnswer): Cursors {
  const cursors = new Map(Object.entries(from));
  for (const [feed, position] of Object.entries(answer.cursors)) {
    cursors.set(feed, Math.max(position, cursors.get(feed) ?? 0));
  }
  for (const feed of answer.forget) cursors.delete(feed);
  return Object.fromEntries(cursors);
}

// ---------------------------------------------------------------- what is old

async function prune(transaction: Writing, at: number): Promise<void> {
  await photos.tidy(transaction, at);
  await pruneFormer(transaction, at);
  const sent = transaction.objectStore("sent");
  for (const row of await sent.index("answered").getAll(IDBKeyRange.upperBound(at - KEPT))) {
    if (row.open !== "held") await sent.delete(row.n);
  }
  const drafts = transaction.objectStore("drafts");
  for (const row of await drafts.getAll()) {
    if (row.submitted && row.submitted.at < at - KEPT) await drafts.delete(row.id);
  }
}

/** Everything has come down: what is still 'landing' is of records outside this phone's scope. */
async function closeLanding(transaction: Writing, incomplete: readonly string[]): Promise<void> {
  const sent = transaction.objectStore("sent");
  for (const row of await sent.index("open").getAll("landing")) {
    if (!incomplete.includes(row.record)) await sent.put(closed(row));
  }
}
