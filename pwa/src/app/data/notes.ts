/** Remarks on single fields of a record that came back. Pure. */
import type { RecordView } from "../../store";

export type Notes = Readonly<Record<string, string>>;

const NONE: Notes = {};

/** The remarks that still ask for something: of a record that is back with its author. */
export function openNotes({ stage, review }: Pick<RecordView, "stage" | "review">): Notes {
  return ((stage === "returned" || stage === "sent_back") && review?.decision === "return" && review.notes) || NONE;
}
