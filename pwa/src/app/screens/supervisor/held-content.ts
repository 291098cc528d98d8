/** What an item of the quarantine holds, as far as it can be read: it may be anything that a phone once sent. Pure. */
import type { CompiledForm } from "../../../shared/form";
import type { Decision, QuarantineDocument, Value } from "../../../shared/protocol";

export type HeldKind = "create" | "edit" | "resolve" | "review" | "move" | "unreadable";

export interface HeldAnswer {
  /** The question's path, or its position where the form isn't known. */
  readonly path: string;
  readonly value: Value | null;
}

export interface HeldContent {
  readonly kind: HeldKind;
  readonly form: number | null;
  /** Where it is to go, of a move. */
  readonly place: number | null;
  readonly decision: Decision | null;
  readonly reason: string;
  readonly answers: readonly HeldAnswer[];
}

type Unknown = Readonly<Record<string, unknown>>;

function members(value: unknown): Unknown {
  return typeof value === "object" && value !== null ? (value as Unknown) : {};
}

function isValue(value: unknown): value is Value {
  return typeof value === "string" || typeof value === "number" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
}

const DECISIONS: readonly unknown[] = ["check", "approve", "return", "reject", "merge", "confirm", "take", "lock", "correct"];

function kindOf(payload: Unknown): HeldKind {
  if (payload["kind"] === "review") return DECISIONS.includes(payload["decision"]) ? "review" : "unreadable";
  if (payload["kind"] === "move") return typeof payload["place"] === "number" ? "move" : "unreadable";
  if (!Array.isArray(payload["set"])) return "unreadable";
  if (payload["kind"] === "resolve") return "resolve";
  if (payload["kind"] !== "edit") return "unreadable";
  return payload["base"] === 0 && payload["form"] !== undefined ? "create" : "edit";
}

function answersOf(payload: Unknown, form: CompiledForm | undefined): HeldAnswer[] {
  const set: readonly unknown[] = Array.isArray(payload["set"]) ? payload["set"] : [];
  return set.flatMap((pair) => {
    if (!Array.isArray(pair) || typeof pair[0] !== "number") return [];
    const value: unknown = pair[1];
    const path = form?.fields[pair[0]] ?? String(pair[0]);
    // A value of no kind we know is shown as it came: keeping it readable is the point.
    return [{ path, value: value === null || value === undefined ? null : isValue(value) ? value : JSON.stringify(value) }];
  });
}

/** `known`: the form version of the record it is about, if this phone has that record. */
export function readHeld(item: QuarantineDocument, known: number | null, forms: ReadonlyMap<number, { compiled: CompiledForm }>): HeldContent {
  const payload = members(item.payload);
  const kind = kindOf(payload);
  const form = typeof payload["form"] === "number" ? payload["form"] : known;
  return {
    kind,
    form,
    place: kind === "move" ? (payload["place"] as number) : null,
    decision: kind === "review" ? (payload["decision"] as Decision) : null,
    reason: typeof payload["reason"] === "string" ? payload["reason"] : "",
    answers: answersOf(payload, form === null ? undefined : forms.get(form)?.compiled),
  };
}

export interface Fault {
  readonly path: string;
  readonly message: Readonly<Record<string, string>>;
}

/** What the form's rules say about it, if that is why it is held. */
export function faultsOf(item: QuarantineDocument): Fault[] {
  const found: unknown = members(item.detail)["violations"];
  if (!Array.isArray(found)) return [];
  return found.map((fault) => {
    const { path, message } = members(fault);
    return { path: typeof path === "string" ? path : "", message: members(message) as Record<string, string> };
  });
}
