/** What a receipt may say of a record's state. Pure. */
import type { Decision, Mutation, Review, Stage } from "../../shared/protocol";
import type { OutboxItem, RecordView } from "../../store";
import type { StateName } from "../states";

/** Where each decision leads, whoever takes it. */
const LEADS: Readonly<Record<Decision, readonly Stage[]>> = {
  check: ["checking", "drafted"],
  approve: ["approved"],
  return: ["returned", "sent_back"],
  reject: ["rejected"],
  merge: ["merged"],
  confirm: ["confirmed"],
  take: ["taken"],
  lock: ["locked"],
  correct: ["corrected"],
};

/** The decision that the state shown comes from. Null: it comes from none, or the record was changed since. */
export function decisionBehind({ step, review, rev, stage }: RecordView, shown: StateName): Review | null {
  const last = step ?? review;
  if (!last || rev === 0 || last.rev !== rev || shown !== stage) return null;
  return LEADS[last.decision].includes(stage) ? last : null;
}

export type Pending = "changes" | "decision" | "move";

const PENDING: Readonly<Record<Mutation["kind"], Pending>> = { edit: "changes", resolve: "changes", review: "decision", move: "move" };

/** What this phone has to send of a record, each kind once. */
export function pendingOf(outbox: readonly OutboxItem[], record: string): Pending[] {
  return [...new Set(outbox.filter(({ mutation }) => mutation.record === record).map(({ mutation }) => PENDING[mutation.kind]))];
}
