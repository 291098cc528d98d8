/** Whether I may decide about a record now, and if not, why. Pure. */
import type { Decision } from "../../../shared/protocol";
import type { RecordView } from "../../../store";
import { conflicted, type Mine } from "./queue";

/** What stands in the way of every decision. */
export type Block = "gone" | "own" | "rights" | "waiting";

export function blockOf(record: RecordView, mine: Mine): Block | null {
  if (record.gone) return "gone";
  if (record.by === mine.person || record.by === null) return "own";
  if (!mine.places.has(record.place)) return "rights";
  // A decision names what the server has; what this phone still has to send would make it stale at once.
  if (record.deciding === null && (record.local === "waiting" || record.local === "sending")) return "waiting";
  return null;
}

const DECIDED: Partial<Record<RecordView["state"], Decision>> = { approved: "approve", returned: "return", rejected: "reject" };

/** What may still be decided: not the same again, and no approval while a question has two answers. */
export function decisionsFor(record: RecordView): Decision[] {
  const all: Decision[] = ["approve", "return", "reject"];
  return all.filter((decision) => decision !== DECIDED[record.state] && !(decision === "approve" && conflicted(record)));
}
