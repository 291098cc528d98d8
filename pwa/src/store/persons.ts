/**
 * Who shares this phone.
 *
 * Rules:
 * - A person is here once, whatever numbers they have had: the one that was used last counts.
 * - A wrong try is counted before it is looked at, and on the disk: closing the app gains nothing. A full phone keeps nobody
 *   out: it counts in memory.
 * - A clock that was set back keeps nobody out for longer than the wrong tries do.
 * - The browser's one subscription to web push is one person's.
 */

import type { ProfileInfo } from "../shared/profile";
import { StorageFull } from "./errors";
import { fits, makePin, waitAfter } from "./pin";
import { use } from "./profiles";
import type { Entry } from "./profiles";

export interface PersonHere {
  readonly id: number;
  readonly profile: ProfileInfo;
  /** Numbers that they had here before. */
  readonly former: readonly number[];
  readonly hasPin: boolean;
  /** No try before: milliseconds since 1970. 0: at once. */
  readonly until: number;
}

const keyOf = (person: number): string => `person ${person}`;

/** Everybody who is on this phone, in the order in which they came. */
export async function personsOf(now = Date.now()): Promise<PersonHere[]> {
  const found = await read(now);
  return Promise.all(found.map(async (person) => (person.until > 0 ? { ...person, until: await shorten(person.id, now) } : person)));
}

function read(now: number): Promise<PersonHere[]> {
  return use(async (database) => {
    const transaction = database.transaction(["profiles", "current"]);
    const all = await transaction.objectStore("profiles").getAll();
    const found: PersonHere[] = [];
    for (const id of new Set(all.map(({ person }) => person.id))) {
      const mine = all.filter(({ person }) => person.id === id);
      const entry = (await transaction.objectStore("current").get(keyOf(id))) as Entry | undefined;
      const profile = mine.find(({ device }) => device === entry?.device) ?? mine.at(-1);
      if (!profile) continue;
      const former = mine.map(({ device }) => device).filter((device) => device !== profile.device);
      found.push({ id, profile, former, hasPin: entry?.pin !== undefined, until: boundedUntil(triesOf(id, entry), now) });
    }
    return found;
  });
}

type Tries = Required<Pick<Entry, "wrong" | "until">>;

/** What a full phone could not write of wrong tries: counts until the app is closed. */
const unwritten = new Map<number, Tries>();

function triesOf(person: number, entry: Entry | undefined): Tries {
  const { wrong = 0, until = 0 } = unwritten.get(person) ?? entry ?? {};
  return { wrong, until };
}

/** By a clock that was set back the moment lies further ahead than the tries are worth. */
function boundedUntil({ wrong, until }: Tries, now: number): number {
  const wait = Math.min(until - now, waitAfter(wrong));
  return wait > 0 ? now + wait : 0;
}

/** Gives the moment, and writes it: bounded anew at each look it would never come. */
async function shorten(person: number, now: number): Promise<number> {
  let until = 0;
  await count(person, (tries) => {
    until = boundedUntil(tries, now);
    return until > 0 && until < tries.until ? { ...tries, until } : null;
  });
  return until;
}

/** Writes what `how` makes of the tries (null: no change), where there is room; gives the entry as it holds now. */
async function count(person: number, how: (tries: Tries, entry: Entry) => Tries | null): Promise<Entry | null> {
  let after = null as Entry | null;
  const decide = (entry: Entry): Entry | null => {
    const changed = how(triesOf(person, entry), entry);
    after = { ...entry, ...(changed ?? triesOf(person, entry)) };
    return changed ? after : null;
  };
  try {
    if (await change(person, decide)) unwritten.delete(person);
  } catch (error) {
    if (!(error instanceof StorageFull) || !after) throw error;
    unwritten.set(person, { wrong: after.wrong ?? 0, until: after.until ?? 0 });
  }
  return after;
}

function change(person: number, how: (entry: Entry) => Entry | null): Promise<Entry | null> {
  return use(async (database) => {
    const transaction = database.transaction("current", "readwrite", { durability: "strict" });
    const before = (await transaction.store.get(keyOf(person))) as Entry | undefined;
    const after = before ? how(before) : null;
    if (after) await transaction.store.put(after, keyOf(person));
    await transaction.done;
    return after;
  });
}

/** The person's PIN from now on, and no wrong tries any more. */
export async function setPin({ id, profile }: PersonHere, digits: string, rounds?: number): Promise<void> {
  const pin = await makePin(digits, rounds);
  await use(async (database) => {
    await database.put("current", { device: profile.device, pin }, keyOf(id));
  });
  unwritten.delete(id);
}

/** Who is alone on the phone needs none. */
export async function forgetPin(person: number): Promise<void> {
  await change(person, ({ device }) => ({ device }));
}

export interface Tried {
  readonly right: boolean;
  /** No other try before: milliseconds since 1970. 0: at once. */
  readonly until: number;
}

/** Tries a PIN; while one has to wait it isn't looked at. */
export async function tryPin(person: number, digits: string, now = Date.now()): Promise<Tried> {
  const waits = await shorten(person, now);
  let counts = false as boolean;
  const counted = await count(person, (tries, { pin }) => {
    counts = pin !== undefined && boundedUntil(tries, now) === 0;
    const wrong = tries.wrong + 1;
    return counts ? { wrong, until: now + waitAfter(wrong) } : null;
  });
  if (!counts || !counted?.pin) return { right: false, until: waits };
  if (!(await fits(counted.pin, digits))) return { right: false, until: boundedUntil(triesOf(person, counted), now) };
  await count(person, () => ({ wrong: 0, until: 0 }));
  return { right: true, until: 0 };
}

/** Whose the browser's subscription is; null: it was never said. */
export function pushOwner(): Promise<ProfileInfo | null> {
  return use(async (database) => {
    const device = (await database.get("current", "push")) as number | undefined;
    return device === undefined ? null : ((await database.get("profiles", device)) ?? null);
  });
}

export function setPushOwner(device: number): Promise<void> {
  return use(async (database) => {
    await database.put("current", device, "push");
  });
}
