/** A record while it is filled in: what is shown, what is wrong, what would be sent. */

import type { Action, CompiledForm, FormNode, Meta, StartItem } from "../shared/form";
import type { Value, Values } from "../shared/protocol";
import { Cell, unnoted } from "./cells";
import { contextOf, prepare } from "./evaluate";
import { uuid } from "./functions";
import { dayOf, inZone, showDay } from "./moments";
import { isRepeatable, type Plan } from "./plan";
import { asideOrder, everything, Group, isSame, Question, Record, Repeat } from "./record";
import { isEmpty } from "./empty";
import { valueOf } from "./values";
import { answersIn, found, Viewer, type Found, type Shown } from "./view";

export type { Found, Shown, ShownChoice, ShownItem } from "./view";

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
  /** The form sets this question to where the phone is: `answer` tells it later, while `asks` says that it is still there. */
  readonly locate?: (path: string) => void;
  /** The record of this form that was saved last. */
  readonly last?: Values;
}

/** A record that is being filled in. */
export class Session {
  private readonly record: Record;
  private readonly viewer: Viewer;
  private readonly differs = new WeakMap<Question | Repeat, Cell<boolean>>();
  /** Questions that set others off, with what they said before. */
  private readonly said = new Map<Question, string>();
  private active: { readonly calculated: readonly Question[]; readonly counted: readonly Repeat[] } | null = null;
  private kept: Values | null = null;
  private isLoaded = false;

  private constructor(
    readonly form: CompiledForm,
    private readonly around: Surroundings,
    private readonly base: Values | null,
  ) {
    const outside = {
      random: around.random,
      last: around.last,
      live: true,
      changed: base && ((place: Question | Repeat) => this.isChanged(place)),
    };
    this.record = new Record(form, outside, inZone(around.now(), around.zone));
    this.viewer = new Viewer(this.record);
    this.speak();
  }

  /** A new record: defaults, what the form sets first, the items that it begins with, calculations. */
  static begin(form: CompiledForm, around: Surroundings): Session {
    const session = new Session(form, around, null);
    session.start(session.record.root);
    session.act(["first", "load"]);
    session.loaded();
    return session;
  }

  /**
   * A draft or a record. `base`: the values that an edit was begun on; then an answer that was right when it was written
   * isn't refused because time went by.
   */
  static resume(form: CompiledForm, values: Values, around: Surroundings, base?: Values | null): Session {
    const session = new Session(form, around, base ?? null);
    session.record.fill(values);
    for (const question of session.questions()) {
      // What only chance or the clock decides is not decided again, and what somebody wrote over stays.
      question.keeps = question.raw.peek() !== null && (isOpen(question.node) || (question.node.calculate !== undefined && !isRepeatable(question.node.calculate)));
    }
    session.act(["load"]);
    session.loaded();
    return session;
  }

  private loaded(): void {
    this.settle();
    this.isLoaded = true;
    for (const question of this.questions()) this.watch(question);
  }

  /** Everything, also the answers of hidden questions: what a draft keeps. */
  get values(): Values {
    this.kept ??= this.everything(true);
    return this.kept;
  }

  /** The same without items beyond their repeat's count, which only a draft keeps. */
  get inUse(): Values {
    return this.everything(false);
  }

  private everything(aside: boolean): Values {
    const values: { [path: string]: Value } = {};
    const add = (group: Group): void => {
      for (const part of group.parts) {
        if (part instanceof Group) add(part);
        else if (part instanceof Repeat) {
          for (const item of [...part.items.peek(), ...(aside ? part.aside : [])]) {
            values[item.path] = part.aside.includes(item) ? asideOrder(item.order) : (item.order as Value);
            add(item);
          }
        } else {
          const raw = part.raw.peek() as Value | null;
          if (raw !== null) values[part.path] = raw;
        }
      }
    };
    add(this.record.root);
    for (const [path, value] of this.record.strange) values[path] = value as Value;
    return values;
  }

  /** Whether there is such a question now: an item may have been taken away. */
  asks(path: string): boolean {
    return this.record.find(path) instanceof Question;
  }

  /** An answer is given; null clears it. Throws for a path that is no question. */
  answer(path: string, value: Value | null): void {
    const question = this.record.find(path);
    if (!(question instanceof Question)) throw new RangeError(`'${path}' is no question of the form`);
    this.tick();
    question.raw.set(isEmpty(value) ? null : value);
    this.settle();
  }

  /** Adds an item to the repeat at this path; gives the item's id. */
  addItem(repeat: string): string {
    const found = this.record.find(repeat);
    if (!(found instanceof Repeat)) throw new RangeError(`'${repeat}' is no repeat of the form`);
    this.tick();
    const item = this.grow(found);
    this.settle();
    return item.id ?? "";
  }

  /** Takes an item away with all that is in it. */
  removeItem(path: string): void {
    const item = this.record.find(path);
    const repeat = this.record.find(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    if (!(item instanceof Group) || !(repeat instanceof Repeat)) throw new RangeError(`'${path}' is no item`);
    this.tick();
    repeat.items.set(repeat.items.peek().filter((each) => each !== item));
    for (const place of everything(item)) if (place instanceof Question) this.said.delete(place);
    this.restructured();
    this.settle();
  }

  /** What is shown now; what did not change since keeps its identity. */
  view(): readonly Shown[] {
    this.speak();
    return this.viewer.all();
  }

  /** What is wrong with everything that is shown, in the form's order. */
  violations(): readonly Found[] {
    this.tick();
    return this.viewer.all().flatMap(found);
  }

  /** What is sent: the answers of what is relevant. */
  submission(): Values {
    this.tick();
    const values: { [path: string]: Value } = {};
    for (const place of everything(this.record.root)) {
      if (!place.relevant()) continue;
      if (place instanceof Repeat) {
        for (const item of place.items.peek()) if (item.relevant()) values[item.path] = item.order as Value;
        continue;
      }
      const value = place.node.meta === "end" ? this.stamp() : (place.answer().value as Value | null);
      if (value !== null) values[place.path] = value;
    }
    return values;
  }

  /** Of the questions that are shown, how many there are and how many have an answer. */
  get progress(): { answered: number; asked: number } {
    const asked = this.viewer.all().flatMap(answersIn);
    return { answered: asked.filter((shown) => shown.value !== undefined).length, asked: asked.length };
  }

  private questions(): Question[] {
    return everything(this.record.root).filter((place) => place instanceof Question);
  }

  /** Time has gone by, and another language may have been chosen. */
  private tick(): void {
    this.record.tick(inZone(this.around.now(), this.around.zone));
    this.speak();
  }

  private speak(): void {
    const language = this.around.language?.();
    if (language !== undefined) this.record.tongue.set(language);
  }

  private stamp(): string {
    const moment = this.record.now(true);
    return showDay(dayOf(moment), moment.offset);
  }

  private restructured(): void {
    this.active = null;
  }

  /** What a group or item begins with; `item` says what an item of a new record has of its own. */
  private start(group: Group, item?: StartItem): void {
    const base = group.plan.path === "" ? "" : `${group.plan.path}/`;
    for (const place of everything(group)) {
      const given = item?.[place.plan.path.slice(base.length)];
      if (place instanceof Repeat) {
        const items = item ? ((given ?? []) as readonly StartItem[]) : (place.plan.node?.start ?? []);
        // A count makes its items by itself; those that hold something are the first of them.
        if (place.count && !items.some((inner) => Object.keys(inner).length > 0)) continue;
        for (const inner of items) this.add(place, inner);
        continue;
      }
      const value = given ?? place.node.default ?? this.known(place.node.meta);
      if (!isEmpty(value)) place.raw.set(value);
    }
  }

  /** What is known without asking when a record begins. */
  private known(meta: Meta | undefined): string | undefined {
    const { about } = this.around;
    switch (meta) {
      case "start":
        return this.stamp();
      case "today":
        return this.stamp().slice(0, 10);
      case "instanceID":
        return `uuid:${uuid(this.around.random)}`;
      case "deviceid":
      case "username":
      case "email":
      case "phonenumber":
        return about?.[meta];
      default:
        return undefined;
    }
  }

  /** A new item at the end, with what it begins with. */
  private add(repeat: Repeat, begun?: StartItem): Group {
    const orders = [...repeat.items.peek(), ...repeat.aside].map(({ order }) => (typeof order === "number" ? order : 0));
    const item = repeat.put(this.around.newItem(), Math.floor(Math.max(0, ...orders)) + 1);
    this.start(item, begun);
    this.restructured();
    return item;
  }

  private grow(repeat: Repeat): Group {
    const item = this.add(repeat);
    if (this.isLoaded) {
      this.act(["item"], item);
      for (const place of everything(item)) if (place instanceof Question) this.watch(place);
    }
    return item;
  }

  /** Runs what the form sets at these moments, in its order. */
  private act(moments: readonly Action["on"][], group: Group = this.record.root): void {
    for (const place of everything(group)) {
      if (!(place instanceof Question)) continue;
      for (const action of place.node.set ?? []) if (moments.includes(action.on)) this.run(action, place);
    }
  }

  private run(action: Action, question: Question): void {
    if (!question.relevant()) return;
    if (action.here) this.around.locate?.(question.path);
    if (!action.value) return;
    const run = prepare(action.value);
    const context = contextOf(this.record, question);
    question.raw.set(valueOf(question.node, unnoted(() => run(context)), context.now.offset));
  }

  /** Until nothing follows from anything any more. */
  private settle(): void {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { calculated, counted } = (this.active ??= this.activeNow());
      let rests = true;
      for (const repeat of counted) if (this.countOut(repeat)) rests = false;
      for (const question of calculated) question.calculated?.settle();
      if (this.triggered()) rests = false;
      if (rests) break;
    }
    this.kept = null;
  }

  private activeNow(): { calculated: readonly Question[]; counted: readonly Repeat[] } {
    const places = everything(this.record.root);
    return {
      calculated: places.filter((place) => place instanceof Question).filter((question) => question.calculated),
      counted: places.filter((place) => place instanceof Repeat).filter((repeat) => repeat.count),
    };
  }

  /**
   * As many items as the form counts; a blank count changes nothing. Those beyond are set aside with all that is in them; they
   * come back first.
   */
  private countOut(repeat: Repeat): boolean {
    const items = repeat.items.peek();
    const wanted = repeat.count?.get() ?? null;
    if (wanted === null || wanted === items.length) return false;
    if (wanted < items.length) {
      repeat.aside.unshift(...items.slice(wanted));
      repeat.items.set(items.slice(0, wanted));
    } else {
      const back = repeat.aside.splice(0, wanted - items.length);
      repeat.items.set([...items, ...back]);
      for (let more = items.length + back.length; more < wanted; more++) this.grow(repeat);
    }
    this.restructured();
    return true;
  }

  /** Notices what questions say that others are set off by. */
  private watch(question: Question): void {
    if (this.triggers.has(question.plan.path)) this.said.set(question, question.text());
  }

  private get triggers(): ReadonlyMap<string, readonly Plan[]> {
    return triggersOf(this.record);
  }

  private triggered(): boolean {
    let any = false;
    for (const [question, before] of [...this.said]) {
      const now = question.text();
      if (now === before) continue;
      this.said.set(question, now);
      for (const plan of this.triggers.get(question.plan.path) ?? []) {
        for (const target of targetsOf(question, plan)) {
          for (const action of target.node.set ?? []) {
            if (action.on === "change" && action.of === question.plan.path) this.run(action, target);
          }
        }
      }
      any = true;
    }
    return any;
  }

  /** Whether what would be sent differs from what an edit was begun on. */
  private isChanged(place: Question | Repeat): boolean {
    let cell = this.differs.get(place);
    if (!cell) {
      const base = this.base ?? {};
      cell = new Cell<boolean>(false, () => {
        if (place instanceof Question) {
          return !isSame(place.relevant() ? (place.answer().value ?? null) : null, base[place.path] ?? null);
        }
        const start = `${place.path}/`;
        const before = Object.keys(base).filter((path) => path.startsWith(start) && !path.slice(start.length).includes("/"));
        const now = place.relevant() ? place.items.get() : [];
        return before.length !== now.length || now.some((item) => base[item.path] !== item.order);
      });
      this.differs.set(place, cell);
    }
    return cell.get();
  }
}

/** Circles of triggers and counts end here. */
const MOST_ROUNDS = 50;

/** Whether somebody may write over what was worked out. */
function isOpen(node: FormNode): boolean {
  return node.t !== "calculate" && node.t !== "hidden" && !node.readonly;
}

const triggers = new WeakMap<CompiledForm, ReadonlyMap<string, readonly Plan[]>>();

/** The places that a question sets off, by its path. */
function triggersOf(record: Record): ReadonlyMap<string, readonly Plan[]> {
  let known = triggers.get(record.form);
  if (!known) {
    const made = new Map<string, Plan[]>();
    for (const plan of record.plan.all) {
      const sources = (plan.node?.set ?? []).flatMap((action) => (action.on === "change" && action.of ? [action.of] : []));
      for (const source of new Set(sources)) made.set(source, [...(made.get(source) ?? []), plan]);
    }
    triggers.set(record.form, (known = made));
  }
  return known;
}

/** The nodes of a place that share their items with a question, as far as they have the same repeats around them. */
function targetsOf(question: Question, plan: Plan): Question[] {
  let around: Group = question.record.root;
  for (let at = question.up; at; at = at.up) {
    if (at.plan.path === "" || `${plan.path}/`.startsWith(`${at.plan.path}/`)) {
      around = at;
      break;
    }
  }
  return everything(around).filter((place) => place instanceof Question).filter((place) => place.plan === plan);
}
