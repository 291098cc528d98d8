/** How many open disagreements concern the person: a side of them, the record's author, or who reviews it. */
import { signal } from "@preact/signals";
import type { RecordView } from "../../store";
import { may, onSession, session } from "../session";

/** Questions, not records: two in one record are two to decide. */
export const conflictsOfMine = signal(0);

/** Whether this record's disagreements are for this person to look at. */
export function concerns(record: RecordView, person: number): boolean {
  return record.by === null || record.by === person || record.conflicts.some(({ head, theirs }) => head.by === person || theirs.by === person);
}

let stop: (() => void) | null = null;

onSession((open) => {
  stop?.();
  stop = null;
  conflictsOfMine.value = 0;
  if (!open) return;
  const { store, profile } = open;
  const look = () => {
    store.records().then(
      (records) => {
        if (session.peek()?.store !== store) return;
        const mine = records.filter((record) => !record.gone && (may("review") || concerns(record, profile.person.id)));
        conflictsOfMine.value = mine.flatMap((record) => record.conflicts.filter((conflict) => !conflict.resolving)).length;
      },
      () => undefined, // The list itself says it when the store can't be read.
    );
  };
  look();
  stop = store.subscribe((changes) => {
    if (changes.has("records") || changes.has("outbox")) look();
  });
});
