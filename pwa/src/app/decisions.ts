/** A decision has the icon of the state that it makes, on its button and in a record's history. */
import type { Decision } from "../shared/protocol";
import { STATES, type StateName } from "./states";
import type { IconName } from "./ui/icon";

export const MAKES: Record<Decision, StateName> = {
  check: "checking",
  approve: "approved",
  return: "returned",
  reject: "rejected",
  merge: "merged",
  confirm: "confirmed",
  take: "taken",
  lock: "locked",
  correct: "corrected",
};

export function iconOf(decision: Decision): IconName {
  return STATES[MAKES[decision]].icon;
}
