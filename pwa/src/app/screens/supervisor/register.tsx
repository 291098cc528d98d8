/** All records of my places with their states: to look something up, for supervisors and the office. */
import { signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { RecordView } from "../../../store";
import { formTitle, personName, placeName, recordDetail } from "../../data/lookup";
import { may } from "../../session";
import { chipsOf, standing, type StateName } from "../../states";
import { Button, EmptyState, GrowingList, ListItem, Loading, Page, StateChips } from "../../ui";
import { Choose } from "./choose";
import { closedFor, useDesk, useWide, type DeskData } from "./desk-data";
import { finds } from "./queue";
import { Review } from "./review";
import "./supervisor.css";
import { t } from "./t";
import { textsOf } from "./words";

interface Wanted {
  readonly state: StateName | "";
  readonly form: number;
  readonly place: number;
  readonly text: string;
}

const ANY: Wanted = { state: "", form: 0, place: 0, text: "" };
const wanted = signal<Wanted>(ANY);
const STATES = [
  "submitted",
  "checking",
  "returned",
  "approved",
  "confirmed",
  "taken",
  "locked",
  "late",
  "correcting",
  "drafted",
  "corrected",
  "sent_back",
  "rejected",
  "merged",
  "conflict",
] as const satisfies readonly StateName[];

function shownOf(data: DeskData): RecordView[] {
  const { state, form, place, text } = wanted.value;
  const isFound = finds(data.records, text);
  return data.records
    .filter(
      (record) =>
        (state === "" || (record.rev > 0 && standing(record, closedFor(data, record)) === state)) &&
        (form === 0 || record.form === form) &&
        (place === 0 || record.place === place) &&
        isFound(record.id, () => textsOf(data, record)),
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

function change(over: Partial<Wanted>): void {
  wanted.value = { ...wanted.value, ...over };
}

function Filters({ data }: { data: DeskData }) {
  const id = useId();
  const { state, form, place, text } = wanted.value;
  const forms = new Map(data.records.map((record) => [String(record.form), formTitle(data, record.form)]));
  const places = new Map(data.records.map((record) => [String(record.place), placeName(data, record.place)]));
  return (
    <div class="tools" role="search">
      <div class="field">
        <label class="sr" for={id}>
          {t("inbox.search")}
        </label>
        <input
          id={id}
          class="input"
          type="search"
          placeholder={t("inbox.search.hint")}
          value={text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </div>
      <div class="tools-row">
        <Choose
          label={t("register.state")}
          value={state}
          options={STATES.map((each) => [each, t(`state.${each}`)])}
          change={(value) => change({ state: STATES.find((each) => each === value) ?? "" })}
        />
        {forms.size > 1 && (
          <Choose label={t("inbox.form")} value={form ? String(form) : ""} options={[...forms]} change={(value) => change({ form: Number(value) })} />
        )}
        {places.size > 1 && (
          <Choose label={t("inbox.place")} value={place ? String(place) : ""} options={[...places]} change={(value) => change({ place: Number(value) })} />
        )}
      </div>
    </div>
  );
}

/** Its decision where there is one, else what it waits for. */
function statesOf(data: DeskData, record: RecordView): StateName[] {
  const closed = closedFor(data, record);
  const state = standing(record, closed);
  return record.local === "on_server" && state ? [state] : chipsOf(record, closed);
}

interface ListProps {
  data: DeskData;
  shown: readonly RecordView[];
  chosen: string | null;
  choose?: (id: string) => void;
}

function Records({ data, shown, chosen, choose }: ListProps) {
  if (shown.length === 0) {
    return (
      <EmptyState icon="list" title={t("inbox.nothing")}>
        <Button
          onClick={() => {
            wanted.value = ANY;
          }}
        >
          {t("inbox.clear")}
        </Button>
      </EmptyState>
    );
  }
  return (
    <GrowingList
      label={t("register.title")}
      items={shown}
      more={t("register.more")}
      row={(record) => (
        <ListItem
          key={record.id}
          href={`#/review/${record.id}`}
          title={formTitle(data, record.form)}
          detail={`${record.id} · ${recordDetail(data, record)} · ${personName(data, record.by)}`}
          chip={<StateChips states={statesOf(data, record)} />}
          chosen={record.id === chosen}
          choose={choose && (() => choose(record.id))}
        />
      )}
    />
  );
}

/** The record that was read last, so that coming back finds it open. */
const opened = signal<string | null>(null);

/** List left, record right. */
function Beside({ data, shown }: { data: DeskData; shown: readonly RecordView[] }) {
  const choose = (id: string): void => {
    opened.value = id;
  };
  const record = shown.find((each) => each.id === opened.value) ?? shown[0];
  const order = shown.map((each) => each.id);
  return (
    <div class="desk">
      <div class="desk-list">
        <Filters data={data} />
        <Count shown={shown} />
        <div class="desk-scroll">
          <Records data={data} shown={shown} chosen={record?.id ?? null} choose={choose} />
        </div>
      </div>
      <div class="desk-record">{record && <Review key={record.id} data={data} record={record} order={order} wide open={choose} />}</div>
    </div>
  );
}

function Count({ shown }: { shown: readonly RecordView[] }) {
  return (
    <p role="status">
      <strong>{t("register.count", { count: shown.length })}</strong>
    </p>
  );
}

export default function Register() {
  const data = useDesk();
  const wide = useWide();
  const shown = data ? shownOf(data) : [];
  const some = data !== undefined && data.records.length > 0;
  return (
    <Page title={t("register.title")} width="wide" bare={wide && some} {...(may("review") ? {} : { back: "office" })}>
      {!data && <Loading />}
      {data && !some && (
        <EmptyState icon="list" title={t("register.empty")}>
          <p>{t("register.empty.text")}</p>
        </EmptyState>
      )}
      {data && some && wide && <Beside data={data} shown={shown} />}
      {data && some && !wide && (
        <>
          <Filters data={data} />
          <Count shown={shown} />
          <Records data={data} shown={shown} chosen={null} />
        </>
      )}
    </Page>
  );
}
