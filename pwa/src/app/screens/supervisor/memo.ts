/**
 * What this phone remembers of my decision about a record: which content I saw, what I decided and the reason I typed.
 * It outlives a closed page and a decision that came too late, so that nothing is typed twice.
 */
import type { Decision, Values } from "../../../shared/protocol";
import type { RecordView, Store } from "../../../store";
import type { Notes } from "../../data/notes";

export interface Memo {
  readonly decision: Decision;
  readonly reason: string;
  readonly rev: number;
  readonly hash: string;
  /** What the record said then. */
  readonly values: Values;
  /** Remarks on single answers, by path. */
  readonly notes?: Notes;
  /** False: a reason that is being typed. */
  readonly decided: boolean;
}

/**
 * typing: a reason without a decision. phone: decided, not answered yet. server: it stands. stale: the record changed
 * before the decision arrived. sent: answered, and neither of these can be told (the record's state is on its way).
 */
export type MemoState = "none" | "typing" | "phone" | "server" | "stale" | "sent";

export function readMemo(store: Store, record: string): Promise<Memo | null> {
  return store.note<Memo>(record);
}

/** Raises `StorageFull`. */
export function keepMemo(store: Store, record: string, memo: Memo | null): Promise<void> {
  return store.keepNote(record, memo);
}

export function memoState(memo: Memo | null, record: RecordView, person: number): MemoState {
  if (!memo) return "none";
  if (!memo.decided) return "typing";
  if (record.deciding !== null) return "phone";
  const { step } = record;
  if (step && step.by === person && step.rev === memo.rev && step.decision === memo.decision) {
    // It stood once; whatever came later is a new question.
    return record.rev === memo.rev && record.stage !== "received" ? "server" : "none";
  }
  if (record.stage !== "received" && record.stage !== "checking") return "none";
  const moved = record.rev !== memo.rev || record.hash !== memo.hash;
  const opened = memo.decision === "approve" && record.conflicts.length > 0;
  return moved || opened ? "stale" : "sent";
}
