/** A record while it is filled in: what is shown, what is wrong, what would be sent. */

import type { CompiledForm, FormNode, FormText, Media } from "../shared/form";
import type { Localized } from "../shared/language";
import type { Value, Values } from "../shared/protocol";
import { evaluate } from "./evaluate";
import type { ViolationKind } from "./types";
import { relevantPaths, validate, walk } from "./validate";
import { isEmpty, tidy } from "./values";

/** All that a form can ask of the world. */
export interface Surroundings {
  readonly now: () => Date;
  readonly zone?: string;
  /** A fresh id for an item of a repeat: "17-5". */
  readonly newItem: () => string;
  /** From 0 up to 1: seeds and ids come from it. */
  readonly random: () => number;
  readonly about?: { deviceid?: string; username?: string; email?: string; phonenumber?: string };
  readonly language?: () => string;
  /** The record of this form that was saved last. */
  readonly last?: Values;
}

/** What is wrong with an answer. */
export interface Found {
  readonly path: string;
  readonly kind: ViolationKind;
  readonly message: Localized;
}

export interface ShownChoice {
  readonly v: string;
  readonly label: FormText;
  readonly media?: Media;
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
}

/** A record that is being filled in. */
export class Session {
  private held: Values;
  private readonly nodes: readonly FormNode[];
  private seen: readonly Shown[] | null = null;

  private constructor(
    private readonly form: CompiledForm,
    values: Values,
    private readonly around: Surroundings,
    private readonly base: Values | null,
  ) {
    this.held = values;
    this.nodes = walk(form.nodes);
  }

  /** A new record. */
  static begin(form: CompiledForm, around: Surroundings): Session {
    const defaults = walk(form.nodes).flatMap((node) => (node.default === undefined ? [] : [[node.path, node.default]]));
    return new Session(form, Object.fromEntries(defaults) as Values, around, null);
  }

  /**
   * A draft or a record. `base`: the values that an edit was begun on; then an answer that was right when it was written
   * isn't refused because time went by.
   */
  static resume(form: CompiledForm, values: Values, around: Surroundings, base?: Values | null): Session {
    return new Session(form, values, around, base ?? null);
  }

  /** Everything, also the answers of hidden questions: what a draft keeps. */
  get values(): Values {
    return this.held;
  }

  /** An answer is given; null clears it. */
  answer(path: string, value: Value | null): void {
    const { [path]: _before, ...others } = this.held;
    this.held = value === null || isEmpty(value) ? others : { ...others, [path]: value };
    this.seen = null;
  }

  /** Adds an item to the repeat at this path; gives the item's id. */
  addItem(repeat: string): string {
    const id = this.around.newItem();
    const places = Object.entries(this.held).filter(([path]) => path.startsWith(`${repeat}/`));
    const last = Math.max(0, ...places.map(([, place]) => (typeof place === "number" ? place : 0)));
    this.answer(`${repeat}/${id}`, last + 1);
    return id;
  }

  /** Takes an item away with all that is in it. */
  removeItem(path: string): void {
    const kept = Object.entries(this.held).filter(([each]) => each !== path && !each.startsWith(`${path}/`));
    this.held = Object.fromEntries(kept);
    this.seen = null;
  }

  /** What is shown now. */
  view(): readonly Shown[] {
    if (this.seen !== null) return this.seen;
    const sent = this.submission();
    const shown = relevantPaths(this.form, sent, this.around.now(), this.around.zone);
    const wrong = new Map(this.violations().map((found) => [found.path, found]));
    this.seen = this.shownOf(this.form.nodes, shown, wrong, sent);
    return this.seen;
  }

  private shownOf(
    nodes: readonly FormNode[],
    shown: ReadonlySet<string>,
    wrong: ReadonlyMap<string, Found>,
    sent: Values,
  ): Shown[] {
    const holds = (expression: FormNode["required"]): boolean =>
      expression !== undefined && Boolean(evaluate(expression, sent, null, this.around.now()));
    return nodes
      .filter((node) => shown.has(node.path))
      .map((node) => ({
        node,
        path: node.path,
        ...(node.label && { label: node.label }),
        ...(node.hint && { hint: node.hint }),
        ...(node.guidance && { guidance: node.guidance }),
        ...(this.held[node.path] !== undefined && { value: this.held[node.path] }),
        required: holds(node.required),
        readonly: holds(node.readonly),
        ...(wrong.has(node.path) && { violation: wrong.get(node.path) }),
        ...(node.choices && { choices: node.choices }),
        ...(node.t === "group" && { children: this.shownOf(node.children ?? [], shown, wrong, sent) }),
      }));
  }

  /** What is wrong with everything that is shown, in the form's order. */
  violations(): readonly Found[] {
    const sent = this.submission();
    const now = this.around.now();
    const zone = this.around.zone === undefined ? {} : { zone: this.around.zone };
    return validate(this.form, sent, now, { ...zone, ...(this.base && { changed: this.changed(this.base, sent) }) });
  }

  private changed(base: Values, sent: Values): Set<string> {
    const paths = new Set([...Object.keys(base), ...Object.keys(sent)]);
    return new Set([...paths].filter((path) => JSON.stringify(base[path]) !== JSON.stringify(sent[path])));
  }

  /** What is sent: the answers of what is shown. */
  submission(): Values {
    const clean: Record<string, Value> = {};
    for (const node of this.nodes) {
      const given = this.held[node.path];
      const value = given === undefined || node.pos === undefined ? null : tidy(node, given);
      if (value !== null) clean[node.path] = value;
    }
    const shown = relevantPaths(this.form, clean, this.around.now(), this.around.zone);
    return Object.fromEntries(Object.entries(clean).filter(([path]) => shown.has(path)));
  }

  /** Of the questions that are shown, how many there are and how many have an answer. */
  get progress(): { answered: number; asked: number } {
    const sent = this.submission();
    const shown = relevantPaths(this.form, sent, this.around.now(), this.around.zone);
    const asked = this.nodes.filter((node) => node.pos !== undefined && shown.has(node.path));
    return { answered: asked.filter((node) => !isEmpty(sent[node.path])).length, asked: asked.length };
  }
}
