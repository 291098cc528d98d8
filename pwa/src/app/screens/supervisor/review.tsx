/** One record to decide about: what it says, what is different, what stands in the way, what happened before. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CompiledForm } from "../../../shared/form";
import type { RecordView } from "../../../store";
import { formTitle, personName, placeName } from "../../data/lookup";
import { useHistory, type HistoryState } from "../../data/history";
import { formatMoment } from "../../i18n/format";
import { useLive } from "../../live";
import { OfRecord } from "../../media";
import { explainReason } from "../../problems";
import { here } from "../../session";
import { standing } from "../../states";
import { Banner, Card, EmptyState, StateChip } from "../../ui";
import { Deciding } from "../volunteer/conflict";
import { Timeline } from "../volunteer/record/history";
import type { Notes } from "../../data/notes";
import { Likely } from "./alike";
import { Answers, Differences } from "./answers";
import { authorsSince, changesBetween, changesSince, isNew, lastDecided, reaches, type FieldChange } from "./changes";
import { Decide } from "./decide";
import { closedFor, type DeskData } from "./desk-data";
import { WaitingChips } from "./inbox-list";
import { MoveRecord, MovingNote } from "./move";
import { keepMemo, memoState, readMemo, type Memo, type MemoState } from "./memo";
import { periodsFor } from "./periods";
import { nextAfter } from "./queue";
import { blockOf, decisionsFor, type Block } from "./standing";
import { Standing } from "./steps";
import { t } from "./t";
import { names } from "./words";

export interface ReviewProps {
  data: DeskData;
  record: RecordView;
  /** The list as it was shown, so that 'next' means the one below. */
  order: readonly string[];
  wide: boolean;
  open: (id: string) => void;
}

/** My decision about this record as this phone remembers it. */
function useMemo(record: RecordView): [Memo | null, (memo: Memo) => void] {
  const kept = useLive((store) => readMemo(store, record.id), [record.id], ["records", "outbox"]);
  const [fresh, setFresh] = useState<Memo | null>(null);
  return [fresh ?? kept ?? null, setFresh];
}

const NO_NOTES: Notes = {};

/** My remarks on single answers, kept on the disk beside the reason until the record is decided. */
function useNotes(record: RecordView, memo: Memo | null): [Notes, (path: string, text: string) => void] {
  const { store } = here();
  const [fresh, setFresh] = useState<Notes | null>(null);
  const kept = memo && !memo.decided && memo.rev === record.rev ? memo.notes : undefined;
  const notes = fresh ?? kept ?? NO_NOTES;
  const note = (path: string, text: string): void => {
    const others = Object.entries(notes).filter(([other]) => other !== path);
    const next = Object.fromEntries(text.trim() ? [...others, [path, text]] : others);
    setFresh(next);
    const { id, rev, hash, values } = record;
    const reason = memo && !memo.decided ? memo.reason : "";
    void keepMemo(store, id, { decision: "return", reason, rev, hash, values, decided: false, notes: next }).catch(() => undefined);
  };
  return [notes, note];
}

function Head({ data, record, wide }: ReviewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const waiting = data.queue.find((item) => item.record.id === record.id);
  const state = standing(record, closedFor(data, record));
  return (
    <section class="card review-head" aria-label={t("review.number", { id: record.id })}>
      {wide && (
        <h2 ref={heading} tabIndex={-1} class="review-title">
          {formTitle(data, record.form)}
        </h2>
      )}
      <div class="row">
        {waiting ? <WaitingChips item={waiting} data={data} /> : state && <StateChip state={state} />}
      </div>
      <p>
        <strong>{personName(data, record.by)}</strong> · {placeName(data, record.place)}
      </p>
      <p class="small soft">
        {t("review.number", { id: record.id })} · {t("review.when")} {formatMoment(record.at)}
        {record.received && ` · ${t("review.received")} ${formatMoment(record.received)}`}
      </p>
    </section>
  );
}

function Blocked({ block, record }: { block: Block; record: RecordView }) {
  if (block === "gone") return <Banner tone="attention" title={t("blocked.gone")} />;
  return (
    <Banner tone={block === "waiting" ? "calm" : "attention"} icon={block === "own" ? "person" : undefined} title={t(`blocked.${block}.title`)}>
      <p>{t(`blocked.${block}.text`)}</p>
      {block === "waiting" && <StateChip state={record.local} />}
    </Banner>
  );
}

function Compared({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card compared" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface ChangedProps {
  data: DeskData;
  record: RecordView;
  form: CompiledForm;
  history: HistoryState;
  memo: Memo | null;
}

interface Comparison {
  readonly since: number;
  readonly changes: readonly FieldChange[] | null;
  readonly authors: readonly number[];
}

/** Compared with the last decision of anybody: from the history, else from what this phone remembers of my own. */
function compare({ record, history, memo }: Omit<ChangedProps, "data" | "form">): Comparison | null {
  const since = lastDecided(record) ?? (memo?.decided && memo.rev < record.rev ? memo.rev : null);
  if (since === null || since >= record.rev) return null;
  if (reaches(history.found, record.rev)) {
    return { since, changes: changesSince(history.found, since, record.values), authors: authorsSince(history.found, since) };
  }
  const remembered = memo?.rev === since;
  return { since, changes: remembered ? changesBetween(memo.values, record.values) : null, authors: [] };
}

function Changed({ data, record, form, comparison, looking }: Omit<ChangedProps, "history" | "memo"> & { comparison: Comparison | null; looking: boolean }) {
  if (!comparison) return isNew(record) ? <p class="soft small">{t("changed.first")}</p> : null;
  const { since, changes, authors } = comparison;
  const decided = record.review?.rev === since ? record.review.decision : record.approved === since ? "approve" : null;
  return (
    <Compared title={t("changed.title")}>
      <p class="soft small">
        {decided ? t("changed.since", { rev: since, decision: t(`decision.${decided}`) }) : t("review.revision", { rev: since })}
        {authors.length > 0 && <> · {t("changed.by", { names: names(data, authors) })}</>}
      </p>
      {record.review?.rev === since && record.review.reason && <q class="reason">{record.review.reason}</q>}
      {changes === null && <p>{t(looking ? "app.loading" : "changed.offline")}</p>}
      {changes?.length === 0 && <p>{t("changed.none")}</p>}
      {changes && changes.length > 0 && <Differences form={form} values={record.values} changes={changes} />}
    </Compared>
  );
}

function Stale({ memo }: { memo: Memo }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: "center" }), []);
  return (
    <div ref={box}>
      <Banner tone="attention" live title={t("stale.title")}>
        <p>{t("stale.text", { decision: t(`act.${memo.decision}`).toLowerCase() })}</p>
        {memo.reason && <p>{t("stale.reason", { reason: memo.reason })}</p>}
      </Banner>
    </div>
  );
}

/** The server would not take my decision as it was. */
function HeldDecision({ data, record }: { data: DeskData; record: RecordView }) {
  const held = data.quarantine.find(
    (item) => item.status === "held" && item.record === record.id && item.by === data.mine.person && item.payload.kind === "review",
  );
  if (!held) return null;
  return <Banner tone="problem" title={t("saved.held", { reason: explainReason(held.reason) })} />;
}

function Conflicts({ data, record, form }: { data: DeskData; record: RecordView; form: CompiledForm }) {
  const open = record.conflicts.filter((conflict) => !conflict.resolving);
  if (open.length === 0) return null;
  return (
    <section class="stack" aria-label={t("blocked.conflicts.title")}>
      <Banner tone="plum" title={t("blocked.conflicts.title")}>
        <p>{t("blocked.conflicts.text")}</p>
      </Banner>
      <Deciding record={record} open={open} form={form} lookup={data} done={() => undefined} />
    </section>
  );
}

function HistoryCard({ history, form, record }: { history: HistoryState; form: CompiledForm; record: RecordView }) {
  const { found, cached, looking } = history;
  return (
    <Card title={t("review.history")}>
      {!found && <p class="soft">{t(looking ? "app.loading" : "changed.offline")}</p>}
      {found && cached && !looking && !reaches(found, record.rev) && <p class="soft small">{t("changed.offline")}</p>}
      {found && <Timeline found={found} form={form} values={record.values} />}
    </Card>
  );
}

interface ContentProps extends ReviewProps {
  form: CompiledForm;
  memo: Memo | null;
  state: MemoState;
  block: Block | null;
  notes: Notes;
  /** Absent: nothing can be remarked on now. */
  note: ((path: string, text: string) => void) | null;
}

function Content(props: ContentProps) {
  const { data, record, form, memo, state, block } = props;
  const history = useHistory(record);
  const comparison = compare({ record, history, memo });
  const changed = comparison?.changes?.map((change) => change.path) ?? [];
  return (
    <OfRecord.Provider value={record.id}>
      {state === "stale" && memo && <Stale memo={memo} />}
      <HeldDecision data={data} record={record} />
      {block && <Blocked block={block} record={record} />}
      <Changed data={data} record={record} form={form} comparison={comparison} looking={history.looking} />
      <Likely data={data} record={record} />
      {block === null || block === "own" ? <Conflicts data={data} record={record} form={form} /> : null}
      <Answers form={form} values={record.values} changed={changed} notes={props.notes} note={props.note} />
      <HistoryCard history={history} form={form} record={record} />
    </OfRecord.Provider>
  );
}

/** Who answers for the place may say that a record belongs elsewhere, also of one of their own. */
function movable(record: RecordView, data: DeskData): boolean {
  return !record.gone && record.rev > 0 && record.local !== "waiting" && record.local !== "sending" && data.movable.has(record.place);
}

export function Review(props: ReviewProps) {
  const { data, record, order, wide, open } = props;
  const [memo, remembered] = useMemo(record);
  const form = data.forms.get(record.form)?.compiled;
  const state = memoState(memo, record, here().profile.person.id);
  const block = blockOf(record, data.mine);
  const [notes, note] = useNotes(record, memo);
  const mayReturn = block === null && record.deciding === null && decisionsFor(record, data.mine).includes("return");
  const next = nextAfter(data.queue, order, record.id);
  const left = data.queue.filter((item) => item.record.id !== record.id).length;
  const top = useRef<HTMLElement>(null);
  useEffect(() => {
    if (wide) top.current?.scrollTo(0, 0);
  }, [record.id]);
  return (
    <article class="review" ref={top} aria-label={t("review.number", { id: record.id })}>
      <Head {...props} />
      <Standing data={data} record={record} />
      {form ? <Content {...props} form={form} memo={memo} state={state} block={block} notes={notes} note={mayReturn ? note : null} /> : <EmptyState icon="form" title={t("review.no-form")} />}
      <MovingNote lookup={data} record={record} />
      {movable(record, data) && <MoveRecord key={record.id} lookup={data} record={record} />}
      {form && block === null && record.moving === null && (
        <Decide
          record={record}
          mine={data.mine}
          notes={mayReturn ? notes : NO_NOTES}
          periods={periodsFor(data.calendar, record.at)}
          memo={memo}
          state={state}
          keyboard={wide}
          next={next}
          left={left}
          goNext={() => next && open(next)}
          remembered={remembered}
        />
      )}
    </article>
  );
}
