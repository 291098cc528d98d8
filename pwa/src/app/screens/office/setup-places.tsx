/** The places of a campaign: added, renamed, ended and merged on a day; what that does is shown before it is done. */
import { signal } from "@preact/signals";
import { useId, useMemo, useRef, useState, type MutableRef } from "preact/hooks";
import type { CampaignDocument } from "../../../shared/protocol";
import { localized } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { useKept } from "../../kept";
import { Button, EmptyState, GrowingList, ListItem } from "../../ui";
import { Asking, Told, useChanging, type Changing } from "./setup-changing";
import { typedOver, type Change, type Draft, type Entry, type Setup } from "./setup-data";
import { setupScreen, type OfSetup } from "./setup-page";
import { begin, changeOf, rowsOf, type Doing, type Done, type PlaceLine, type Row, type SetupPlaces } from "./setup-places-data";
import { PlaceForm } from "./setup-places-form";
import { forgetList, ListForm } from "./setup-places-list-form";
import { PlacesWill } from "./setup-places-review";
import { t } from "./setup-places-t";
import { doneWords, namesByKey, sayPlaces, timeWords } from "./setup-places-words";
import { Review } from "./setup-review";

/** What is begun and not saved yet, by campaign: leaving the screen and coming back doesn't lose it. */
const begun = signal<Readonly<Record<number, Draft<Doing> | undefined>>>({});

interface ListProps {
  readonly found: SetupPlaces;
  readonly start: (doing: Doing) => void;
}

function PlaceRow({ row: { place, depth }, names, start }: { row: Row; names: ReadonlyMap<number, string>; start: ListProps["start"] }) {
  const [open, setOpen] = useState(false);
  const code = place.code ? ` · ${t("places.code", { code: place.code })}` : "";
  const people = place.people ? ` · ${t("places.people", { count: place.people })}` : "";
  const name = localized(place.name);
  const others = Object.values(place.name).filter((one) => one && one !== name).join(" · ");
  return (
    <ListItem
      title={<span data-depth={depth}>{name}</span>}
      detail={
        <>
          {others && <span class="setup-place-names">{others}</span>}
          {`${t(`places.kind.${place.kind}`)}${code} · ${timeWords(place, names)}${people}`}
        </>
      }
      chip={
        place.mine &&
        open && (
          <span class="pair">
            <Button onClick={() => start(begin("rename", { place }))}>{t("places.rename")}</Button>
            <Button onClick={() => start(begin("merge", { place }))}>{t("places.merge")}</Button>
            <Button onClick={() => start(begin("end", { place }))}>{t("places.end")}</Button>
          </span>
        )
      }
    >
      {place.mine && !open && (
        <Button kind="quiet" label={t("places.change.label", { place: name })} onClick={() => setOpen(true)}>
          {t("places.change")}
        </Button>
      )}
    </ListItem>
  );
}

function PlaceList({ found, start }: ListProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const rows = useMemo(() => rowsOf(found.places, { text, today: found.today, all }), [found, text, all]);
  const row = useMemo(() => {
    const names = new Map(found.places.map((place) => [place.id, localized(place.name)]));
    return (one: Row) => <PlaceRow key={one.place.id} row={one} names={names} start={start} />;
  }, [found]);
  return (
    <>
      <label class="field" for={id}>
        <span class="field-label">{t("places.search")}</span>
        <input id={id} class="input" type="search" placeholder={t("places.search.hint")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <label class="choice">
        <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
        <span>{t("places.ended")}</span>
      </label>
      {rows.length === 0 ? <EmptyState icon="pin" title={t("places.none")} /> : <GrowingList label={t("places.list")} items={rows} row={row} more={t("places.more")} />}
    </>
  );
}

interface PastProps {
  readonly setup: Setup;
  readonly found: SetupPlaces;
  readonly look: (change: Change, seen: number) => void;
}

/** Every change of places, latest first; what stands of them and was not an addition can be taken back. */
function Past({ setup, found, look }: PastProps) {
  const entries = setup.history.filter((entry) => entry.part === "places");
  const nameOf = namesByKey(found.places);
  const taken = new Set(entries.filter((entry) => entry.value === null).map((entry) => entry.entry));
  const first = (entry: Entry): Done | null => (entries.find((one) => one.entry === entry.entry && one.value !== null)?.value ?? null) as Done | null;
  return (
    <details>
      <summary>{t("setup.history")}</summary>
      {entries.length === 0 && <p class="soft">{t("setup.history.none")}</p>}
      <ul class="entries">
        {entries.map((entry, index) => {
          const done = first(entry);
          const what = done ? doneWords(done, nameOf) : entry.entry;
          const stands = entry.value !== null && done?.do !== "add" && !taken.has(entry.entry);
          return (
            <li key={index}>
              <span>{entry.value === null ? t("places.history.back", { what }) : what}</span>
              <span class="small soft">{`${entry.by} · ${formatMoment(entry.at)}`}</span>
              {stands && (
                <Button kind="quiet" label={t("places.back.label", { what })} onClick={() => look({ part: "places", code: entry.entry, value: null }, found.seen)}>
                  {t("places.back")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

interface LoadedProps extends OfSetup {
  readonly found: SetupPlaces;
  readonly changing: Changing;
  readonly ask: () => Promise<void>;
  /** The rows of a list that is looked at, for what is said of them. */
  readonly rows: MutableRef<readonly number[]>;
}

function set(campaign: CampaignDocument, draft: Draft<Doing> | undefined): void {
  begun.value = { ...begun.value, [campaign.id]: draft };
}

function Loaded({ campaign, setup, found, changing, ask, rows }: LoadedProps) {
  const [listing, setListing] = useState(false);
  const draft = begun.value[campaign.id];
  const [looked, setLooked] = useState<Draft<Doing> | null>(null);
  const start = (doing: Doing): void => {
    set(campaign, { seen: found.seen, base: doing, value: doing });
    requestAnimationFrame(() => document.getElementById(FORM)?.scrollIntoView({ block: "start" }));
  };
  const top = found.places.find((place) => place.id === campaign.place)?.key ?? "";
  const choosable = found.places.filter((place) => place.mine || place.id === campaign.place);
  const look = (change: Change, seen: number, mine: Draft<Doing> | null = null): void => {
    setLooked(mine);
    rows.current = [];
    void changing.look([change], seen);
  };
  const names = new Map(found.places.map((place) => [place.id, localized(place.name)]));
  const done = (): void => {
    if (rows.current.length) {
      forgetList(campaign.id);
      setListing(false);
    }
    if (looked && begun.value[campaign.id] === looked) set(campaign, undefined);
    void ask();
  };
  return (
    <div class="stack">
      <Told told={changing.told} />
      <div id={FORM}>
        {draft ? (
          <PlaceForm
            key={`${draft.base.do} ${draft.base.place}`}
            doing={draft.value}
            places={draft.value.do === "add" ? choosable : choosable.filter((place: PlaceLine) => place.mine)}
            today={found.today}
            busy={changing.busy}
            change={(value) => set(campaign, typedOver(draft, draft, value))}
            cancel={() => set(campaign, undefined)}
            look={() => look(changeOf(draft.value), draft.seen, draft)}
          />
        ) : listing ? (
          <ListForm
            campaign={campaign.id}
            found={found}
            places={choosable}
            parent={top}
            busy={changing.busy}
            cancel={() => setListing(false)}
            look={(meant) => {
              setLooked(null);
              rows.current = meant.rows;
              void changing.look(meant.changes, found.seen);
            }}
          />
        ) : (
          <div class="pair setup-review">
            <Button kind="primary" icon="plus" onClick={() => start(begin("add", { parent: top }))}>
              {t("places.add")}
            </Button>
            <Button onClick={() => start(begin("merge"))}>{t("places.merge")}</Button>
            <Button onClick={() => setListing(true)}>{t("places.list.open")}</Button>
          </div>
        )}
      </div>
      <PlaceList found={found} start={start} />
      <Past setup={setup} found={found} look={look} />
      <Review
        changing={changing}
        setup={setup}
        campaign={campaign}
        done={done}
        places={(moved) => <PlacesWill moved={moved} nameOf={(id) => names.get(id) ?? String(id)} />}
      />
    </div>
  );
}

const FORM = "place-form";

function Places({ campaign, setup, take }: OfSetup) {
  const asked = useKept<SetupPlaces>(`/api/campaigns/${campaign.id}/setup/places`);
  const { found, ask } = asked;
  const renew = ({ seen }: Setup): void => {
    const draft = begun.value[campaign.id];
    if (draft) set(campaign, { ...draft, seen });
    void ask();
  };
  const rows = useRef<readonly number[]>([]);
  const changing = useChanging(campaign, take, renew, (error) => sayPlaces(error, rows.current));
  return found ? <Loaded campaign={campaign} setup={setup} take={take} found={found} changing={changing} ask={ask} rows={rows} /> : <Asking asked={asked} />;
}

export default setupScreen("places", Places);
