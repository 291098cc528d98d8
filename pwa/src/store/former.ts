/**
 * What was answered under numbers that this phone has given up: kept 30 days like its own, so that a server that was
 * restored from a backup is offered it again, in the name of those numbers and before all else.
 */

import { KEPT, readProgress } from "./database";
import type { Former, FormerRow, Reading, Writing } from "./database";
import type { Handing } from "./contract";
import { front } from "./outbox";

const NONE: Former = { due: false, devices: {} };
const AT_ONCE = { mutations: 500, characters: 400_000 };

export async function readFormer(transaction: Reading | Writing): Promise<Former> {
  return ((await transaction.objectStore("meta").get("former")) as Former | undefined) ?? NONE;
}

/** Adds what another number left; the same again changes nothing. */
export async function keepFormer(transaction: Writing, left: Former): Promise<void> {
  const before = await readFormer(transaction);
  const devices = { ...before.devices };
  for (const [device, rows] of Object.entries(left.devices)) {
    const known = new Set(devices[device]?.map(({ n }) => n));
    devices[device] = [...(devices[device] ?? []), ...rows.filter(({ n }) => !known.has(n))];
  }
  await transaction.objectStore("meta").put({ due: before.due || left.due, devices } satisfies Former, "former");
}

/** The server was restored: all of it is to be offered again. Or it has been. */
export async function setDue(transaction: Writing, due: boolean): Promise<void> {
  const { devices } = await readFormer(transaction);
  if (Object.keys(devices).length > 0) await transaction.objectStore("meta").put({ due, devices } satisfies Former, "former");
}

/** Forgets what is older than a restore may be, unless a restored server is still to be offered it. */
export async function pruneFormer(transaction: Writing, at: number): Promise<void> {
  const { due, devices } = await readFormer(transaction);
  const old = (row: FormerRow): boolean => row.answered <= at - KEPT;
  if (due || !Object.values(devices).some((rows) => rows.some(old))) return;
  const kept = Object.entries(devices).map(([device, rows]) => [device, rows.filter((row) => !old(row))] as const);
  const rest = Object.fromEntries(kept.filter(([, rows]) => rows.length > 0));
  await transaction.objectStore("meta").put({ due, devices: rest } satisfies Former, "former");
}

/** What is to be handed in now, in requests of a fit size. */
export async function dueFormer(transaction: Reading): Promise<Handing[]> {
  const { due, devices } = await readFormer(transaction);
  if (!due) return [];
  const { epoch } = await readProgress(transaction);
  return Object.entries(devices).flatMap(([device, rows]) => {
    const parts: Handing[] = [];
    for (let from = 0; from < rows.length; from += parts.at(-1)?.mutations.length ?? 1) {
      const taken = front(rows.slice(from), AT_ONCE);
      const past = taken.flatMap(({ n, saw }) => (saw && saw.epoch !== epoch ? [[n, saw.hash] as const] : []));
      parts.push({ device: Number(device), epoch, mutations: taken.map(({ mutation }) => mutation), saw: Object.fromEntries(past) });
    }
    return parts;
  });
}
