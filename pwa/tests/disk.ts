/** A phone's disk as it is at one moment: every IndexedDB database, to be copied to another phone or to outlive a crash. */

import { deserialize, serialize } from "node:v8";
import { deleteDB, openDB } from "idb";
import type { IDBPDatabase } from "idb";

type Rows = [IDBValidKey, unknown][];

interface StoreDump {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly indexes: readonly { name: string; keyPath: string | string[]; multiEntry: boolean; unique: boolean }[];
  readonly rows: Rows;
}

interface DatabaseDump {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly StoreDump[];
}

export async function dump(): Promise<string> {
  const found: DatabaseDump[] = [];
  for (const { name = "" } of await indexedDB.databases()) found.push(await read(name));
  return serialize(found).toString("base64");
}

/** The disk becomes what the dump says. */
export async function load(dumped: string): Promise<void> {
  for (const { name, version, stores } of deserialize(Buffer.from(dumped, "base64")) as DatabaseDump[]) {
    await deleteDB(name);
    const database = await openDB(name, version, {
      upgrade: (fresh) => {
        for (const store of stores) make(fresh, store);
      },
    });
    for (const { name: store, keyPath, rows } of stores) {
      for (const [key, value] of rows) await database.put(store, value, keyPath === null ? key : undefined);
    }
    database.close();
  }
}

function make(fresh: IDBPDatabase, { name, keyPath, indexes }: StoreDump): void {
  const made = fresh.createObjectStore(name, { keyPath });
  for (const index of indexes) made.createIndex(index.name, index.keyPath, index);
}

/** What one database holds, by store. */
export async function rowsOf(name: string): Promise<Record<string, Rows>> {
  const { stores } = await read(name);
  return Object.fromEntries(stores.map((store) => [store.name, store.rows]));
}

/** In one transaction: what was committed at this moment. */
async function read(name: string): Promise<DatabaseDump> {
  const database = await openDB(name);
  const transaction = database.transaction([...database.objectStoreNames]);
  const stores = [...database.objectStoreNames].map(async (store): Promise<StoreDump> => {
    const source = transaction.objectStore(store);
    const { keyPath } = source;
    const indexes = [...source.indexNames].map((index) => {
      const { keyPath: path, multiEntry, unique } = source.index(index);
      return { name: index, keyPath: path, multiEntry, unique };
    });
    const [keys, values] = await Promise.all([source.getAllKeys(), source.getAll()]);
    return { name: store, keyPath, indexes, rows: keys.map((key, at) => [key, values[at] as unknown]) };
  });
  const dumped = { name, version: database.version, stores: await Promise.all(stores) };
  database.close();
  return dumped;
}
