/** The form runtime: running expressions, showing and hiding, checking. No screen, no storage. */

export { Session, type Found, type Shown, type ShownChoice, type ShownItem, type Surroundings } from "./session";
export { walk } from "./plan";
export { validate, type Options } from "./validate";
export { isEmpty } from "./empty";
export { tidy } from "./values";
export type { Answers, Violation, ViolationKind } from "./types";
