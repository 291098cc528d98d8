/** The outbox as the sync loop sees it: taken from the front, frozen, and there until it is answered. */

import type { Collected, Limit, OutboxCopy } from "./contract";
import { readProgress } from "./database";
import type { Database, OutboxRow, Writing } from "./database";
import { asked } from "./photos";

/** What to send next. Its mutations are frozen, durably, before anything of them leaves the phone. */
export function collect(database: Database, limit: Limit): Promise<Collected> {
  return database.write(async (transaction) => {
    const { epoch, cursors, generation, forgets } = await readProgress(transaction);
    const outbox = transaction.objectStore("outbox");
    const waiting = (await outbox.getAll()).filter((row) => !limit.except?.has(row.n));
    const taken = front(waiting, limit);
    for (const row of taken) {
      if (!row.frozen || !row.sending) await outbox.put({ ...row, frozen: true, sending: true });
    }
    const mutations = taken.map((row) => row.mutation);
    const past = taken.flatMap(({ n, saw }) => (saw && saw.epoch !== epoch ? [[n, saw.hash] as const] : []));
    const saw = Object.fromEntries(past);
    const left = waiting.length - taken.length;
    const seen = await seenMessages(transaction);
    return { epoch, cursors, generation, forgets, mutations, saw, left, photos: await asked(transaction), seen };
  });
}

const MOST_SEEN = 200;

async function seenMessages(transaction: Writing): Promise<number[]> {
  const copies = await transaction.objectStore("documents").index("k").getAll("message");
  return copies.flatMap((copy) => (copy.seen ? [Number(copy.id)] : [])).slice(0, MOST_SEEN);
}

/** As many as fit, in their order; never none, or one too long would hold up everything behind it. */
export function front<Row extends Pick<OutboxRow, "mutation">>(rows: readonly Row[], limit: Limit): Row[] {
  const taken: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    characters += JSON.stringify(row.mutation).length;
    if (taken.length > 0 && (taken.length >= limit.mutations || characters > limit.characters)) break;
    taken.push(row);
  }
  return taken;
}

/** All that waits, for a file: it leaves the phone with it, so it is frozen as if it had been in a request. */
export function takeCopy(database: Database): Promise<OutboxCopy> {
  return database.write(async (transaction) => {
    const { epoch } = await readProgress(transaction);
    const outbox = transaction.objectStore("outbox");
    const rows = await outbox.getAll();
    for (const row of rows) if (!row.frozen) await outbox.put({ ...row, frozen: true });
    const saw = Object.fromEntries(rows.flatMap((row) => (row.saw ? [[row.n, row.saw] as const] : [])));
    return { epoch, mutations: rows.map((row) => row.mutation), saw };
  });
}

/** Nothing is under way any more: what was sending waits again, frozen as it is. Gives how many there were. */
export function release(database: Database): Promise<number> {
  return database.write(async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const sending = (await outbox.getAll()).filter((row) => row.sending);
    for (const row of sending) await outbox.put({ ...row, sending: false });
    return sending.length;
  });
}
