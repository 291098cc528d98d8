/** The decision: three buttons at the thumb, what became of it, and the next record one tap away. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Decision } from "../../../shared/protocol";
import { StorageFull, type RecordView } from "../../../store";
import { explain } from "../../problems";
import { here } from "../../session";
import { Banner, Button, LinkButton, type IconName } from "../../ui";
import { keysOn, useKeys } from "./keys";
import { keepMemo, type Memo, type MemoState } from "./memo";
import { ReasonDialog, type Reasoned } from "./reason-dialog";
import { decisionsFor } from "./standing";
import { t } from "./t";

const ICON: Record<Decision, IconName> = { approve: "check", return: "returned", reject: "cross" };
const KIND = { approve: "primary", return: "secondary", reject: "quiet" } as const;
const PAUSE = 300;

export interface DecideProps {
  record: RecordView;
  memo: Memo | null;
  state: MemoState;
  /** Show shortcuts and listen to them. */
  keyboard: boolean;
  next: string | null;
  left: number;
  goNext: () => void;
  remembered: (memo: Memo) => void;
}

function useDecide({ record, remembered }: DecideProps) {
  const { store } = here();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const decide = async (decision: Decision, reason: string): Promise<boolean> => {
    const { id, rev, hash, values } = record;
    setBusy(true);
    setTrouble(null);
    try {
      await store.review({ record: id, rev, hash, decision, reason });
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
function useKeeping({ record, memo, state }: DecideProps) {
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
      pending.current = { ...about, decision, reason };
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
  const possible = decisionsFor(record);
  const done = state === "phone" || (record.state !== "submitted" && !again);
  const ask = (decision: Reasoned): void => {
    typed.current = memo && memo.decision === decision && (state === "typing" || state === "stale") ? memo.reason : typed.current;
    setAsking(decision);
  };
  const act = (decision: Decision): boolean => {
    if (done || busy || !possible.includes(decision)) return false;
    if (decision === "approve") void decide("approve", "");
    else ask(decision);
    return true;
  };
  useKeys(keyboard ? { a: () => act("approve"), r: () => act("return") } : {});
  useEffect(() => setAgain(false), [record.rev, record.state]);
  if (done) return <Outcome {...props} trouble={trouble} change={() => setAgain(true)} />;
  const words = (decision: Decision) => t(state === "stale" && memo?.decision === decision ? `act.again.${decision}` : `act.${decision}`);
  return (
    <div class="decide" role="group" aria-label={t("act.label")}>
      {trouble && !asking && <Banner tone="problem" live title={trouble} />}
      <div class="decide-row">
        {possible.map((decision) => (
          <Button key={decision} kind={KIND[decision]} icon={ICON[decision]} busy={busy} onClick={() => { act(decision); }}>
            {words(decision)}
            {keyboard && keysOn.value && decision !== "reject" && <kbd aria-hidden="true">{decision === "approve" ? "A" : "R"}</kbd>}
          </Button>
        ))}
      </div>
      <ReasonDialog
        decision={asking}
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

const PAST = { approved: "approve", returned: "return", rejected: "reject", submitted: null } as const;

/** Where the decision is: on this phone, then on the server. Its words change in place, so that they are read out. */
function Outcome({ record, state, next, left, goNext, trouble, change }: DecideProps & { trouble: string | null; change: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const decision = record.deciding ?? PAST[record.state];
  const mine = state === "phone" || state === "server";
  useEffect(() => {
    // The buttons are gone; without this the keyboard would be nowhere.
    if (document.activeElement === document.body || document.activeElement === null) box.current?.querySelector("a")?.focus();
  }, []);
  return (
    <div class="decide" ref={box}>
      {trouble && <Banner tone="problem" live title={trouble} />}
      {mine && decision && (
        <div role="status" class="outcome" data-state={state}>
          <Banner tone={state === "server" ? "good" : "calm"} icon={state === "server" ? ICON[decision] : "phone"} title={t(`saved.${decision}`)}>
            <p class="small">{t(state === "server" ? "saved.server" : "saved.phone")}</p>
          </Banner>
        </div>
      )}
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
          </a>
        ) : (
          <LinkButton kind="primary" icon="boat" href="#/inbox">
            {t("next.none")}
          </LinkButton>
        )}
        {state !== "phone" && (
          <Button kind="quiet" onClick={change}>
            {t("act.change")}
          </Button>
        )}
      </div>
    </div>
  );
}
