/** What the page and the service worker say to each other. */

/**
 * Files that only some people need, kept for offline use when they do: a role's screens, a language's words and font, what
 * photos and other media need, what reads bar codes, what draws charts.
 */
export type FileGroup = "supervisor" | "office" | "media" | "english" | "khmer" | "codes" | "charts";

export type ToWorker =
  | { readonly type: "SKIP_WAITING" }
  | { readonly type: "WARM"; readonly groups: readonly FileGroup[] };

export interface FromWorker {
  readonly type: "NAVIGATE";
  readonly url: string;
}

/** Background Sync's tag. */
export const SYNC_TAG = "ben-outbox";
