/** What the form runtime takes and gives, beside the compiled form itself (`shared/form.ts`). */

import type { Localized } from "../shared/language";

/** Path of a question → its value, of which nothing is assumed. */
export type Answers = Readonly<Record<string, unknown>>;

/** 'unknown': the form has no such question. */
export type ViolationKind = "type" | "length" | "choice" | "required" | "constraint" | "count" | "readonly" | "unknown";

/** One thing that is wrong with a document. */
export interface Violation {
  readonly path: string;
  readonly kind: ViolationKind;
  readonly message: Localized;
}
