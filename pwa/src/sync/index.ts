export type { SyncHandle, Arriving, SyncState, SyncStatus } from "./contract";
export { startPhotos, type PhotoHandle, type PhotoProgress } from "./photos";
export { startSync } from "./start";
export { syncOnce } from "./loop";
