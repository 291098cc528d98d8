export type { SyncHandle, SyncState, SyncStatus } from "./contract";
export { startSync } from "./start";
export { syncOnce } from "./loop";
