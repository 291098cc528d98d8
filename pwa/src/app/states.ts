/** The one place that decides which state of a record a person sees, with its icon and its colour. */
import type { Stage } from "../shared/protocol";
import type { RecordView } from "../store";
import type { Closed } from "./data/closed";
import type { WordKey } from "./i18n/t";
import type { IconName } from "./ui/icon";

export type StateName =
  | "draft"
  | "waiting"
  | "sending"
  | "submitted"
  | Exclude<Stage, "received">
  | "late"
  | "conflict"
  | "quarantined"
  | "on_server"
  | "gone";

export interface StateLook {
  readonly icon: IconName;
  readonly tone: string;
  readonly word: WordKey;
}

export const STATES: Record<StateName, StateLook> = {
  draft: { icon: "draft", tone: "slate", word: "state.draft" },
  waiting: { icon: "phone", tone: "indigo", word: "state.waiting" },
  sending: { icon: "sync", tone: "indigo", word: "state.sending" },
  on_server: { icon: "cloud", tone: "water", word: "state.on_server" },
  submitted: { icon: "clock", tone: "water", word: "state.submitted" },
  returned: { icon: "returned", tone: "lantern", word: "state.returned" },
  checking: { icon: "clock", tone: "water", word: "state.checking" },
  approved: { icon: "seal", tone: "green", word: "state.approved" },
  confirmed: { icon: "seal", tone: "green", word: "state.confirmed" },
  taken: { icon: "boat", tone: "green", word: "state.taken" },
  locked: { icon: "anchor", tone: "indigo", word: "state.locked" },
  corrected: { icon: "anchor", tone: "indigo", word: "state.corrected" },
  correcting: { icon: "draft", tone: "lantern", word: "state.correcting" },
  drafted: { icon: "draft", tone: "lantern", word: "state.drafted" },
  sent_back: { icon: "returned", tone: "lantern", word: "state.sent_back" },
  late: { icon: "clock", tone: "lantern", word: "state.late" },
  merged: { icon: "join", tone: "slate", word: "state.merged" },
  rejected: { icon: "cross", tone: "slate", word: "state.rejected" },
  conflict: { icon: "split", tone: "plum", word: "state.conflict" },
  quarantined: { icon: "hold", tone: "red", word: "state.quarantined" },
  gone: { icon: "offline", tone: "slate", word: "state.gone" },
};

/**
 * What the record's people decided, or what they still have to. Null while only this phone has it. A signed period locks
 * what counts in it; what waits for its correction says so once nobody has to decide about it.
 */
export function standing(record: RecordView, closed: Closed | null = null): StateName | null {
  if (record.conflicts.some((conflict) => !conflict.resolving)) return "conflict";
  if (record.rev === 0) return null;
  if (closed?.as === "locked" || (closed?.as === "late" && record.state === "approved")) return closed.as;
  return record.stage === "received" ? "submitted" : record.stage;
}

/** The chips of a record in a list: the decision where there is one, and where the record is unless that says nothing new. */
export function chipsOf(record: RecordView, closed: Closed | null = null): StateName[] {
  const decision = standing(record, closed);
  const decided = decision !== null && decision !== "submitted";
  if (record.local !== "on_server") return decided ? [decision, record.local] : [record.local];
  return [decided ? decision : "on_server"];
}
