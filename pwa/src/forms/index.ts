/** The form runtime: running expressions, showing and hiding, checking. No screen, no storage. */

export { evaluate } from "./evaluate";
export { Session, type Found, type Shown, type ShownChoice, type ShownItem, type Surroundings } from "./session";
export { relevantPaths, validate, walk, type Options } from "./validate";
export { isEmpty, tidy } from "./values";
export type { Answers, Violation, ViolationKind } from "./types";
