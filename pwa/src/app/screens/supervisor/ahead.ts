/** Fetching ahead what a record's page will need, while there is a network. */
import { api } from "../../../shared/api";
import type { RecordView, Store } from "../../../store";
import type { RecordHistory } from "../../data/history";
import { reaches } from "./changes";

/** Keeps a record's history on this phone unless it has it already. Quiet when it can't: the page itself says so. */
export async function keepAhead(store: Store, record: RecordView): Promise<void> {
  try {
    if (reaches(await store.cachedHistory<RecordHistory>(record.id), record.rev)) return;
    const found = await api<RecordHistory>("GET", `/api/records/${encodeURIComponent(record.id)}`, undefined, store.device);
    await store.saveHistory(record.id, found);
  } catch {
    // No network, or no room.
  }
}
