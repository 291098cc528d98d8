/** What the browser says of this phone's storage: whether it keeps it for good, and how much room is left. */
import { useEffect, useState } from "preact/hooks";

export interface Storage {
  readonly persisted: boolean | null;
  readonly used: number | null;
  /** Bytes that may still be written. */
  readonly room: number | null;
}

const UNKNOWN: Storage = { persisted: null, used: null, room: null };
/** About what a day of forms with their answers takes, and what browsers need to go on writing. */
const LITTLE = 20_000_000;

export async function askStorage(): Promise<Storage> {
  try {
    const [persisted, { usage, quota }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
    const room = usage === undefined || quota === undefined ? null : Math.max(0, quota - usage);
    return { persisted, used: usage ?? null, room };
  } catch {
    return UNKNOWN;
  }
}

export function nearlyFull({ room }: Storage): boolean {
  return room !== null && room < LITTLE;
}

/** Asks now and whenever `inputs` change; gives the answer and a way to ask the browser to keep it for good. */
export function useStorage(inputs: readonly unknown[] = []): [Storage, () => Promise<void>] {
  const [storage, setStorage] = useState(UNKNOWN);
  useEffect(() => {
    void askStorage().then(setStorage);
  }, inputs);
  const keep = async (): Promise<void> => {
    await navigator.storage.persist();
    setStorage(await askStorage());
  };
  return [storage, keep];
}
