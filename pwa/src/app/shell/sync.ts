/** What the indicator reads: how the sync loop is doing, and what else this phone knows that a person should. */
import { computed, signal } from "@preact/signals";
import { askStorage, nearlyFull } from "../data/storage";
import type { Variables } from "../i18n";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { onSession, session, syncStatus } from "../session";
import { conflictsOfMine } from "./conflicts";
import { syncSign, type SyncFacts, type SyncSign } from "./sync-sign";
import { updateReady } from "./worker";

const MINUTE = 60_000;
const online = signal(navigator.onLine);
for (const event of ["online", "offline"]) addEventListener(event, () => (online.value = navigator.onLine));

interface OfPhone {
  readonly photos: number;
  readonly refused: number;
  readonly full: boolean;
  readonly skew: number;
}

const NOTHING: OfPhone = { photos: 0, refused: 0, full: false, skew: 0 };
const ofPhone = signal<OfPhone>(NOTHING);
let stop: (() => void) | null = null;

onSession((open) => {
  stop?.();
  stop = null;
  ofPhone.value = NOTHING;
  if (!open) return;
  const { store } = open;
  const look = () => {
    Promise.all([store.photos(), askStorage(), store.documents("campaign")]).then(
      ([all, storage, campaigns]) => {
        if (session.peek()?.store !== store) return;
        const waiting = all.filter(({ state }) => state === "waiting" || state === "lacked");
        const refused = waiting.filter((photo) => photo.refused !== undefined).length;
        // A rehearsal has a day of its own.
        const skew = campaigns.some((campaign) => campaign.rehearsal) ? 0 : Math.round((Date.now() - store.now().getTime()) / MINUTE);
        ofPhone.value = { photos: waiting.length, refused, full: nearlyFull(storage), skew };
      },
      () => undefined, // Whoever uses the store next is told that it can't be read.
    );
  };
  look();
  stop = store.subscribe((changes) => {
    if (changes.has("photos") || changes.has("outbox") || changes.has("drafts") || changes.has("documents")) look();
  });
});

export const syncFacts = computed<SyncFacts>(() => ({
  ...ofPhone.value,
  status: syncStatus.value,
  online: online.value,
  sending: session.value?.photos.progress.value ?? null,
  conflicts: conflictsOfMine.value,
  update: updateReady.value,
}));

export const sign = computed<SyncSign>(() => syncSign(syncFacts.value));

/** A moment of this phone's own clock, as the app tells time. */
export function hourOf(at: number | null): string {
  const store = session.value?.store;
  return at === null || !store ? "" : formatTime(new Date(at + store.now().getTime() - Date.now()).toISOString());
}

/** What the words and sentences of all names are filled with. */
export function signNumbers({ status, sending, photos, refused, skew, conflicts }: SyncFacts): Variables {
  const { waiting, of, arriving, since, next } = status;
  return {
    done: Math.max(0, of - waiting),
    of,
    come: arriving?.come ?? 0,
    all: arriving?.of ?? 0,
    count: waiting,
    landed: sending?.landed ?? 0,
    photos: sending?.of ?? photos,
    refused,
    minutes: Math.abs(skew),
    conflicts,
    since: hourOf(since),
    next: hourOf(next),
  };
}

/** In words: 'Offline · 2 waiting'. The whole of it is read out when it changes. */
export function syncWords(): string {
  const { word, queue } = sign.value;
  const numbers = signNumbers(syncFacts.value);
  return queue > 0 ? `${t(word, numbers)} · ${t("sync.waiting", numbers)}` : t(word, numbers);
}
