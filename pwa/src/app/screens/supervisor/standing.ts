/** Whether I may decide about a record now, and if not, why. Pure. */
import { DISPUTED, SECOND_PERSON } from "../../../shared/approval";
import type { Decision } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import { conflicted, stepsOf, type Mine } from "./queue";

/** What stands in the way of every decision. */
export type Block = "gone" | "own" | "rights" | "waiting";

export function blockOf(record: RecordView, mine: Mine): Block | null {
  if (record.gone) return "gone";
  if (record.by === mine.person || record.by === null) return "own";
  if (!mine.roles.has(record.place)) return "rights";
  // A decision names what the server has; what this phone still has to send would make it stale at once.
  if (record.deciding === null && (record.local === "waiting" || record.local === "sending")) return "waiting";
  return null;
}

/** What may be decided: what my roles may do at this stage, and nothing further while a question has two answers. */
export function decisionsFor(record: RecordView, mine: Mine): Decision[] {
  return stepsOf(record, mine).filter(
    (step) =>
      !(conflicted(record) && !DISPUTED.has(step)) &&
      !(record.deciding === "check" && step === "check") &&
      !(SECOND_PERSON.has(step) && record.step?.by === mine.person),
  );
}
