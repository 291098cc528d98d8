/** Which profiles this phone has, and whose turn it is. Each profile's data is a database of its own. */

import { deleteDB, openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import type { ProfileInfo } from "../shared/profile";
import { translated } from "./database";
import { StorageUnavailable } from "./errors";

/** What is kept of a person for the choice among several: their number in use, and the PIN with its wrong tries. */
export interface Entry {
  readonly device: number;
  readonly pin?: Pin;
  /** Tries since the last right one. */
  readonly wrong?: number;
  /** No try before: milliseconds since 1970, this phone's own clock. */
  readonly until?: number;
}

export interface Pin {
  /** base64, as `hash`. */
  readonly salt: string;
  readonly hash: string;
  readonly rounds: number;
}

interface Profiles extends DBSchema {
  profiles: { key: number; value: ProfileInfo };
  /** "device": the number in use. "push": whose the browser's one subscription is. "person 5": what is kept of person 5. */
  current: { key: string; value: number | Entry };
}

/** One use of the list; after a lost connection once more. */
export async function use<Result>(work: (database: IDBPDatabase<Profiles>) => Promise<Result>): Promise<Result> {
  try {
    return await once(work);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    return once(work);
  }
}

async function once<Result>(work: (database: IDBPDatabase<Profiles>) => Promise<Result>): Promise<Result> {
  let database: IDBPDatabase<Profiles> | undefined;
  try {
    database = await openDB<Profiles>("ben", 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore("profiles", { keyPath: "device" });
        fresh.createObjectStore("current");
      },
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return await work(database);
  } catch (error) {
    throw translated(error);
  } finally {
    database?.close();
  }
}

/** The profile in use; null before the first enrolment. */
export function currentProfile(): Promise<ProfileInfo | null> {
  return use(async (database) => {
    const device = (await database.get("current", "device")) as number | undefined;
    return device === undefined ? null : ((await database.get("profiles", device)) ?? null);
  });
}

/** Every profile that was enrolled on this phone. */
export function profiles(): Promise<ProfileInfo[]> {
  return use((database) => database.getAll("profiles"));
}

/**
 * Adds the profile (or renews the one of that device number: its data stays) and makes it the one in use. `anew`: a link was
 * used, so the person chooses their PIN anew.
 */
export function createProfile(profile: ProfileInfo, anew = false): Promise<void> {
  return use(async (database) => {
    const transaction = database.transaction(["profiles", "current"], "readwrite", { durability: "strict" });
    const current = transaction.objectStore("current");
    const before = await current.get("device");
    await transaction.objectStore("profiles").put(profile);
    await current.put(profile.device, "device");
    const key = `person ${profile.person.id}`;
    const entry = anew ? {} : ((await current.get(key)) as Entry | undefined);
    await current.put({ ...entry, device: profile.device }, key);
    // Whoever was alone here until now is the one whom the browser's subscription tells.
    if (before !== undefined && (await current.get("push")) === undefined) await current.put(before, "push");
    await transaction.done;
  });
}

/** Writes what has changed about a profile (name, roles, language) without switching to it. */
export function updateProfile(profile: ProfileInfo): Promise<void> {
  return use(async (database) => {
    await database.put("profiles", profile);
  });
}

/** Makes another profile the one in use; null, and no change, if there is none of that number. */
export function switchProfile(device: number): Promise<ProfileInfo | null> {
  return use(async (database) => {
    const transaction = database.transaction(["profiles", "current"], "readwrite", { durability: "strict" });
    const found = await transaction.objectStore("profiles").get(device);
    if (found) await transaction.objectStore("current").put(device, "device");
    await transaction.done;
    return found ?? null;
  });
}

/** Erases a profile and all its data from this phone, unsent work too. Only ever by the person's own, warned choice. */
export async function removeProfile(device: number): Promise<void> {
  await use(async (database) => {
    const transaction = database.transaction(["profiles", "current"], "readwrite", { durability: "strict" });
    const gone = await transaction.objectStore("profiles").get(device);
    await transaction.objectStore("profiles").delete(device);
    const current = transaction.objectStore("current");
    for (const key of ["device", "push"]) if ((await current.get(key)) === device) await current.delete(key);
    const key = `person ${gone?.person.id}`;
    if (((await current.get(key)) as Entry | undefined)?.device === device) await current.delete(key);
    await transaction.done;
  });
  await deleteDB(`ben-${device}`);
}
