/** One record: where it is, what was decided, what it says, what happened to it. */
import { useState } from "preact/hooks";
import type { FormDocument, QuarantineDocument } from "../../../shared/protocol";
import { StorageFull, type RecordView } from "../../../store";
import { closedOf, useClosings, type Closed } from "../../data/closed";
import { formTitle, isMine, personName, placeName, useLookup, type Lookup } from "../../data/lookup";
import { rowsOf } from "../../data/answers";
import { called } from "../../i18n";
import { formatMoment } from "../../i18n/format";
import { t } from "../../i18n/t";
import { useLive } from "../../live";
import { OfRecord } from "../../media";
import { explain, explainReason } from "../../problems";
import { address, go } from "../../router";
import { here, may } from "../../session";
import { standing } from "../../states";
import { Banner, Button, Card, EmptyState, LinkButton, Loading, Page, StateChip } from "../../ui";
import { openNotes } from "../../data/notes";
import { Answer } from "./record/answer";
import { PeriodNote } from "./record/period-note";
import { History } from "./record/history";
import { RecordList } from "./records";

export function Record({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters["id"] ?? "";
  const lookup = useLookup();
  const found = useLive(
    async (store) => ({
      record: await store.record(id),
      held: (await store.documents("quarantine")).filter((item) => item.record === id && item.status === "held"),
    }),
    [id],
    ["records", "outbox", "documents"],
  );
  if (!lookup || !found) return <Page title={t("app.loading")} back="records"><Loading titled /></Page>;
  const form = found.record ? lookup.forms.get(found.record.form) : undefined;
  const title = found.record ? formTitle(lookup, found.record.form) : t("record.missing.title");
  return (
    <Page title={title} back="records" width="wide">
      <div class="panes">
        <aside class="pane-list" aria-label={t("records.title")}>
          <RecordList lookup={lookup} chosen={id} />
        </aside>
        <div class="stack">
          {found.record && form ? (
            <Opened record={found.record} held={found.held} form={form} lookup={lookup} />
          ) : (
            <EmptyState icon="list" title={t(found.record ? "fill.no-form" : "record.missing.text", { id })} />
          )}
        </div>
      </div>
    </Page>
  );
}

interface OpenedProps {
  record: RecordView;
  held: readonly QuarantineDocument[];
  form: FormDocument;
  lookup: Lookup;
}

function Opened({ record, held, form, lookup }: OpenedProps) {
  const closed = closedOf(useClosings(), record, form);
  return (
    <OfRecord.Provider value={record.id}>
      <Receipt record={record} closed={closed} lookup={lookup} />
      <WhatNow record={record} held={held} closed={closed} lookup={lookup} />
      <Edit record={record} />
      <Answers record={record} form={form} />
      <History record={record} form={form.compiled} />
    </OfRecord.Provider>
  );
}

function Receipt({ record, closed, lookup }: { record: RecordView; closed: Closed | null; lookup: Lookup }) {
  const decision = standing(record, closed);
  return (
    <section class="card receipt-head" aria-label={t("record.receipt")}>
      <div class="row" role="status">
        {decision && <StateChip state={decision} />}
        {record.gone ? <StateChip state="gone" /> : <StateChip state={record.local} />}
      </div>
      <p class="receipt-id">
        <span>{t("record.number")}</span> <strong>{record.id}</strong>
      </p>
      <p class="small">
        {[placeName(lookup, record.place), called(t("record.by"), personName(lookup, record.by))].filter(Boolean).join(" · ")}
      </p>
      <p class="soft small">
        {t("record.at")} {formatMoment(record.at)}
        {" · "}
        {record.received ? `${t("record.received")} ${formatMoment(record.received)}` : t("record.not-received")}
      </p>
      <p>
        <a href={`#/record/${record.id}/receipt`}>{t("record.receipt.open")}</a>
      </p>
    </section>
  );
}

function WhatNow({ record, held, closed, lookup }: Omit<OpenedProps, "form"> & { closed: Closed | null }) {
  const open = record.conflicts.filter((conflict) => !conflict.resolving);
  const review = record.review;
  return (
    <>
      {record.gone && (
        <Banner tone="attention" title={t("record.gone.title")}>
          <p>{t("record.gone.text")}</p>
        </Banner>
      )}
      {open.length > 0 && (
        <Banner tone="plum" title={t("record.conflict.title", { count: open.length })}>
          <p>{t("record.conflict.text")}</p>
          <LinkButton kind="primary" icon="split" href={`#/record/${record.id}/conflict`}>
            {t("record.conflict.open")}
          </LinkButton>
        </Banner>
      )}
      {record.state === "returned" && review && (
        <Banner tone="attention" icon="returned" title={t("record.returned.title", { name: personName(lookup, review.by) })}>
          {review.reason && <q class="reason">{review.reason}</q>}
          {review.notes && <p>{t("record.notes", { count: Object.keys(review.notes).length })}</p>}
          <p class="small">{formatMoment(review.at)}</p>
          {isMine(record) && <p>{t("record.returned.text")}</p>}
        </Banner>
      )}
      {record.stage === "merged" && review?.into && (
        <Banner tone="calm" icon="join" title={t("record.merged", { into: review.into })}>
          <p>
            <a href={`#/record/${review.into}`}>{review.into}</a>
          </p>
        </Banner>
      )}
      {closed && <PeriodNote closed={closed} />}
      {CLOSED.has(record.stage) && may("write") && <Banner tone="calm" icon="anchor" title={t("record.closed")} />}
      {record.stage === "rejected" && review && (
        <Banner tone="attention" icon="cross" title={t("record.rejected.title", { name: personName(lookup, review.by) })}>
          {review.reason && <q class="reason">{review.reason}</q>}
        </Banner>
      )}
      {held.map((item) => (
        <Banner key={item.id} tone="problem" title={t("record.held.title")}>
          <p>{explainReason(item.reason)}</p>
          <p>{t("record.held.text")}</p>
          <LinkButton href={`#/held/${item.id}`}>{t("record.held.open")}</LinkButton>
        </Banner>
      ))}
      {record.local === "waiting" && (
        <Banner icon="phone" title={t("saved.here")}>
          <p>{t("record.waiting.text")}</p>
        </Banner>
      )}
    </>
  );
}

const CLOSED: ReadonlySet<string> = new Set(["locked", "corrected", "correcting", "drafted", "sent_back"]);

/** What may be corrected: everything that is not settled yet, and what is mine. The server has the last word. */
function editable(record: RecordView): boolean {
  if (!may("write") || record.gone) return false;
  return isMine(record) || record.state === "submitted" || record.state === "returned";
}

function Edit({ record }: { record: RecordView }) {
  const { store } = here();
  const [trouble, setTrouble] = useState<string | null>(null);
  const drafts = useLive(async (opened) => (await opened.drafts()).filter((draft) => draft.record === record.id), [record.id], ["drafts"]);
  if (!editable(record) || !drafts) return null;
  const edit = async () => {
    const from = address.peek();
    try {
      const draft = await store.editRecord(record.id);
      if (!draft) return;
      // The form opens what is on the disk; a draft that is open already may have been changed in another tab.
      if (!drafts.some((each) => each.id === draft.id)) await store.saveDraft(draft);
      go(`fill/${draft.id}`, { from });
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("home.full") : explain(error));
    }
  };
  const words = drafts.length ? "record.edit.continue" : record.state === "returned" ? "record.edit.returned" : "record.edit";
  return (
    <div class="stack" data-gap="small">
      {trouble && <Banner tone="problem" live title={trouble} />}
      <Button kind={record.state === "returned" && record.local === "on_server" ? "primary" : "secondary"} icon="draft" wide onClick={edit}>
        {t(words)}
      </Button>
    </div>
  );
}

function Answers({ record, form }: { record: RecordView; form: FormDocument }) {
  const { store } = here();
  const rows = rowsOf(form.compiled, record.values, store.now());
  const notes = openNotes(record);
  const answered = rows.filter((row) => row.node === null || row.value !== undefined || row.path in notes);
  const missing = rows.length - answered.length;
  return (
    <Card title={t("record.answers")}>
      <dl class="facts">
        {answered.map((row) => (
          <Answer key={row.path} row={row} after={notes[row.path] && <p class="remark">{notes[row.path]}</p>} />
        ))}
      </dl>
      {missing > 0 && <p class="soft small">{t("record.unanswered", { count: missing })}</p>}
    </Card>
  );
}
