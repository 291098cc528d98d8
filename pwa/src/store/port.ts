/** What the sync loop needs of a profile's store, and no more: all that the service worker carries of it. */

import type { RecordDocument, SyncAnswer } from "../shared/protocol";
import { apply } from "./apply";
import { Changes } from "./changes";
import type { Applied, Collected, Handing, Limit, Received, SyncStore } from "./contract";
import { Database, readProgress } from "./database";
import type { Lease, Progress, Writing } from "./database";
import { dueFormer, setDue } from "./former";
import { takeWhole } from "./land";
import { collect, release } from "./outbox";
import type { Change } from "./types";

export class SyncPort implements SyncStore {
  protected readonly database: Database;
  protected readonly changes: Changes;

  constructor(readonly device: number) {
    this.database = new Database(`ben-${device}`);
    this.changes = new Changes(`ben-${device}`);
  }

  close(): void {
    this.changes.close();
    this.database.close();
  }

  /** One transaction, and the notice of it once it is complete. */
  protected async write<Result>(work: (transaction: Writing) => Promise<Result>, ...changed: Change[]): Promise<Result> {
    const result = await this.database.write(work);
    this.changes.announce(...changed);
    return result;
  }

  async collect(limit: Limit): Promise<Collected> {
    const collected = await collect(this.database, limit);
    if (collected.mutations.length > 0) this.changes.announce("outbox", "records");
    return collected;
  }

  async release(): Promise<void> {
    if ((await release(this.database)) > 0) this.changes.announce("outbox", "records");
  }

  async apply(answer: SyncAnswer, received: Received): Promise<Applied> {
    const applied = await apply(this.database, answer, received);
    const changed: Change[] = ["profile"]; // When this phone last heard the server has changed, if nothing else.
    if (answer.results.length > 0 || applied.reoffered) changed.push("outbox", "records");
    if (received.sent.photos.length > 0 || applied.reoffered) changed.push("photos");
    if (Object.keys(answer.changes).length > 0 || answer.forget.length > 0) changed.push("records", "documents");
    await this.landed();
    this.changes.announce(...changed);
    return applied;
  }

  /** What follows from an answer before anybody is told of it. */
  protected landed(): Promise<void> {
    return Promise.resolve();
  }

  incomplete(): Promise<readonly string[]> {
    return this.database.read(async (transaction) => (await readProgress(transaction)).incomplete);
  }

  complete(id: string, document: RecordDocument | null): Promise<void> {
    return this.write(async (transaction) => {
      await takeWhole(transaction, id, document);
      const progress = await readProgress(transaction);
      const incomplete = progress.incomplete.filter((other) => other !== id);
      await transaction.objectStore("meta").put({ ...progress, incomplete } satisfies Progress, "progress");
    }, "records");
  }

  due(): Promise<readonly Handing[]> {
    return this.database.read(dueFormer);
  }

  handedIn(): Promise<void> {
    return this.database.write((transaction) => setDue(transaction, false));
  }

  lease(owner: string, milliseconds: number, what = "lease"): Promise<boolean> {
    return this.database.write(async (transaction) => {
      const meta = transaction.objectStore("meta");
      const held = (await meta.get(what)) as Lease | undefined;
      if (held && held.owner !== owner && held.until > Date.now()) return false;
      await meta.put({ owner, until: Date.now() + milliseconds }, what);
      return true;
    });
  }

  lastSync(): Promise<string | null> {
    return this.database.read(async (transaction) => (await readProgress(transaction)).last);
  }
}
