/** What happened to a record, as the server tells it; the last answer is kept for when there is no network. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../shared/api";
import type { Decision, Side, Value } from "../../shared/protocol";
import type { RecordView } from "../../store";
import { here } from "../session";

interface Entry {
  readonly by: number;
  readonly at: string;
  readonly received: string;
}

export interface RevisionEntry extends Entry {
  readonly type: "revision";
  readonly rev: number;
  readonly kind: string;
  readonly device: number;
  readonly changes: Readonly<Record<string, { from: Value | null; to: Value | null }>>;
}

export interface ReviewEntry extends Entry {
  readonly type: "review";
  readonly decision: Decision;
  readonly reason: string | null;
  readonly notes?: Readonly<Record<string, string>>;
  readonly into?: string;
  /** In whose place it was decided. */
  readonly for?: number;
  readonly rev: number;
}

export interface ConflictEntry extends Entry {
  readonly type: "conflict" | "resolution";
  readonly id: number;
  readonly path: string;
  readonly head: Side;
  readonly theirs: Side;
  readonly value?: Value | null;
  /** The merge policy that decided, where no person did. */
  readonly rule?: string | null;
  /** In whose place it was decided. */
  readonly for?: number;
}

/** From one place to another. */
export interface MoveEntry extends Entry {
  readonly type: "move";
  readonly from: number;
  readonly to: number;
  readonly rev: number;
}

export type HistoryEntry = RevisionEntry | ReviewEntry | ConflictEntry | MoveEntry;

export interface RecordHistory {
  readonly history: readonly HistoryEntry[];
  readonly people: Readonly<Record<string, string>>;
}

export interface HistoryState {
  readonly found: RecordHistory | null;
  /** The server has not answered just now: what is shown may be old. */
  readonly cached: boolean;
  readonly looking: boolean;
}

/** All that the server has told of a record: when one of these changes, its history has too. */
function told({ rev, place, state, review, conflicts }: RecordView): string {
  return [rev, place, state, review?.at, ...conflicts.map((conflict) => conflict.id)].join();
}

/** Asks the server again each time that something happened to the record there: an edit, a decision, a disagreement. */
export function useHistory(view: RecordView): HistoryState {
  const { store, profile } = here();
  const { id: record, rev } = view;
  const [state, setState] = useState<HistoryState>({ found: null, cached: false, looking: true });
  useEffect(() => {
    let current = true;
    const look = async () => {
      const kept = await store.cachedHistory<RecordHistory>(record);
      if (current) setState({ found: kept, cached: true, looking: rev > 0 });
      if (rev === 0) return;
      try {
        const fresh = await api<RecordHistory>("GET", `/api/records/${encodeURIComponent(record)}`, undefined, profile.device);
        if (current) setState({ found: fresh, cached: false, looking: false });
        await store.saveHistory(record, fresh);
      } catch {
        if (current) setState((before) => ({ ...before, looking: false }));
      }
    };
    void look();
    return () => {
      current = false;
    };
  }, [record, told(view)]);
  return state;
}
