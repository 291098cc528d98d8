/** Takes a record that was reported for the wrong commune to the right one. */
import { useState } from "preact/hooks";
import { StorageFull, type RecordView } from "../../../store";
import { COMMUNES, hasEnded, isThere } from "../../data/places";
import { placeName, type Lookup } from "../../data/lookup";
import { localized } from "../../i18n";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Dialog } from "../../ui";
import { t } from "./t";

/** Communes to choose from: those that are there today; for a record of one that has ended, those that have ended too. */
function choices(lookup: Lookup, record: RecordView): (readonly [number, string])[] {
  const today = here().store.today();
  const own = lookup.places.get(record.place);
  const past = own !== undefined && hasEnded(own, today);
  return [...lookup.places.values()]
    .filter((place) => place.id !== record.place && COMMUNES.includes(place.kind))
    .filter((place) => (past ? hasEnded(place, today) : isThere(place, today)))
    .map((place) => [place.id, localized(place.name)] as const)
    .sort((one, other) => one[1].localeCompare(other[1], "vi"));
}

export function MovingNote({ lookup, record }: { lookup: Lookup; record: RecordView }) {
  if (record.moving === null) return null;
  return (
    <div role="status">
      <Banner tone="calm" icon="phone" title={t("move.waiting", { place: placeName(lookup, record.moving) })}>
        <p class="small">{t("move.phone")}</p>
      </Banner>
    </div>
  );
}

export function MoveRecord({ lookup, record }: { lookup: Lookup; record: RecordView }) {
  const { store } = here();
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    if (!place) {
      setTrouble(t("move.needed"));
      return;
    }
    setBusy(true);
    try {
      await store.move(record.id, place);
      setOpen(false);
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("saved.full") : t("saved.failed", { detail: explain(error) }));
    }
    setBusy(false);
  };
  return (
    <div>
      <Button kind="quiet" icon="arrow" onClick={() => setOpen(true)}>
        {t("move.open")}
      </Button>
      <Dialog
        open={open}
        title={t("move.title")}
        onClose={() => setOpen(false)}
        actions={
          <>
            <Button kind="primary" busy={busy} onClick={() => void act()}>
              {t("move.act")}
            </Button>
            <Button onClick={() => setOpen(false)}>{t("app.cancel")}</Button>
          </>
        }
      >
        <p>{t("move.text")}</p>
        {trouble && <Banner tone="problem" live title={trouble} />}
        <div class="field">
          <label class="field-label" for={`move-${record.id}`}>
            {t("move.place")}
          </label>
          <select
            id={`move-${record.id}`}
            class="input"
            value={String(place)}
            onChange={(event) => {
              setTrouble(null);
              setPlace(Number(event.currentTarget.value));
            }}
          >
            <option value="0">–</option>
            {choices(lookup, record).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </Dialog>
    </div>
  );
}
