/** What goes wrong with a phone itself: no room, a database that goes away, a clock that jumps. */

import { forceCloseDatabase } from "fake-indexeddb";

/** "full": from then on nothing can be written. "lost": that one write ends its transaction, and the connection with it. */
export type Failing = "full" | "lost";

let fails: Failing | null = null;
/** How many writes still succeed before. */
let spared = 0;
let skew = 0;
const connections = new Set<IDBDatabase>();

/** Writes fail, after so many more; null: they succeed again. */
export function failWrites(how: Failing | null, after = 0): void {
  fails = how;
  spared = after;
}

/** The browser closes every database that is open. */
export function loseConnections(): void {
  // Its types name the constructor where a database is meant.
  for (const connection of connections) forceCloseDatabase(connection as unknown as Parameters<typeof forceCloseDatabase>[0]);
  connections.clear();
}

/** This phone's clock goes wrong by so many milliseconds. */
export function setClock(milliseconds: number): void {
  skew = milliseconds;
}

/** To be called once, before the app runs. */
export function makeTroublesome(): void {
  troubleWrites();
  noteConnections();
  const Real = Date;
  const now = (): number => Real.now() + skew;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given: unknown[], asked) => Reflect.construct(target, given.length > 0 ? given : [now()], asked) as Date,
    get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
  });
}

function troubleWrites(): void {
  for (const method of ["put", "add"] as const) {
    const real = Reflect.get(IDBObjectStore.prototype, method) as IDBObjectStore["put"];
    IDBObjectStore.prototype[method] = function (this: IDBObjectStore, ...given) {
      if (fails !== null) fail(this.transaction);
      return real.apply(this, given);
    };
  }
}

function fail(transaction: IDBTransaction): void {
  if (spared > 0) {
    spared -= 1;
    return;
  }
  if (fails === "full") throw new DOMException("no room", "QuotaExceededError");
  fails = null;
  transaction.abort();
  throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
}

function noteConnections(): void {
  const real = Reflect.get(IDBDatabase.prototype, "transaction");
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given) {
    connections.add(this);
    return real.apply(this, given);
  };
}
