/** The supervisor's desk: the inbox, and a record beside it where the screen is wide enough. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formTitle } from "../../data/lookup";
import { go, type Parameters } from "../../router";
import { here, may } from "../../session";
import { EmptyState, LinkButton, Loading, Page } from "../../ui";
import { useDesk, useWide, type DeskData } from "./desk-data";
import { Bulk, BulkResults, pick, picked } from "./bulk";
import { keepAhead } from "./ahead";
import { Counts, Elsewhere, InboxList, shownOf, Tools } from "./inbox-list";
import { useKeys } from "./keys";
import { nextAfter } from "./queue";
import { Review } from "./review";
import { Shortcuts } from "./shortcuts";
import "./supervisor.css";
import { t } from "./t";

function selectedInAddress(): string | null {
  const found = /^#\/review\/([^/?]+)/.exec(location.hash);
  return found?.[1] ? decodeURIComponent(found[1]) : null;
}

/** The order in which the list was last shown with this record in it: 'next' goes on from there after a decision. */
function useOrder(shown: readonly string[], chosen: string | null): readonly string[] {
  const order = useRef<readonly string[]>(shown);
  if (chosen === null || shown.includes(chosen) || order.current.length === 0) order.current = shown;
  return order.current;
}

// The last order outlives a change of the address on a phone, where each record is a page of its own.
let lastOrder: readonly string[] = [];

function Missing() {
  return (
    <EmptyState icon="list" title={t("review.missing.title")}>
      <p>{t("review.missing.text")}</p>
      <LinkButton href="#/inbox">{t("review.back")}</LinkButton>
    </EmptyState>
  );
}

function focusReview(): void {
  document.querySelector<HTMLElement>(".review-title")?.focus();
}

/** List left, record right; going from one to the next changes the address but loads nothing anew. */
function Both({ data, start }: { data: DeskData; start: string | null }) {
  const shown = shownOf(data).map((item) => item.record.id);
  const [chosen, setChosen] = useState<string | null>(start ?? shown[0] ?? null);
  const order = useOrder(shown, chosen);
  const choose = (id: string): void => {
    setChosen(id);
    history.replaceState(null, "", `#/review/${id}`);
  };
  const step = (by: number): void => {
    const at = chosen === null ? -1 : order.indexOf(chosen);
    const along = order[Math.min(Math.max(at + by, 0), order.length - 1)];
    // From a record that was decided, the last of the list perhaps, 'next' leads to what is left, as its own link does.
    const id = by > 0 && chosen !== null && !shown.includes(chosen) ? nextAfter(data.queue, order, chosen) : along;
    if (id) choose(id);
  };
  useEffect(() => {
    const look = (): void => setChosen((before) => selectedInAddress() ?? before);
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  useEffect(() => {
    if (chosen === null && shown[0]) setChosen(shown[0]);
    document.querySelector(`[data-record="${CSS.escape(chosen ?? "")}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen, shown[0]]);
  const enter = (): boolean => {
    const at = document.activeElement;
    if (at && at !== document.body && at.matches("a, button, summary, input, label")) return false; // What has the focus is pressed.
    focusReview();
    return true;
  };
  const mark = (): boolean => {
    if (chosen === null || !shown.includes(chosen)) return false;
    pick(chosen);
    if (picked.value?.size === 0) picked.value = null;
    return true;
  };
  useKeys({ j: () => step(1), k: () => step(-1), x: mark, Enter: enter });
  const record = data.records.find((one) => one.id === chosen);
  return (
    <div class="desk">
      <div class="desk-list">
        <Counts data={data} shown={shown.length} />
        <Tools data={data} />
        <div class="desk-actions">
          <Bulk data={data} shown={shownOf(data)} />
          {shown.length > 0 && <Shortcuts />}
        </div>
        <div class="desk-scroll">
          <BulkResults data={data} />
          <InboxList data={data} chosen={chosen} choose={choose} />
          <Elsewhere />
        </div>
      </div>
      <div class="desk-record">
        {record && <Review key={record.id} data={data} record={record} order={order} wide open={choose} />}
        {!record && chosen !== null && <Missing />}
        {!record && chosen === null && data.queue.length > 0 && <EmptyState icon="inbox" title={t("inbox.choose")} />}
      </div>
    </div>
  );
}

function Alone({ data, id }: { data: DeskData; id: string }) {
  const record = data.records.find((one) => one.id === id);
  if (!record) return <Missing />;
  return <Review data={data} record={record} order={lastOrder} wide={false} open={(next) => go(`review/${next}`, { replace: true })} />;
}

/** On a connection that may end any moment: the history of what comes next is fetched while this one is read. */
function useKeepAhead(data: DeskData | undefined, id: string | null): void {
  const { store } = here();
  const next = data?.queue.filter((item) => item.record.id !== id).slice(0, 2) ?? [];
  useEffect(() => {
    for (const item of next) void keepAhead(store, item.record);
  }, [next.map((item) => `${item.record.id}@${item.record.rev}`).join()]);
}

export default function Desk({ parameters }: { parameters: Parameters }) {
  const data = useDesk();
  const wide = useWide();
  const id = parameters["id"] ?? null;
  useKeepAhead(data, id);
  // Beside a record stands the inbox of those who have one.
  const alone = id !== null && (!wide || !may("decide"));
  if (data && !alone) lastOrder = shownOf(data).map((item) => item.record.id);
  const record = data?.records.find((one) => one.id === id);
  const title = alone && data && record ? formTitle(data, record.form) : t(alone ? "review.missing.title" : "inbox.title");
  if (!data) return <Page title={t(alone ? "app.loading" : "inbox.title")}><Loading /></Page>;
  return (
    <Page title={title} width="wide" bare={!alone} {...(alone ? { back: may("decide") ? "inbox" : "register" } : {})}>
      {wide && !alone && <Both data={data} start={id} />}
      {alone && <Alone key={id} data={data} id={id} />}
      {!wide && !alone && (
        <div class="stack">
          <Counts data={data} shown={shownOf(data).length} />
          <Tools data={data} />
          <Bulk data={data} shown={shownOf(data)} />
          <BulkResults data={data} />
          <InboxList data={data} chosen={null} />
          <Elsewhere />
        </div>
      )}
    </Page>
  );
}
