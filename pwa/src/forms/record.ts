/**
 * A record as a tree of nodes: what expressions walk on, and what is known of each node. While a record is filled in it
 * lives: calculations follow what they read. A document that is checked is taken as it is.
 */

import { Cell, Source, unnoted } from "./cells";
import { choicesOf, type Choices } from "./choices";
import { contextOf, prepare, type World } from "./evaluate";
import { dayOf, type Moment } from "./moments";
import { isRepeatable, planOf, type FormPlan, type Plan } from "./plan";
import { asBoolean, asNumber, type Spot } from "./results";
import { listOf } from "./secondary";
import type { CompiledForm, Expression, FormNode } from "../shared/form";
import type { Value, Values } from "../shared/protocol";
import { filledIn } from "./texts";
import type { ViolationKind } from "./types";
import { isEmpty } from "./empty";
import { fault, ranksOf, textOf, tidy, valueOf, type Ranks } from "./values";

const NONE: readonly Spot[] = [];
const EMPTY: Ranks = new Map();

/** An answer: what it is, and what is wrong with it in itself. */
export interface Sound {
  readonly value: unknown;
  readonly kind: ViolationKind | null;
}

/** What a record asks of the world around it. */
export interface Outside {
  readonly random: () => number;
  readonly last?: Values | undefined;
  /** Whether it is filled in; else its values are taken as they are. */
  readonly live: boolean;
  /** Whether calculations that give the same everywhere are worked out anew all the same, as the server does. */
  readonly anew?: boolean;
  /** Whether what is at a path was changed; null: everything is asked. */
  readonly changed: ((place: Question | Repeat) => boolean) | null;
}

export type Part = Question | Group | Repeat;

/** Anything in the record that has a place in its form. */
abstract class Node implements Spot {
  abstract readonly leaf: boolean;
  readonly name: string;
  private shows: Cell<boolean> | null = null;

  constructor(
    readonly record: Record,
    readonly plan: Plan,
    readonly up: Group | null,
    /** With the ids of the items around it. */
    readonly path: string,
  ) {
    this.name = plan.name;
    const relevant = plan.node?.relevant;
    if (relevant) this.shows = new Cell(true, () => this.isAroundShown() && this.holds(relevant));
  }

  abstract below(): readonly Spot[];
  abstract named(name: string): readonly Spot[];
  abstract text(): string;

  /** Whether it and everything around it is relevant. */
  relevant(): boolean {
    return this.shows ? this.shows.get() : this.isAroundShown();
  }

  private isAroundShown(): boolean {
    return this.up?.relevant() ?? true;
  }

  /** Whether an expression that belongs to this node is true. */
  holds(expression: Expression): boolean {
    return asBoolean(prepare(expression)(contextOf(this.record, this)));
  }
}

/** A question, or a value that nothing shows. */
export class Question extends Node {
  readonly leaf = true;
  readonly node: FormNode;
  readonly raw: Source<unknown>;
  /** What it was worked out to last; null while it is hidden. */
  readonly calculated: Cell<{ readonly value: Value | null } | null> | null;
  /** What was there when the record was opened stays until something that it is worked out of changes. */
  keeps = false;
  private readonly sound: Cell<Sound>;
  /** Of a document that is checked: what is worked out counts, whatever it says. */
  private readonly anew: Cell<unknown> | null;
  private readonly seen: Cell<string>;
  private chosen: Cell<Choices> | null = null;

  constructor(record: Record, plan: Plan, up: Group, path: string) {
    super(record, plan, up, path);
    const node = plan.node as FormNode;
    this.node = node;
    this.raw = new Source<unknown>(null);
    const calculate = record.outside.live ? node.calculate : undefined;
    this.calculated = calculate ? new Cell<{ value: Value | null } | null>(null, (before) => this.work(calculate, before)) : null;
    if (this.calculated) this.calculated.timeless = true;
    const again = record.outside.anew === true && node.calculate && isRepeatable(node.calculate) ? node.calculate : null;
    this.anew = again ? new Cell<unknown>(null, () => this.workedOut(again), isSame) : null;
    this.sound = new Cell<Sound>({ value: null, kind: null }, () => this.looked(), isSameSound);
    this.seen = new Cell("", () => this.read(), Object.is, this);
  }

  below(): readonly Spot[] {
    return NONE;
  }

  named(): readonly Spot[] {
    return NONE;
  }

  text(): string {
    // A calculation that reads its own value reads it as it was.
    return this.calculated?.running === true ? unnoted(() => this.seen.get()) : this.seen.get();
  }

  /** Its answer, relevant or not. */
  answer(): Sound {
    return this.sound.get();
  }

  choices(): Choices {
    this.chosen ??= new Cell<Choices>({ shown: [], ranks: EMPTY }, (before) => choicesOf(this, before));
    return this.chosen.get();
  }

  /** Whose answers its choices hang on. */
  choiceReads(): unknown[] {
    this.choices();
    return this.chosen?.reads() ?? [];
  }

  ranks(): Ranks {
    return this.node.items ? this.choices().ranks : ranksOf(this.node);
  }

  private looked(): Sound {
    this.calculated?.get();
    const raw = this.raw.get();
    const { node } = this;
    if ((raw === null && !this.anew) || node.t === "note") return { value: null, kind: null };
    const hasChoices = node.t === "select1" || node.t === "select" || node.t === "rank";
    const ranks = hasChoices ? this.ranks() : EMPTY;
    const value: unknown = this.record.outside.live ? this.tidied(raw as Value, ranks) : raw;
    const kind = value === null ? null : fault(node, value, ranks);
    return this.anew ? { value: this.anew.get(), kind } : { value, kind };
  }

  /** As it is sent: choices that an item set has no more are left out, those that a form never had are named. */
  private tidied(raw: Value, ranks: Ranks): Value | null {
    if (this.node.items || typeof raw === "string" || typeof raw === "number") return tidy(this.node, raw, ranks);
    return raw.every((name) => ranks.has(name)) ? tidy(this.node, raw, ranks) : raw;
  }

  private read(): string {
    const { value, kind } = this.sound.get();
    return value === null || (kind !== null && !this.anew) || !this.relevant() ? "" : textOf(this.node, value);
  }

  private workedOut(calculate: Expression): Value | null {
    if (!this.relevant()) return null;
    const value = this.value(calculate);
    return value === null || fault(this.node, value, this.ranks()) !== null ? null : value;
  }

  private value(calculate: Expression): Value | null {
    const context = contextOf(this.record, this);
    return valueOf(this.node, prepare(calculate)(context), context.now.offset);
  }

  private work(calculate: Expression, before: { value: Value | null } | null): { value: Value | null } | null {
    if (!this.relevant()) return null;
    const value = this.value(calculate);
    const keeps = this.keeps;
    this.keeps = false;
    if (before !== null && isSame(before.value, value)) return before;
    if (!keeps) this.raw.set(value);
    return { value };
  }
}

/** A group, an item of a repeat, or the whole form. */
export class Group extends Node {
  readonly leaf = false;
  /** By place in `plan.below`. */
  readonly parts: readonly Part[];
  private readonly byName = new Map<string, Part>();
  private readonly single = new Map<string, readonly Spot[]>();
  private readonly flat: readonly Spot[] | null;

  /** Of an item. */
  readonly id: string | null;
  /** Of an item: its place in the order. */
  readonly order: unknown;

  constructor(record: Record, plan: Plan, up: Group | null, [path, id, order]: readonly [string, string?, unknown?]) {
    super(record, plan, up, path);
    this.id = id ?? null;
    this.order = order ?? null;
    this.parts = plan.below.map((below) => this.make(below));
    for (const part of this.parts) {
      this.byName.set(part.name, part);
      if (!(part instanceof Repeat)) this.single.set(part.name, [part]);
    }
    this.flat = this.parts.some((part) => part instanceof Repeat) ? null : this.parts;
  }

  private make(plan: Plan): Part {
    const path = this.path === "" ? plan.name : `${this.path}/${plan.name}`;
    if (plan.kind === "repeat") return new Repeat(this.record, plan, this, path);
    return plan.kind === "leaf"
      ? new Question(this.record, plan, this, path)
      : new Group(this.record, plan, this, [path]);
  }

  part(name: string): Part | undefined {
    return this.byName.get(name);
  }

  below(): readonly Spot[] {
    return this.flat ?? this.parts.flatMap((part): readonly Spot[] => (part instanceof Repeat ? part.items.get() : [part]));
  }

  named(name: string): readonly Spot[] {
    const single = this.single.get(name);
    if (single) return single;
    const part = this.byName.get(name);
    return part instanceof Repeat ? part.items.get() : NONE;
  }

  text(): string {
    return this.below().map((spot) => spot.text()).join("");
  }

}

/** A repeat as a whole; its items are nodes of their own, beside it. */
export class Repeat extends Node {
  readonly leaf = false;
  readonly items: Source<readonly Group[]>;
  /** Items beyond the count: kept, and back when it grows. */
  readonly aside: Group[] = [];
  readonly count: Cell<number | null> | null;

  constructor(record: Record, plan: Plan, up: Group, path: string) {
    super(record, plan, up, path);
    this.items = new Source<readonly Group[]>([], this);
    const count = plan.node?.count;
    this.count =
      count && record.outside.live
        ? new Cell<number | null>(null, (before) => countOf(this, count) ?? before)
        : null;
  }

  below(): readonly Spot[] {
    return NONE;
  }

  named(): readonly Spot[] {
    return NONE;
  }

  text(): string {
    return "";
  }

  /** Puts an item in its place in the order; one that a draft holds as set aside goes there. */
  put(id: string, order: unknown): Group {
    const isAside = this.count !== null && typeof order === "number" && order < 0;
    const place = isAside ? asideOrder(order) : order;
    const item = new Group(this.record, this.plan, this.up, [`${this.path}/${id}`, id, place]);
    if (isAside) this.aside.splice(0, Infinity, ...sorted([...this.aside, item]));
    else this.items.set(sorted([...this.items.peek(), item]));
    return item;
  }
}

/** The order as a draft keeps it for an item beyond its repeat's count, and back. */
export function asideOrder(order: unknown): number {
  return typeof order === "number" ? -1 - order : -1;
}

/** A count beyond it is a mistake; it would make a phone stand still. */
const MOST_COUNTED = 1000;

/** How many items a count asks for; null where it is blank. */
export function countOf(repeat: Repeat, count: Expression): number | null {
  const context = contextOf(repeat.record, repeat);
  const number = Math.floor(asNumber(prepare(count)(context), context.now.offset));
  return Number.isFinite(number) ? Math.min(Math.max(0, number), MOST_COUNTED) : null;
}

function sorted(items: readonly Group[]): readonly Group[] {
  const orderOf = (item: Group): number => (typeof item.order === "number" ? item.order : Infinity);
  const numbersOf = (item: Group): number[] => (item.id ?? "").split("-").map(Number);
  return [...items].sort((left, right) => {
    const [a, b] = [orderOf(left), orderOf(right)];
    if (a !== b) return a - b;
    const [[device = 0, counter = 0], [other = 0, others = 0]] = [numbersOf(left), numbersOf(right)];
    return device - other || counter - others;
  });
}

function isSameSound(left: Sound, right: Sound): boolean {
  return left.kind === right.kind && isSame(left.value, right.value);
}

/** Whether two answers are the same. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  return left === right;
}

/** What holds the root. */
class Top implements Spot {
  readonly name = "";
  readonly up = null;
  readonly leaf = false;
  private readonly root: readonly Spot[];

  constructor(root: Spot) {
    this.root = [root];
  }

  below(): readonly Spot[] {
    return this.root;
  }

  named(name: string): readonly Spot[] {
    return this.root.filter((spot) => spot.name === name);
  }

  text(): string {
    return this.root.map((spot) => spot.text()).join("");
  }
}

/** A record of a form. */
export class Record implements World {
  readonly plan: FormPlan;
  readonly root: Group;
  readonly top: Spot;
  private readonly clock: Source<Moment>;
  private readonly day: Source<number>;
  readonly tongue: Source<string>;
  readonly random: () => number;
  /** What the form doesn't know. */
  readonly strange = new Map<string, unknown>();
  private readonly instances = new Map<string, Spot | null>();
  /** Nodes outside of repeats: they never change. */
  private readonly single = new Map<string, Spot | null>();

  constructor(
    readonly form: CompiledForm,
    readonly outside: Outside,
    now: Moment,
  ) {
    this.plan = planOf(form);
    this.clock = new Source(now);
    this.day = new Source(Math.floor(dayOf(now).days));
    this.tongue = new Source(form.languages[0] ?? "");
    this.random = outside.random;
    this.root = new Group(this, this.plan.root, null, [""]);
    this.top = new Top(this.root);
  }

  now(peek?: boolean): Moment {
    return peek === true ? this.clock.peek() : this.clock.getTimely();
  }

  today(): number {
    return this.day.getTimely();
  }

  /** Time has gone by. What asks for the day alone is asked again when it is another day. */
  tick(now: Moment): void {
    this.clock.set(now);
    this.day.set(Math.floor(dayOf(now).days));
  }

  at(path: string): Spot | null {
    let found = this.single.get(path);
    if (found === undefined) {
      const part = this.find(path);
      this.single.set(path, (found = part instanceof Repeat ? null : part));
    }
    return found;
  }

  /** The node at a concrete path. */
  find(path: string): Part | null {
    if (path === "") return this.root;
    let at: Part | null = this.root;
    for (const step of path.split("/")) {
      if (at instanceof Repeat) at = unnotedItems(at).find((item) => item.id === step) ?? null;
      else at = at instanceof Group ? (at.part(step) ?? null) : null;
      if (at === null) return null;
    }
    return at;
  }

  instance(id: string): Spot | null {
    let found = this.instances.get(id);
    if (found === undefined) this.instances.set(id, (found = this.instanceOf(id)));
    return found;
  }

  private instanceOf(id: string): Spot | null {
    const instances = this.form.instances ?? {};
    const instance = Object.hasOwn(instances, id) ? instances[id] : undefined;
    if (!instance) return null;
    if (!("last" in instance)) return listOf(instance);
    const before = new Record(this.form, { random: this.random, live: false, changed: null }, this.now(true));
    return unnoted(() => {
      before.fill(this.outside.last ?? {});
      return before.top;
    });
  }

  choiceName(value: string, spot: Spot, language: string | null): string {
    if (!(spot instanceof Question)) return "";
    const choices = spot.node.choices ?? spot.choices().shown;
    const found = choices.find((choice) => choice.v === value);
    return found ? filledIn(this.inLanguage(found.label, language), spot, language ?? this.tongue.get()).trim() : "";
  }

  words(id: string, language: string | null): string {
    const texts = this.form.texts ?? {};
    return Object.hasOwn(texts, id) ? this.inLanguage(texts[id]?.label ?? {}, language) : "";
  }

  private inLanguage(text: Readonly<{ [language: string]: string | undefined }>, language: string | null): string {
    return text[language ?? this.tongue.get()] ?? text[this.form.languages[0] ?? ""] ?? "";
  }

  /** Takes these values over; what the form doesn't know, and what lies in items that there aren't, is strange. */
  fill(values: Readonly<{ [path: string]: unknown }>): void {
    const entries = Object.entries(values).filter(([, value]) => !isEmpty(value));
    const items = entries.filter(([path]) => path.slice(path.lastIndexOf("/") + 1).includes("-"));
    // The outer ones first.
    items.sort(([left], [right]) => left.split("/").length - right.split("/").length);
    for (const [path, order] of items) {
      const cut = path.lastIndexOf("/");
      const repeat = this.find(path.slice(0, Math.max(0, cut)));
      if (repeat instanceof Repeat) repeat.put(path.slice(cut + 1), order);
      else this.strange.set(path, order);
    }
    for (const [path, value] of entries) {
      if (path.slice(path.lastIndexOf("/") + 1).includes("-")) continue;
      const found = this.find(path);
      if (found instanceof Question && found.node.t !== "note") found.raw.set(value);
      else this.strange.set(path, value);
    }
  }
}

function unnotedItems(repeat: Repeat): readonly Group[] {
  return [...repeat.items.peek(), ...repeat.aside];
}

/** Everything in a group, in the form's order; of repeats each item whole before the next. */
export function everything(group: Group): (Question | Repeat)[] {
  return group.parts.flatMap((part) => {
    if (part instanceof Question) return [part];
    if (part instanceof Group) return everything(part);
    return [part, ...part.items.peek().flatMap(everything)];
  });
}
