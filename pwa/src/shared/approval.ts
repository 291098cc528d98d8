/**
 * How a record is approved: which role may take which step at which stage. Pure; the rules stand in `sync/approval.py`, and
 * `tests/vectors/approval.json` holds the two together.
 */
import type { Decision, Stage } from "./protocol";

type Steps = Partial<Record<Decision, Stage>>;

/** By role and stage: the steps, the way forward first, and where they lead. */
const TABLE: Readonly<Record<string, Partial<Record<Stage, Steps>>>> = {
  GSV: {
    received: { check: "checking", approve: "approved", return: "returned", reject: "rejected", merge: "merged" },
    checking: { approve: "approved", return: "returned", reject: "rejected", merge: "merged" },
    returned: { approve: "approved", reject: "rejected" },
    rejected: { approve: "approved", return: "returned" },
    merged: { approve: "approved", return: "returned" },
    approved: { return: "returned", reject: "rejected", merge: "merged" },
  },
  CAX: {
    approved: { confirm: "confirmed", return: "returned" },
    confirmed: { return: "returned" },
  },
  TT: {
    approved: { take: "taken", return: "returned" },
    confirmed: { take: "taken", return: "returned" },
    taken: { return: "returned" },
    correcting: { check: "drafted", return: "sent_back" },
  },
  LD: {
    taken: { lock: "locked", return: "returned" },
    drafted: { correct: "corrected", return: "sent_back" },
  },
};

/** What doesn't need an undisputed record. */
export const DISPUTED: ReadonlySet<Decision> = new Set<Decision>(["check", "return", "reject", "merge"]);
/** Signing is not for whoever prepared what is signed. */
export const SECOND_PERSON: ReadonlySet<Decision> = new Set<Decision>(["lock", "correct"]);
/** Stages at which a record waits for nobody's decision, though one may be made anew. */
const SETTLED: ReadonlySet<Stage> = new Set<Stage>(["returned", "rejected", "merged"]);
const BACKWARD: ReadonlySet<Decision> = new Set<Decision>(["return", "reject", "merge"]);

/** The steps that somebody with these roles may take, and where each leads. `confirmed`: the police confirm such records. */
export function stepsAt(stage: Stage, roles: Iterable<string>, confirmed: boolean): ReadonlyMap<Decision, Stage> {
  const found = new Map<Decision, Stage>();
  for (const role of roles) {
    if (role === "CAX" && !confirmed) continue;
    const steps = TABLE[role]?.[stage] ?? {};
    for (const [step, to] of Object.entries(steps) as [Decision, Stage][]) {
      if (!(confirmed && stage === "approved" && step === "take")) found.set(step, to);
    }
  }
  return found;
}

/** Whether a record at this stage waits for somebody who may take these steps. */
export function waitsAt(stage: Stage, steps: Iterable<Decision>): boolean {
  return !SETTLED.has(stage) && [...steps].some((step) => !BACKWARD.has(step));
}
