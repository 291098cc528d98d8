/** Deciding about many records at once: each is a decision of its own, and what became of each is told. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Decision } from "../../../shared/protocol";
import { StorageFull, type RecordView } from "../../../store";
import { formTitle, recordDetail } from "../../data/lookup";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, Icon, type IconName } from "../../ui";
import type { DeskData } from "./desk-data";
import { keepMemo, memoState, type Memo } from "./memo";
import { periodsFor } from "./periods";
import type { Waiting } from "./queue";
import { isReasoned, ReasonDialog, type Reasoned } from "./reason-dialog";
import { blockOf, decisionsFor } from "./standing";
import { t } from "./t";

/** Which records are picked; null while nobody picks. */
export const picked = signal<ReadonlySet<string> | null>(null);

interface Acted {
  readonly id: string;
  readonly memo: Memo;
  /** Why it could not be kept on this phone. */
  readonly failed: string | null;
}

/** What was decided together last, until it is put away. */
const acted = signal<readonly Acted[]>([]);

export function pick(id: string): void {
  const next = new Set(picked.value ?? []);
  if (!next.delete(id)) next.add(id);
  picked.value = next;
}

/** The steps that all of them allow, in the order of the table; merging needs a look at each. */
export function commonSteps(records: readonly RecordView[], data: Pick<DeskData, "mine">): Decision[] {
  const [first, ...others] = records.map((record) => (blockOf(record, data.mine) === null ? decisionsFor(record, data.mine) : []));
  return (first ?? []).filter((step) => step !== "merge" && others.every((steps) => steps.includes(step)));
}

async function decideAll(records: readonly RecordView[], decision: Decision, reason: string): Promise<void> {
  const { store } = here();
  const done: Acted[] = [];
  for (const { id, rev, hash, values } of records) {
    const memo: Memo = { decision, reason, rev, hash, values, decided: true };
    try {
      await store.review({ record: id, rev, hash, decision, reason });
      await keepMemo(store, id, memo).catch(() => undefined);
      done.push({ id, memo, failed: null });
    } catch (error) {
      done.push({ id, memo, failed: error instanceof StorageFull ? t("saved.full") : explain(error) });
    }
    acted.value = [...done];
  }
  picked.value = null;
}

/** Beside the list: begins picking, and acts on what is picked. */
export function Bulk({ data, shown }: { data: DeskData; shown: readonly Waiting[] }) {
  const [asking, setAsking] = useState<Reasoned | null>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const chosen = picked.value;
  if (chosen === null) {
    if (shown.length < 2) return null;
    return (
      <Button kind="quiet" icon="list" onClick={() => { picked.value = new Set(); }}>
        {t("bulk.begin")}
      </Button>
    );
  }
  const records = shown.map((item) => item.record).filter((record) => chosen.has(record.id));
  const steps = commonSteps(records, data);
  const run = (decision: Decision, why: string): void => {
    setBusy(true);
    void decideAll(records, decision, why).finally(() => {
      setBusy(false);
      setAsking(null);
      setReason("");
    });
  };
  const first = records[0];
  return (
    <div class="bulk" role="group" aria-label={t("bulk.begin")}>
      <p role="status">{t("bulk.picked", { count: records.length })}</p>
      <div class="row tight">
        <Button kind="quiet" onClick={() => { picked.value = new Set(shown.map((item) => item.record.id)); }}>
          {t("bulk.all")}
        </Button>
        <Button kind="quiet" onClick={() => { picked.value = null; }}>
          {t("app.cancel")}
        </Button>
      </div>
      {records.length > 0 && steps.length === 0 && <p class="small soft">{t("bulk.nothing-common")}</p>}
      {records.length > 0 && steps.length > 0 && (
        <div class="decide-row">
          {steps.map((step) => (
            <Button
              key={step}
              kind={step === "return" || step === "reject" || step === "check" ? "secondary" : "primary"}
              busy={busy}
              onClick={() => (isReasoned(step) ? setAsking(step) : run(step, ""))}
            >
              {t(step === "check" && first?.stage === "correcting" ? "act.draft" : `act.${step}`)} ({records.length})
            </Button>
          ))}
        </div>
      )}
      <ReasonDialog
        decision={asking}
        remarks={0}
        periods={first ? periodsFor(data.calendar, first.at) : []}
        kept={reason}
        busy={busy}
        trouble={null}
        keep={setReason}
        close={() => setAsking(null)}
        decide={run}
      />
    </div>
  );
}

const LOOK: Record<"phone" | "server" | "stale" | "failed", IconName> = { phone: "phone", server: "check", stale: "alert", failed: "alert" };

function outcomeOf({ memo, failed }: Acted, record: RecordView, person: number): keyof typeof LOOK {
  if (failed !== null) return "failed";
  const state = memoState(memo, record, person);
  if (state === "stale" || state === "server") return state;
  if (state === "phone" || state === "sent") return "phone";
  return record.step?.by === person && record.step.rev === memo.rev ? "server" : "stale";
}

/** What became of each: on this phone, on the server, or not at all and why. */
export function BulkResults({ data }: { data: DeskData }) {
  const done = acted.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // It stands above a list that may have been scrolled.
    box.current?.scrollIntoView({ block: "nearest" });
  }, [done.length]);
  if (done.length === 0) return null;
  const results = done.flatMap((one) => {
    const record = data.records.find((each) => each.id === one.id);
    return record ? [{ ...one, record, outcome: outcomeOf(one, record, data.mine.person) }] : [];
  });
  const bad = results.filter(({ outcome }) => outcome === "stale" || outcome === "failed").length;
  return (
    <div ref={box}>
      <Banner tone={bad > 0 ? "attention" : "good"} live title={t("bulk.done", { count: results.length - bad, all: results.length })}>
        <ul class="bulk-results small">
          {results.map(({ id, record, outcome, failed, memo }) => (
            <li key={id} data-outcome={outcome}>
              <Icon name={LOOK[outcome]} />
              <span>
                <a href={`#/review/${id}`}>
                  {id} · {formTitle(data, record.form)}
                </a>{" "}
                <span class="soft">{recordDetail(data, record)}</span>
                <br />
                {t(`act.${memo.decision}`)}: {outcome === "failed" ? failed : t(`bulk.${outcome}`)}
              </span>
            </li>
          ))}
        </ul>
        <Button kind="quiet" onClick={() => { acted.value = []; }}>
          {t("bulk.close")}
        </Button>
      </Banner>
    </div>
  );
}
