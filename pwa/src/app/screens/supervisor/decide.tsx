/** The decision: three buttons at the thumb, what became of it, and the next record one tap away. */
import { useEffect, useRef, useState } from "preact/hooks";
import { waitsAt } from "../../../shared/approval";
import type { Decision } from "../../../shared/protocol";
import { StorageFull, type RecordView } from "../../../store";
import { explain } from "../../problems";
import { here } from "../../session";
import type { Notes } from "../../data/notes";
import { Banner, Button, LinkButton } from "../../ui";
import { iconOf } from "../../decisions";
import { keysOn, useKeys } from "./keys";
import { keepMemo, type Memo, type MemoState } from "./memo";
import { isSecond, type Mine } from "./queue";
import { isReasoned, ReasonDialog, type Reasoned } from "./reason-dialog";
import { decisionsFor } from "./standing";
import { t } from "./t";

function kindOf(decision: Decision): "primary" | "secondary" | "quiet" {
  if (decision === "reject") return "quiet";
  return decision === "return" ? "secondary" : "primary";
}
const PAUSE = 300;

export interface DecideProps {
  record: RecordView;
  mine: Mine;
  /** Remarks on single answers, sent with a return. */
  notes: Notes;
  /** The reporting periods that are likely meant, to lock for. */
  periods: readonly string[];
  memo: Memo | null;
  state: MemoState;
  /** Show shortcuts and listen to them. */
  keyboard: boolean;
  next: string | null;
  left: number;
  goNext: () => void;
  remembered: (memo: Memo) => void;
}

function useDecide({ record, notes, remembered }: DecideProps) {
  const { store } = here();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const decide = async (decision: Decision, reason: string): Promise<boolean> => {
    const { id, rev, hash, values } = record;
    setBusy(true);
    setTrouble(null);
    try {
      const trimmed = Object.fromEntries(Object.entries(notes).map(([path, text]) => [path, text.trim().normalize("NFC")]));
      await store.review({ record: id, rev, hash, decision, reason, ...(decision === "return" && { notes: trimmed }) });
      const memo = { decision, reason, rev, hash, values, decided: true };
      remembered(memo);
      // The decision itself is on the disk; this only saves looking it up.
      await keepMemo(store, id, memo).catch(() => undefined);
      return true;
    } catch (error) {
      setTrouble(error instanceof StorageFull ? t("saved.full") : t("saved.failed", { detail: explain(error) }));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, decide };
}

/** Keeps what is typed on the disk: a moment after the last key, or at once when the record is left. */
function useKeeping({ record, memo, state, notes }: DecideProps) {
  const { store } = here();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const pending = useRef<Memo | null>(null);
  const stop = (): void => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = null;
  };
  const write = (): void => {
    stop();
    const typed = pending.current;
    pending.current = null;
    if (typed) void keepMemo(store, record.id, typed).catch(() => undefined);
  };
  useEffect(() => write, []);
  return {
    keep: (decision: Reasoned, reason: string): void => {
      const { rev, hash, values } = record;
      // A decision that came too late stays one until it is made anew.
      const about = state === "stale" && memo ? memo : { rev, hash, values, decided: false };
      pending.current = { ...about, decision, reason, notes };
      stop();
      timer.current = setTimeout(write, PAUSE);
    },
    /** The decision itself is being kept: nothing older may be written over it. */
    drop: (): void => {
      stop();
      pending.current = null;
    },
  };
}

export function Decide(props: DecideProps) {
  const { record, memo, state, keyboard } = props;
  const { busy, trouble, decide } = useDecide(props);
  const [asking, setAsking] = useState<Reasoned | null>(null);
  const [again, setAgain] = useState(false);
  const typed = useRef("");
  const { keep, drop } = useKeeping(props);
  const possible = decisionsFor(record, props.mine);
  // Taking into check is told beside the record's head, and merging beside the record that it goes into.
  const offered = possible.filter((step) => step !== "merge" && !(step === "check" && record.stage === "received"));
  const checking = memo?.decision === "check";
  const decided = (state === "phone" || state === "server") && !checking;
  const done = (state === "phone" && !checking) || ((decided || !waitsAt(record.stage, possible)) && !again);
  const ask = (decision: Reasoned): void => {
    typed.current = memo && memo.decision === decision && (state === "typing" || state === "stale") ? memo.reason : typed.current;
    setAsking(decision);
  };
  const act = (decision: Decision): boolean => {
    if (done || busy || !possible.includes(decision)) return false;
    if (isReasoned(decision)) ask(decision);
    else void decide(decision, "");
    return true;
  };
  const forward = offered.find((step) => kindOf(step) === "primary");
  useKeys(keyboard ? { a: () => forward !== undefined && act(forward), r: () => act("return") } : {});
  useEffect(() => setAgain(false), [record.rev, record.stage]);
  if (done) return <Outcome {...props} trouble={trouble} change={offered.length > 0 ? () => setAgain(true) : null} />;
  const words = (decision: Decision) => {
    const repeats = state === "stale" && memo?.decision === decision;
    if (repeats && (decision === "approve" || decision === "return" || decision === "reject")) return t(`act.again.${decision}`);
    return t(decision === "check" ? "act.draft" : `act.${decision}`);
  };
  return (
    <div class="decide" role="group" aria-label={t("act.label")}>
      {trouble && !asking && <Banner tone="problem" live title={trouble} />}
      <div class="decide-row">
        {offered.map((decision) => (
          <Button key={decision} kind={kindOf(decision)} icon={iconOf(decision)} busy={busy} onClick={() => { act(decision); }}>
            {words(decision)}
            {keyboard && keysOn.value && decision !== "reject" && <kbd aria-hidden="true">{decision === "return" ? "R" : "A"}</kbd>}
          </Button>
        ))}
      </div>
      <ReasonDialog
        decision={asking}
        periods={props.periods}
        remarks={Object.keys(props.notes).length}
        kept={typed.current}
        busy={busy}
        trouble={trouble}
        keep={(reason) => {
          typed.current = reason;
          if (asking) keep(asking, reason);
        }}
        close={() => setAsking(null)}
        decide={(decision, reason) => {
          drop();
          void decide(decision, reason).then((saved) => {
            if (saved) setAsking(null);
            else keep(decision, reason);
          });
        }}
      />
    </div>
  );
}


/** Where the decision is: on this phone, then on the server. Its words change in place, so that they are read out. */
function Outcome({ record, mine: me, memo, state, next, left, goNext, keyboard, trouble, change }: DecideProps & { trouble: string | null; change: (() => void) | null }) {
  const box = useRef<HTMLDivElement>(null);
  const decision = record.deciding ?? memo?.decision;
  const prepared = isSecond(record, me);
  const mine = state === "phone" || state === "server";
  useKeys(keyboard && next !== null ? { n: goNext } : {});
  useEffect(() => {
    // The buttons are gone; without this the keyboard would be nowhere.
    if (document.activeElement === document.body || document.activeElement === null) box.current?.querySelector("a")?.focus();
  }, []);
  return (
    <div class="decide" ref={box}>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {mine && decision && (
        <div role="status" class="outcome" data-state={state}>
          <Banner tone={state === "server" ? "good" : "calm"} icon={state === "server" ? iconOf(decision) : "phone"} title={t(`saved.${decision}`)}>
            <p class="small">{t(state === "server" ? "saved.server" : "saved.phone")}</p>
          </Banner>
        </div>
      )}
      {!mine && !change && <p class="small soft">{t(prepared ? "step.signed-by-other" : "step.none")}</p>}
      <div class="decide-row">
        {next ? (
          <a
            class="button"
            data-kind="primary"
            href={`#/review/${next}`}
            onClick={(event) => {
              event.preventDefault();
              goNext();
            }}
          >
            <span>
              {t("next.open")} · {t("next.left", { count: left })}
            </span>
            {keyboard && keysOn.value && <kbd aria-hidden="true">N</kbd>}
          </a>
        ) : (
          <LinkButton kind="primary" icon="boat" href="#/inbox">
            {t("next.none")}
          </LinkButton>
        )}
        {state !== "phone" && change && (
          <Button kind="quiet" onClick={change}>
            {t("act.change")}
          </Button>
        )}
      </div>
    </div>
  );
}
