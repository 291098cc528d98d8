/** Every leaf of a record, as ODK's engine has it and as ours does. */

import type { Session, Shown } from "../../src/forms";
import { fault } from "../../src/forms/values";
import type { FormNode, FormText } from "../../src/shared/form";
import type { Value } from "../../src/shared/protocol";
import type { Difference } from "./cases";
import { isLeaf, isRange, nodesOf, type OdkNode } from "./engine";
import { asText, fieldOf, Items, sentByPlace, shownByPlace } from "./ours";

export type Found = Pick<Difference, "place" | "what" | "odk" | "ours">;

/** Ids are made anew by each engine; a record has one of its own, and an audit is no answer. */
const OWN = /^meta\/(instanceID|deprecatedID|audit|instanceName~x)$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const UPLOADS = new Set(["image", "audio", "video", "file"]);

interface Sides {
  readonly nodes: ReadonlyMap<string, FormNode>;
  readonly shown: ReadonlyMap<string, Shown>;
  readonly sent: ReadonlyMap<string, Value>;
  readonly language: string;
}

export interface Comparison {
  readonly compared: number;
  readonly found: Found[];
}

/** What the two have differently now. */
export function compare(odkRoot: OdkNode, session: Session, nodes: ReadonlyMap<string, FormNode>, language: string): Comparison {
  const items = new Items(session.inUse);
  const sides: Sides = { nodes, shown: shownByPlace(session.view(), items), sent: sentByPlace(session, items), language };
  const found: Found[] = [];
  const known = new Set<string>();
  let compared = 0;
  for (const [place, odk] of nodesOf(odkRoot)) {
    if (OWN.test(place)) continue;
    known.add(place);
    if (isRange(odk)) {
      known.add(place);
      found.push(...ofRepeat(place, odk, sides.sent));
    } else if (isLeaf(odk)) {
      compared++;
      found.push(...ofLeaf(place, odk, sides));
    }
  }
  for (const [place, value] of sides.sent) {
    const node = nodes.get(fieldOf(place));
    if (known.has(place) || OWN.test(place) || node?.t === "repeat" || value === "") continue;
    found.push({ place, what: "only ours", odk: null, ours: value });
  }
  return { compared, found };
}

function ofRepeat(place: string, odk: OdkNode, sent: ReadonlyMap<string, Value>): Found[] {
  if (!odk.currentState.relevant) return [];
  const theirs = odk.currentState.children?.filter((item) => item.currentState.relevant).length ?? 0;
  const ours = [...sent.keys()].filter((each) => each.replace(/\/\d+$/, "") === place && each !== place).length;
  return theirs === ours ? [] : [{ place, what: "items", odk: theirs, ours }];
}

function ofLeaf(place: string, odk: OdkNode, { nodes, shown, sent, language }: Sides): Found[] {
  const state = odk.currentState;
  const node = nodes.get(fieldOf(place));
  const question = shown.get(place);
  const silent = odk.nodeType === "model-value";
  const found: Found[] = [];
  // An answer that isn't of its type: ours is kept and named, ODK's engine takes it for none.
  const untyped = question?.violation?.kind === "type" || (silent && isUntyped(node, sent.get(place)));
  const differ = (what: string, theirs: unknown, ours: unknown): void => {
    if (JSON.stringify(theirs) !== JSON.stringify(ours)) found.push({ place, what, odk: theirs, ours });
  };
  if (node === undefined) {
    differ("value without a node", state.instanceValue ?? "", "");
    return found;
  }
  if (!silent) differ("relevant", state.relevant, question !== undefined);
  if (!state.relevant) {
    differ("sent although irrelevant", null, sent.get(place) ?? null);
    return found;
  }
  if (node.t !== "note" && node.meta !== "end" && !untyped) {
    differ("value", normal(node, state.instanceValue ?? ""), normal(node, asText(node, sent.get(place))));
  }
  if (silent || question === undefined) return found;
  differ("readonly", state.readonly, node.t === "note" ? true : question.readonly);
  differ("label", spaced(state.label?.asString), words(question.label, language));
  differ("hint", spaced(state.hint?.asString), words(question.hint, language));
  if (node.t === "note") return found;
  differ("required", state.required, question.required);
  if (!untyped) differ("violation", odk.validationState.violation?.condition ?? null, question.violation?.kind ?? null);
  if (state.valueOptions !== null) {
    const theirs = state.valueOptions.map((option) => [option.value, spaced(option.label.asString)]);
    differ("choices", theirs, (question.choices ?? []).map((choice) => [choice.v, words(choice.label, language)]));
  }
  return found;
}

/**
 * What two values must have alike: numbers their size, points their numbers, several choices their names (the order of
 * a set says nothing), files that there is one.
 */
function normal(node: FormNode, value: string): string {
  const kind = node.t === "calculate" || node.t === "hidden" ? (node.type ?? "text") : node.t;
  if (UPLOADS.has(kind)) return value === "" ? "" : "a file";
  if (kind === "decimal" || node.type === "decimal") return number(value);
  if (kind === "select") return value.split(" ").sort().join(" ");
  if (kind.startsWith("geo")) return value.split(/\s*;\s*/).map((point) => point.split(" ").map(number).join(" ")).join(";");
  return FRACTION.test(value) ? rounded(value) : value.replace(UUID, "uuid");
}

const FRACTION = /^-?[0-9]+(?:\.[0-9]+(?:e[-+]?[0-9]+)?|e[-+]?[0-9]+)$/;

/** The last digits are each machine's own, and an exponent is a way of writing. */
function rounded(text: string): string {
  return String(Number(Number(text).toPrecision(12)));
}

function number(text: string): string {
  return text !== "" && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** Whether a value that nothing shows is none of its type. */
function isUntyped(node: FormNode | undefined, value: Value | undefined): boolean {
  const kind = node?.type ?? "text";
  return node !== undefined && kind !== "text" && value !== undefined && fault({ ...node, t: kind }, value) === "type";
}

function spaced(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}

function words(text: FormText | undefined, language: string): string {
  if (text === undefined) return "";
  return spaced((text as Readonly<Record<string, string>>)[language]);
}
