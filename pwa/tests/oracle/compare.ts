/** Every leaf of a record, as ODK's engine has it and as ours does. */

import type { Session, Shown } from "../../src/forms/session";
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
  const items = new Items(session.values);
  const sides: Sides = { nodes, shown: shownByPlace(session.view(), items), sent: sentByPlace(session, items), language };
  const found: Found[] = [];
  const known = new Set<string>();
  let compared = 0;
  for (const [place, odk] of nodesOf(odkRoot)) {
    if (OWN.test(place)) continue;
    known.add(place);
    if (isRange(odk)) {
      known.add(place);
      found.push(...ofRepeat(place, odk, items));
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

function ofRepeat(place: string, odk: OdkNode, items: Items): Found[] {
  const theirs = odk.currentState.children?.length ?? 0;
  let ours = 0;
  while (items.has(`${place}/${ours}`)) ours++;
  return theirs === ours ? [] : [{ place, what: "items", odk: theirs, ours }];
}

function ofLeaf(place: string, odk: OdkNode, { nodes, shown, sent, language }: Sides): Found[] {
  const state = odk.currentState;
  const node = nodes.get(fieldOf(place));
  const question = shown.get(place);
  const silent = odk.nodeType === "model-value";
  const found: Found[] = [];
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
  if (node.t !== "note" && node.meta !== "end") {
    differ("value", odkValue(node, state.instanceValue ?? ""), masked(node, asText(node, sent.get(place))));
  }
  if (silent || question === undefined) return found;
  differ("readonly", state.readonly, node.t === "note" ? true : question.readonly);
  differ("label", state.label?.asString.trim() ?? "", words(question.label, language));
  differ("hint", state.hint?.asString.trim() ?? "", words(question.hint, language));
  if (node.t === "note") return found;
  differ("required", state.required, question.required);
  differ("violation", odk.validationState.violation?.condition ?? null, question.violation?.kind ?? null);
  if (state.valueOptions !== null) {
    const theirs = state.valueOptions.map((option) => [option.value, option.label.asString.trim()]);
    differ("choices", theirs, (question.choices ?? []).map((choice) => [choice.v, words(choice.label, language)]));
  }
  return found;
}

function odkValue(node: FormNode, value: string): string {
  const number = node.t === "decimal" || node.type === "decimal";
  return masked(node, number && value !== "" && Number.isFinite(Number(value)) ? String(Number(value)) : value);
}

/** Names of files are each engine's own: there is one or there is none. */
function masked(node: FormNode, value: string): string {
  if (UPLOADS.has(node.t)) return value === "" ? "" : "a file";
  return value.replace(UUID, "uuid");
}

function words(text: FormText | undefined, language: string): string {
  if (text === undefined) return "";
  return ((text as Readonly<Record<string, string>>)[language] ?? "").trim();
}
