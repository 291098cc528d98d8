/** What the comparison is given and gives, one a form. */

import type { CompiledForm } from "../../src/shared/form";

export interface OracleCase {
  readonly name: string;
  readonly xml: string;
  readonly form: CompiledForm;
  /** Files beside the form: content in base64 by name. */
  readonly files: Readonly<Record<string, string>>;
  /** How many scripts of answers. */
  readonly scripts: number;
}

/** Something that the two engines had differently; `what` says which of a question's things. */
export interface Difference {
  readonly script: number;
  readonly step: number;
  readonly done: string;
  readonly place: string;
  readonly what: string;
  readonly odk: unknown;
  readonly ours: unknown;
}

/** A record as a script left it, or spoilt, with what the phone finds wrong: the server must find the same. */
export interface Verdict {
  readonly answers: Readonly<Record<string, unknown>>;
  readonly violations: readonly (readonly [path: string, kind: string])[];
}

export interface OracleResult {
  readonly name: string;
  /** Answers given and items added or removed, and values compared. */
  readonly steps: number;
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly verdicts: readonly Verdict[];
  /** An engine that didn't open the form, or fell over. */
  readonly odkError?: string;
  readonly ourError?: string;
}
