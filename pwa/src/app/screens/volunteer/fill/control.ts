/** What every control of a question is given. */
import type { Value } from "../../../../shared/protocol";
import type { Shown } from "../../../../forms";

export interface ControlProps {
  readonly shown: Shown;
  readonly id: string;
  /** The question's words, plain. */
  readonly name: string;
  /** Ids of its hint and its error. */
  readonly described: string | undefined;
  readonly wrong: boolean;
  /** `soon`: more is likely to follow at once (typing). */
  readonly change: (value: Value | null, soon: boolean) => void;
  /** The person leaves the question: it may now be said what is wrong. */
  readonly leave: () => void;
}

/** The id of a question's control (or fieldset). */
export function questionId(path: string, prefix = "q"): string {
  return `${prefix}-${path.replace(/\//g, "--")}`;
}

/** What ties a control to its hint, its error and its being needed. */
export function tied({ described, wrong, shown }: ControlProps) {
  return {
    "aria-describedby": described,
    "aria-invalid": wrong ? true : undefined,
    "aria-required": shown.required ? true : undefined,
  } as const;
}
