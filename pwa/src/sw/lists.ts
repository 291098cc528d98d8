/** What is kept for offline use, written in by the build (build/build.mjs). */

import type { FileGroup } from "../shared/messages";

export interface Entry {
  readonly url: string;
  /** Null for a file whose name holds its hash. */
  readonly revision: string | null;
}

declare const __APP_FILES__: readonly Entry[];
declare const __GROUP_FILES__: Readonly<Partial<Record<FileGroup, readonly string[]>>>;
declare const __VERSION__: string;

/** Everything a volunteer's app needs. */
export const APP_FILES: readonly Entry[] = __APP_FILES__;
/** What only some people need. */
export const GROUP_FILES = __GROUP_FILES__;
/** A digest of the lists: a changed file makes a new worker. */
export const VERSION: string = __VERSION__;
