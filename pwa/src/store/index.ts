export type { Applied, Collected, Decided, Resolution, Store } from "./contract";
export type { Change, ConflictView, Draft, DraftBase, LocalState, OutboxItem, RecordView, SentItem } from "./types";
export type { MediaBytes, NewPhoto, Photo, PhotoState, Piece } from "./types";
export { isMediaName } from "./photos";
export { DraftUnknown, FormMissing, RecordChanged, RecordUnknown, StorageFull, StorageUnavailable } from "./errors";
export { createProfile, currentProfile, profiles, removeProfile, switchProfile, updateProfile } from "./profiles";
export { openStore, takeOver } from "./store";
