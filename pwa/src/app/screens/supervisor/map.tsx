/** The map: hazards and their state, and what waits in the inbox, by what this phone holds. The same stands in a list beside it. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { formTitle, placeName, recordDetail } from "../../data/lookup";
import { questions, showValue } from "../../data/values";
import { formatDate } from "../../i18n/format";
import { Board } from "../../map/board";
import { Mark } from "../../map/mark";
import { hazardsOf, ORDER, pointOf, type Located, type Spot, type SpotState } from "../../map/spots";
import { boardWords, t } from "../../map/words";
import { useDetails } from "../../progress";
import { go, query } from "../../router";
import { here } from "../../session";
import { Button, EmptyState, Loading, Page } from "../../ui";
import type { RecordView } from "../../../store";
import { useDesk, type DeskData } from "./desk-data";
import { isOverdue, isUrgent } from "./queue";
import "./supervisor.css";

type What = "hazards" | "inbox";
/** So many stand in the list at once. */
const PAGE = 30;

interface Entry extends Located {
  readonly record: RecordView;
  readonly state: SpotState;
  readonly title: string;
  readonly detail: string;
}

/** Kept while the app is open, so that coming back from a record finds the same map. */
const hidden = signal<ReadonlySet<SpotState>>(new Set<SpotState>(["done"]));

function hazardEntries(data: DeskData): Entry[] {
  const map = data.campaign?.hazards;
  if (!map) return [];
  const forms = new Set([...data.forms.values()].filter((form) => form.key === map.form).map((form) => form.id));
  return hazardsOf(data.records, map, forms, here().store.today()).map((hazard) => {
    const { record } = hazard;
    const compiled = data.forms.get(record.form)?.compiled;
    const node = compiled && questions(compiled).find(({ path }) => path === map.kind);
    const due = record.values[map.due];
    const late = typeof due === "string" && hazard.state !== "done" ? t("map.due", { date: formatDate(due) }) : "";
    const changed = record.approved === record.rev ? "" : t("map.changed");
    const detail = [recordDetail(data, record), late, changed].filter(Boolean).join(" · ");
    return { ...hazard, title: showValue(node, record.values[map.kind]), detail };
  });
}

/** A record's first point; null where it has none. */
function placeOf(data: DeskData, record: RecordView): Located | null {
  const compiled = data.forms.get(record.form)?.compiled;
  for (const { t: type, path } of compiled ? questions(compiled) : []) {
    const point = type === "geopoint" ? pointOf(record.values[path]) : null;
    if (point) return point;
  }
  return null;
}

function inboxEntries(data: DeskData): Entry[] {
  return data.queue.flatMap((item) => {
    const { record } = item;
    const point = placeOf(data, record);
    const state = isUrgent(item) ? "urgent" : isOverdue(item, data.now) ? "overdue" : "open";
    return point ? [{ ...point, record, state, title: formTitle(data, record.form), detail: recordDetail(data, record) }] : [];
  });
}

function States({ entries }: { entries: readonly Entry[] }) {
  const { letter } = boardWords();
  const counts = new Map<SpotState, number>();
  for (const { state } of entries) counts.set(state, (counts.get(state) ?? 0) + 1);
  const turn = (state: SpotState): void => {
    const next = new Set(hidden.value);
    if (!next.delete(state)) next.add(state);
    hidden.value = next;
  };
  return (
    <div class="map-states" role="group" aria-label={t("map.states")}>
      {ORDER.filter((state) => counts.has(state)).map((state) => (
        <button key={state} type="button" class="toggle" aria-pressed={!hidden.value.has(state)} onClick={() => turn(state)}>
          <Mark state={state} letter={letter(state)} />
          {t(`map.${state}`)} ({counts.get(state)})
        </button>
      ))}
    </div>
  );
}

interface EntriesProps {
  readonly shown: readonly Entry[];
  readonly chosen: ReadonlySet<string> | null;
  readonly all: () => void;
}

function Entries({ shown, chosen, all }: EntriesProps) {
  const [many, setMany] = useState(PAGE);
  const { letter } = boardWords();
  const listed = chosen ? shown.filter(({ record }) => chosen.has(record.id)) : shown;
  return (
    <section class="stack" data-gap="small" aria-label={t("map.list")}>
      {chosen && (
        <div class="row tight" role="status">
          <strong>{t("map.chosen", { count: listed.length })}</strong>
          <Button icon="list" onClick={all}>
            {t("map.all")}
          </Button>
        </div>
      )}
      <ul class="list map-list">
        {listed.slice(0, many).map(({ record, state, title, detail }) => (
          <li key={record.id}>
            <a class="item" href={`#/review/${record.id}`} data-record={record.id}>
              <Mark state={state} letter={letter(state)} />
              <span class="item-body">
                <span class="item-title">{title}</span>
                <span class="small">{t(`map.${state}`)}</span>
                <span class="small soft">{detail}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {listed.length > many && <Button onClick={() => setMany(many + PAGE)}>{t("map.more")}</Button>}
    </section>
  );
}

function Shown({ data, what }: { data: DeskData; what: What }) {
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const { found } = useDetails(data.campaign?.id);
  const entries = useMemo(() => (what === "hazards" ? hazardEntries(data) : inboxEntries(data)), [data, what]);
  const off = hidden.value;
  const shown = useMemo(() => entries.filter(({ state }) => !off.has(state)), [entries, off]);
  const spots = useMemo(
    () => shown.map(({ latitude, longitude, state, record, title }): Spot => {
      const words = [title, t(`map.${state}`), placeName(data, record.place)].join(", ");
      return { key: record.id, latitude, longitude, state, words, count: 1 };
    }),
    [shown],
  );
  useEffect(() => setChosen(null), [what, off]);
  const unlocated = what === "inbox" ? data.queue.length - entries.length : 0;
  return (
    <>
      <States entries={entries} />
      {unlocated > 0 && (
        <p class="small">
          <a href="#/inbox">{t("map.unlocated", { count: unlocated })}</a>
        </p>
      )}
      {shown.length === 0 ? (
        <EmptyState icon="pin" title={t("map.none")} />
      ) : (
        <div class="two map-and-list">
          <Board label={t("map.title")} spots={spots} tiles={found?.tiles ?? ""} choose={(keys) => setChosen(new Set(keys))} {...boardWords()} />
          <Entries shown={shown} chosen={chosen} all={() => setChosen(null)} />
        </div>
      )}
    </>
  );
}

export default function MapScreen() {
  const data = useDesk();
  const what: What = query.value.get("of") === "inbox" ? "inbox" : "hazards";
  return (
    <Page title={t("map.title")} width="wide" back={what === "inbox" ? "inbox" : "campaign"}>
      <div class="segments" role="group" aria-label={t("map.what")}>
        {(["hazards", "inbox"] as const).map((each) => (
          <button key={each} type="button" aria-pressed={each === what} onClick={() => go(`map?of=${each}`, { replace: true })}>
            {t(`map.${each}`)}
          </button>
        ))}
      </div>
      {data ? <Shown data={data} what={what} /> : <Loading />}
    </Page>
  );
}
