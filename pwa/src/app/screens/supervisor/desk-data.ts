/** What every screen of a supervisor reads: the records of the phone, who and where, and what waits for me. */
import { useEffect, useState } from "preact/hooks";
import type { CampaignDocument, PlaceDocument, QuarantineDocument } from "../../../shared/protocol";
import type { RecordView, Store } from "../../../store";
import { closedOf, closingsOf, type Closed, type Closings } from "../../data/closed";
import { Neighbours } from "../../data/likeness";
import type { Lookup } from "../../data/lookup";
import { placesOf, rolesOf } from "../../data/places";
import { useLive } from "../../live";
import { here } from "../../session";
import { inbox, type Mine, type Waiting } from "./queue";

export interface DeskData extends Lookup {
  readonly records: readonly RecordView[];
  readonly queue: readonly Waiting[];
  readonly mine: Mine;
  /** Places whose records the person may move to another. */
  readonly movable: ReadonlySet<number>;
  readonly placeList: readonly PlaceDocument[];
  readonly quarantine: readonly QuarantineDocument[];
  /** Signed periods, and what waits to correct them. */
  readonly closings: Closings;
  /** Finds records that probably tell of the same thing. */
  readonly neighbours: Neighbours;
  /** How the campaign's reporting periods are cut. */
  readonly calendar: string;
  readonly campaign: CampaignDocument | undefined;
  /** The server's clock as this phone knows it: milliseconds since 1970. */
  readonly now: number;
}

/** The period's signature, or that of its correction, stands for taking up and locking each record. */
const SIGNED: ReadonlySet<string> = new Set<Closed["as"]>(["locked", "late"]);

async function load(store: Store): Promise<DeskData> {
  const [records, forms, placeList, people, quarantine, campaigns, periods, corrections] = await Promise.all([
    store.records(),
    store.documents("form"),
    store.documents("place"),
    store.people(),
    store.documents("quarantine"),
    store.documents("campaign"),
    store.documents("period"),
    store.documents("correction"),
  ]);
  const { profile } = here();
  const known = new Map(forms.map((form) => [form.id, form]));
  const deadlines = campaigns.flatMap(({ review, zone }) => review.map((deadline) => ({ ...deadline, zone })));
  const confirming = new Set(campaigns.flatMap((campaign) => campaign.confirmed ?? []));
  const closings = closingsOf(periods, corrections, campaigns);
  const mine = {
    person: profile.person.id,
    places: placesOf(profile, "review", placeList, store.today()),
    roles: rolesOf(profile, "decide", placeList, store.today()),
    closed: new Set(records.filter((record) => SIGNED.has(closedOf(closings, record, known.get(record.form))?.as ?? "")).map(({ id }) => id)),
    confirmed: new Set(forms.filter((form) => confirming.has(form.key)).map((form) => form.id)),
  };
  const movable = new Set([...mine.places, ...placesOf(profile, "office", placeList, store.today())]);
  return {
    records,
    forms: known,
    places: new Map(placeList.map((place) => [place.id, place])),
    people,
    queue: inbox(records, { forms: known, deadlines }, mine),
    mine,
    movable,
    placeList,
    quarantine,
    closings,
    calendar: campaigns[0]?.calendar ?? "CAL",
    campaign: campaigns[0],
    neighbours: new Neighbours(records, known),
    now: store.now().getTime(),
  };
}

/** What a signed period means for a record, if anything. */
export function closedFor(data: DeskData, record: RecordView): Closed | null {
  return closedOf(data.closings, record, data.forms.get(record.form));
}

// What was read last, so that going from one record to the next draws at once what is known already.
let latest: { readonly store: Store; readonly data: DeskData } | null = null;

/** undefined until the store has answered for the first time. */
export function useDesk(): DeskData | undefined {
  const { store } = here();
  const found = useLive(async (opened) => {
    const data = await load(opened);
    latest = { store: opened, data };
    return data;
  });
  return found ?? (latest?.store === store ? latest.data : undefined);
}

export function itemsHeld(data: DeskData): QuarantineDocument[] {
  return data.quarantine.filter((item) => item.status === "held" && concernsMe(item, data.mine));
}

export function concernsMe(item: QuarantineDocument, mine: Mine): boolean {
  return item.by === mine.person || (item.place !== null && mine.places.has(item.place));
}

const WIDE = "(min-width: 60rem)";

/** Whether there is room for the list beside the record. */
export function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const query = matchMedia(WIDE);
    const look = (): void => setWide(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return wide;
}
