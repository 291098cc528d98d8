/** The form runtime: running expressions, showing and hiding, checking. No screen, no storage. */

export { evaluate } from "./evaluate";
export { momentOf, ZONE, type Day, type Moment } from "./moments";
export { relevantPaths, validate, walk, withoutHidden, type Options } from "./validate";
export { fault, inOrder, isEmpty, tidy } from "./values";
export type { Answers, Violation, ViolationKind } from "./types";
