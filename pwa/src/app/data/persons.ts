/** What each person who shares this phone has on it that no server has yet. */
import { useEffect, useState } from "preact/hooks";
import { openStore, type Store } from "../../store";
import { personsOf, type PersonHere } from "../../store/persons";

export interface Waiting {
  readonly records: number;
  readonly photos: number;
  readonly drafts: number;
}

export interface Shown extends PersonHere {
  /** Null: their database can't be read now. */
  readonly waiting: Waiting | null;
}

export async function waitingIn(store: Store): Promise<Waiting> {
  const [outbox, photos, drafts] = await Promise.all([store.outbox(), store.photos(), store.drafts()]);
  return {
    records: new Set(outbox.map(({ mutation }) => mutation.record)).size,
    photos: photos.filter(({ state }) => state === "waiting" || state === "lacked").length,
    drafts: drafts.length,
  };
}

/** Under all the numbers that a person has had here. */
export async function waitingOf({ profile, former }: PersonHere): Promise<Waiting> {
  const sum = { records: 0, photos: 0, drafts: 0 };
  for (const device of [profile.device, ...former]) {
    const store = await openStore(device);
    try {
      const found = await waitingIn(store);
      sum.records += found.records;
      sum.photos += found.photos;
      sum.drafts += found.drafts;
    } finally {
      store.close();
    }
  }
  return sum;
}

const AGAIN = 3_000;

/** Everybody here and what waits, looked at again and again; undefined until it is known. */
export function usePersons(): readonly [readonly Shown[] | undefined, () => Promise<void>] {
  const [found, setFound] = useState<readonly Shown[]>();
  const look = async (): Promise<void> => {
    const all = await personsOf();
    setFound(await Promise.all(all.map(async (person) => ({ ...person, waiting: await waitingOf(person).catch(() => null) }))));
  };
  useEffect(() => {
    const again = (): void => void look().catch(() => undefined);
    again();
    const timer = setInterval(again, AGAIN);
    return () => clearInterval(timer);
  }, []);
  return [found, look];
}
