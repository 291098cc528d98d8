/** What is shown of a record now. Each part is kept until something that it shows changes. */

import { Cell } from "./cells";
import { isOnScreenOnly } from "./plan";
import { Group, Question, Repeat, type Record } from "./record";
import type { ShownChoice } from "./choices";
import type { FormNode, FormText } from "../shared/form";
import type { Localized } from "../shared/language";
import type { Value } from "../shared/protocol";
import type { ViolationKind } from "./types";
import { filled, hasMarks } from "./texts";
import { isEmpty } from "./empty";
import { partOf } from "./validate";
import { violationOf, wordsFor } from "./violations";

export type { ShownChoice } from "./choices";

/** What is wrong with an answer. */
export interface Found {
  readonly path: string;
  readonly kind: ViolationKind;
  readonly message: Localized;
}

export interface ShownItem {
  readonly id: string;
  readonly path: string;
  readonly children: readonly Shown[];
}

/** A node that is shown now; `path` has the ids of the items around it. */
export interface Shown {
  readonly node: FormNode;
  readonly path: string;
  readonly label?: FormText;
  readonly hint?: FormText;
  readonly guidance?: FormText;
  readonly value?: Value;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly violation?: Found;
  readonly choices?: readonly ShownChoice[];
  /** Of a group. */
  readonly children?: readonly Shown[];
  /** Of a repeat, in order. */
  readonly items?: readonly ShownItem[];
  readonly canAdd?: boolean;
  readonly canRemove?: boolean;
  /** What a supervisor wants put right here; the screen's own. */
  readonly remark?: string;
}

/** Makes what is shown of one record. */
export class Viewer {
  private readonly whole: Cell<readonly Shown[]>;
  private readonly cells = new WeakMap<Group, Map<FormNode, Cell<Shown | null>>>();

  constructor(record: Record) {
    this.whole = new Cell<readonly Shown[]>([], () => this.of(record.form.nodes, record.root), isAlike);
  }

  all(): readonly Shown[] {
    return this.whole.get();
  }

  private of(nodes: readonly FormNode[], group: Group): Shown[] {
    return nodes.map((node) => this.cell(node, group).get()).filter((shown) => shown !== null);
  }

  private cell(node: FormNode, group: Group): Cell<Shown | null> {
    const cells = this.cells.get(group) ?? new Map<FormNode, Cell<Shown | null>>();
    this.cells.set(group, cells);
    let cell = cells.get(node);
    if (!cell) cells.set(node, (cell = new Cell<Shown | null>(null, () => this.shown(node, group), isAlike)));
    return cell;
  }

  private shown(node: FormNode, group: Group): Shown | null {
    const isOnScreen = isOnScreenOnly(node);
    const part = isOnScreen ? null : partOf(group, node);
    // A question of a repeat that a form shows outside of it is in no item.
    if (!isOnScreen && !part?.relevant()) return null;
    const at = part ?? group;
    const words = {
      ...(node.label && { label: filled(node.label, at) }),
      ...(node.hint && { hint: filled(node.hint, at) }),
      ...(node.guidance && { guidance: filled(node.guidance, at) }),
    };
    const plain = { node, path: part?.path ?? screenPath(node, group), ...words, required: false, readonly: false };
    if (part instanceof Question) return node.t === "note" ? plain : { ...plain, ...this.asked(part) };
    if (part instanceof Repeat) return { ...plain, ...this.repeated(part, node) };
    return { ...plain, children: this.of(node.children ?? [], group) };
  }

  private asked(question: Question): Partial<Shown> & Pick<Shown, "required" | "readonly"> {
    const { node } = question;
    const { value } = question.answer();
    // What is typed is shown as it is typed; of choices those that there are.
    const typed = question.raw.get() as Value | null;
    const isChoice = typeof typed === "object" || node.items !== undefined;
    const shown = isChoice ? (value as Value | null) : typed;
    const kind = violationOf(question);
    return {
      ...(shown !== null && !isEmpty(shown) && { value: shown }),
      required: node.required !== undefined && question.holds(node.required),
      readonly: node.readonly !== undefined && question.holds(node.readonly),
      ...(kind && { violation: { path: question.path, kind, message: filled(wordsFor(node, kind), question) } }),
      ...((node.choices ?? node.items) && { choices: this.choices(question) }),
    };
  }

  private choices(question: Question): readonly ShownChoice[] {
    const { shown } = question.choices();
    const hasValues = question.node.choices?.some((choice) => hasMarks(choice.label)) ?? false;
    return hasValues ? shown.map((choice) => ({ ...choice, label: filled(choice.label, question) })) : shown;
  }

  private repeated(repeat: Repeat, node: FormNode): Partial<Shown> {
    const items = repeat.items.get().filter((item) => item.relevant());
    const isOpen = !node.count && node.fixed !== true;
    return {
      items: items.map((item) => ({ id: item.id ?? "", path: item.path, children: this.of(node.children ?? [], item) })),
      canAdd: isOpen,
      canRemove: isOpen,
    };
  }
}

/** The concrete path of a group that is on the screen only. */
function screenPath(node: FormNode, group: Group): string {
  const { path } = group.plan;
  return path === "" ? node.path : group.path + node.path.slice(path.length);
}

/** What is wrong in a part of the view, in its order. */
export function found(shown: Shown): Found[] {
  return [...(shown.violation ? [shown.violation] : []), ...inside(shown).flatMap(found)];
}

/** The questions in a part of the view. */
export function answersIn(shown: Shown): Shown[] {
  const { t } = shown.node;
  return t === "group" || t === "repeat" ? inside(shown).flatMap(answersIn) : t === "note" ? [] : [shown];
}

function inside(shown: Shown): readonly Shown[] {
  return shown.children ?? shown.items?.flatMap((item) => item.children) ?? [];
}

/** Whether two parts of the view say the same. */
function isAlike(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [one, other] = [Object.entries(left), Object.entries(right)];
  if (one.length !== other.length) return false;
  return one.every(([key, value], place) => {
    const [name, against] = other[place] ?? [];
    return key === name && (key === "node" ? value === against : isAlike(value, against));
  });
}
