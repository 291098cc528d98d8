/** The queue of records that wait for me, with its filters. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { formTitle, personName, placeName, recordDetail } from "../../data/lookup";
import { localized } from "../../i18n";
import { may } from "../../session";
import { Button, EmptyState, Icon, StateChip, type IconName } from "../../ui";
import { Choose } from "./choose";
import { alikeTo } from "./alike";
import { pick, picked } from "./bulk";
import { closedFor, itemsHeld, type DeskData } from "./desk-data";
import { InboxZero } from "./inbox-zero";
import { filtered, isUrgent, NO_FILTER, waitsForOthers, type Filter, type Waiting } from "./queue";
import { t } from "./t";
import { lasting, textsOf } from "./words";

/** Below this the whole list is seen at a glance and tools would only be in the way. */
const WORTH_FILTERING = 5;

/** Kept while the app is open, so that coming back from a record finds the same list. */
export const filter = signal<Filter>(NO_FILTER);

export function shownOf(data: DeskData): Waiting[] {
  return filtered(data.queue, filter.value, (item) => textsOf(data, item.record));
}

export function Chip({ tone, icon, children }: { tone: string; icon: IconName; children: ComponentChildren }) {
  return (
    <span class="chip" data-tone={tone}>
      <Icon name={icon} />
      {children}
    </span>
  );
}

/** Why this one is where it stands in the list. */
export function WaitingChips({ item, data }: { item: Waiting; data: DeskData }) {
  const left = item.due - data.now;
  const { record } = item;
  return (
    <span class="chips">
      {item.deadline?.label && (
        <Chip tone="red" icon="alert">
          {localized(item.deadline.label)}
        </Chip>
      )}
      {Number.isFinite(left) && (
        <Chip tone={left < 0 ? "lantern" : "slate"} icon="clock">
          {t(left < 0 ? "chip.overdue" : "chip.due", { time: lasting(left) })}
        </Chip>
      )}
      {record.stage !== "received" && <StateChip state={record.stage} />}
      {item.conflicted && <StateChip state="conflict" />}
      {closedFor(data, record) && (
        <Chip tone="indigo" icon="anchor">
          {t("chip.closed")}
        </Chip>
      )}
      {record.approved !== null ? (
        <Chip tone="indigo" icon="draft">
          {t("chip.changed")}
        </Chip>
      ) : (
        record.review && (
          <Chip tone="indigo" icon="draft">
            {t("chip.corrected")}
          </Chip>
        )
      )}
    </span>
  );
}

export interface InboxListProps {
  data: DeskData;
  chosen: string | null;
  /** Shows the record in place; without it the link is followed. */
  choose?: (id: string) => void;
}

function Item({ item, data, chosen, choose }: InboxListProps & { item: Waiting }) {
  const { record } = item;
  const picking = picked.value !== null;
  const isPicked = picked.value?.has(record.id) ?? false;
  return (
    <li>
      <a
        class="item"
        href={`#/review/${record.id}`}
        data-record={record.id}
        data-urgent={isUrgent(item) ? "yes" : undefined}
        aria-current={record.id === chosen ? "true" : undefined}
        role={picking ? "checkbox" : undefined}
        aria-checked={picking ? isPicked : undefined}
        onClick={(event) => {
          if (picking) {
            event.preventDefault();
            pick(record.id);
            return;
          }
          if (!choose || event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          choose(record.id);
        }}
      >
        {picking && (
          <span class="pick" data-on={isPicked ? "yes" : undefined} aria-hidden="true">
            {isPicked && <Icon name="check" />}
          </span>
        )}
        <span class="item-body">
          <span class="item-title">{formTitle(data, record.form)}</span>
          <span class="small">{recordDetail(data, record)}</span>
          <span class="small soft">
            {record.id} · {personName(data, record.by)}
          </span>
          <WaitingChips item={item} data={data} />
          {alikeTo(data, record).length > 0 && (
            <Chip tone="slate" icon="join">
              {t("alike.chip")}
            </Chip>
          )}
        </span>
        {!picking && <Icon name="arrow" />}
      </a>
    </li>
  );
}

function change(over: Partial<Filter>): void {
  filter.value = { ...filter.value, ...over };
}

function HeldLink({ data }: { data: DeskData }) {
  const count = itemsHeld(data).length;
  if (count === 0) return null;
  return (
    <a class="toggle held-link" href="#/quarantine">
      <Icon name="hold" />
      {t("inbox.quarantine", { count })}
    </a>
  );
}

export function Tools({ data }: { data: DeskData }) {
  const search = useId();
  const [open, setOpen] = useState(filter.value.form !== "" || filter.value.place !== 0 || filter.value.stage !== "");
  const forms = new Map(data.queue.map((item) => [item.form?.key ?? "", localized(item.form?.compiled.title)]));
  const places = new Map(data.queue.map((item) => [String(item.record.place), placeName(data, item.record.place)]));
  const stages = new Map(data.queue.map(({ record }) => [record.stage, t(`state.${record.stage === "received" ? "submitted" : record.stage}`)]));
  const conflicts = data.queue.filter((item) => item.conflicted).length;
  const more = forms.size > 1 || places.size > 1 || stages.size > 1;
  if (data.queue.length < WORTH_FILTERING && filter.value === NO_FILTER) return <HeldLink data={data} />;
  return (
    <div class="tools" role="search">
      <div class="field">
        <label class="sr" for={search}>
          {t("inbox.search")}
        </label>
        <input
          id={search}
          class="input"
          type="search"
          placeholder={t("inbox.search.hint")}
          value={filter.value.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </div>
      <div class="row tight">
        <HeldLink data={data} />
        {conflicts > 0 && (
          <button
            type="button"
            class="toggle"
            aria-pressed={filter.value.conflicts}
            onClick={() => change({ conflicts: !filter.value.conflicts })}
          >
            <Icon name="split" />
            {t("inbox.conflicts")} ({conflicts})
          </button>
        )}
        {more && (
          <button type="button" class="toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="list" />
            {t("inbox.filter")}
          </button>
        )}
      </div>
      {open && (
        <div class="tools-more">
          <Choose label={t("inbox.form")} value={filter.value.form} quiet options={[...forms]} change={(form) => change({ form })} />
          <Choose
            label={t("inbox.place")}
            quiet
            value={filter.value.place === 0 ? "" : String(filter.value.place)}
            options={[...places]}
            change={(place) => change({ place: Number(place) })}
          />
          <Choose label={t("register.state")} value={filter.value.stage} quiet options={[...stages]} change={(stage) => change({ stage })} />
        </div>
      )}
    </div>
  );
}

/** How many wait, and what else there is that is not in the list. */
export function Counts({ data, shown }: { data: DeskData; shown: number }) {
  const count = data.queue.length;
  const urgent = data.queue.filter(isUrgent).length;
  const deciding = data.records.filter((record) => record.deciding !== null).length;
  const own = data.records.filter((record) => waitsForOthers(record, data.mine)).length;
  return (
    <div class="counts">
      {count > 0 && (
        <p role="status">
          <strong>{shown === count ? t("inbox.count", { count }) : t("inbox.shown", { shown, count })}</strong>
          {urgent > 0 && <span class="urgent"> · {t("inbox.urgent", { count: urgent })}</span>}
        </p>
      )}
      {deciding > 0 && (
        <p class="small with-icon">
          <Icon name="phone" />
          {t("inbox.deciding", { count: deciding })}
        </p>
      )}
      {own > 0 && <p class="small soft">{t("inbox.own", { count: own })}</p>}
    </div>
  );
}

/** Where else a supervisor's work is. */
export function Elsewhere() {
  return (
    <p class="links">
      <a href="#/map?of=inbox">{t("inbox.map")}</a>
      <a href="#/register">{t("inbox.register")}</a>
      <a href="#/export">{t("inbox.reports")}</a>
      <a href="#/commendations">{t("inbox.commendations")}</a>
      {may("people") && <a href="#/people">{t("inbox.people")}</a>}
    </p>
  );
}

export function InboxList(props: InboxListProps) {
  const { data } = props;
  const shown = shownOf(data);
  if (data.queue.length === 0) return <InboxZero data={data} />;
  if (shown.length === 0) {
    return (
      <EmptyState icon="list" title={t("inbox.nothing")}>
        <Button
          onClick={() => {
            filter.value = NO_FILTER;
          }}
        >
          {t("inbox.clear")}
        </Button>
      </EmptyState>
    );
  }
  return (
    <ul class="list" aria-label={t("inbox.list")}>
      {shown.map((item) => (
        <Item key={item.record.id} item={item} {...props} />
      ))}
    </ul>
  );
}
