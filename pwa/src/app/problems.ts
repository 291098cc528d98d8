/** Turns whatever went wrong into words for the person, in their language. */
import { NetworkError, ProblemError } from "../shared/problem";
import { common } from "./i18n/common";
import { t, type WordKey } from "./i18n/t";

function known(key: string): key is WordKey {
  return key in common.vi;
}

/** Slugs that mean the same to a person. */
const SAME: Readonly<Record<string, WordKey>> = {
  "bad-request": "problem.update",
  "not-allowed": "problem.update",
  "not-json": "problem.update",
  "protocol-unknown": "problem.update",
  "unsupported-media": "problem.update",
  "upload-protocol": "problem.update",
  "upload-offset": "problem.upload",
  "upload-unknown": "problem.upload",
  "consent-needed": "consent.needed",
  "enrolment-expired": "enrol.expired.text",
  "enrolment-unknown": "enrol.unknown.text",
  "enrolment-used": "enrol.used.text",
  busy: "problem.server",
  internal: "problem.server",
};

/** The words for a slug; null: this app does not know it. */
export function wordsOf(slug: string): WordKey | null {
  const key = `problem.${slug}`;
  return SAME[slug] ?? (known(key) ? key : null);
}

/** What happened and what to do, in one or two sentences. */
export function explain(error: unknown): string {
  if (error instanceof NetworkError) return t("problem.network");
  if (error instanceof ProblemError) {
    const key = wordsOf(error.slug);
    if (key) return t(key);
    if (error.status >= 500) return t("problem.server");
    return t("problem.unknown", { detail: error.detail ?? error.title });
  }
  return t("problem.unknown", { detail: error instanceof Error ? error.message : String(error) });
}

/** Why the server keeps something apart, in words; a reason this app does not know is shown as it came. */
export function explainReason(reason: string): string {
  const key = `reason.${reason}`;
  return known(key) ? t(key) : t("reason.other", { reason });
}
