/** The form runtime: running expressions, showing and hiding, checking. No screen, no storage. */

export { evaluate } from "./evaluate";
export { relevantPaths, validate, walk, type Options } from "./validate";
export { isEmpty, tidy } from "./values";
export type { Answers, Violation, ViolationKind } from "./types";
