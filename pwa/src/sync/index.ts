export type { SyncHandle, Arriving, SyncState, SyncStatus } from "./contract";
export { startSync } from "./start";
export { syncOnce } from "./loop";
