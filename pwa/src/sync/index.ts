export { QUIET, type SyncHandle, type Arriving, type SyncState, type SyncStatus } from "./contract";
export { startPhotos, type PhotoHandle, type PhotoProgress } from "./photos";
export { startSync } from "./start";
export { syncOnce } from "./loop";
