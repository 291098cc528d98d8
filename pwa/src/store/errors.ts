/** What can go wrong between a person's fingers and the disk. */

/** This phone has no room left. Nothing was written; what was there before still is. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** The browser doesn't let this page keep anything (private window, storage switched off or broken). */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
}

/** There is no such draft (and no record that it became). */
export class DraftUnknown extends Error {
  override readonly name = "DraftUnknown";
}

/** The form version isn't on this phone yet; it comes with the next sync. */
export class FormMissing extends Error {
  override readonly name = "FormMissing";
}

/** The record is another one than the person looked at when they decided; nothing was written. */
export class RecordChanged extends Error {
  override readonly name = "RecordChanged";
}

/** The record isn't on this phone (any more), so nothing can be decided about it here. */
export class RecordUnknown extends Error {
  override readonly name = "RecordUnknown";
}
