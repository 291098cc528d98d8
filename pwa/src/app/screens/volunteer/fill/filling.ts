/** A form while somebody fills it in: the runtime's session, what the screen knows beside it, and how both change. */
import { batch, computed, signal } from "@preact/signals";
import type { CompiledForm } from "../../../../shared/form";
import type { Value, Values } from "../../../../shared/protocol";
import { Session, type Found, type Shown, type Surroundings } from "../../../../forms";
import { language } from "../../../i18n";
import type { Notes } from "../../../data/notes";
import { Reopened } from "./reopened";
import { whereAmI } from "./where";

/** What is told of a question that has something wrong with it. */
export interface Telling {
  /** Questions that the person has left: what they typed there is spoken of. */
  readonly left: ReadonlySet<string>;
  /** Questions of pages that the person wanted to leave: what is missing there, too. */
  readonly asked: ReadonlySet<string>;
  /** 'Finish' was pressed: of everything. */
  readonly all: boolean;
}

export interface Begun {
  readonly form: CompiledForm;
  readonly around: Surroundings;
  /** A draft's answers; null: a new record is begun. */
  readonly values: Values | null;
  /** The answers that an edit was begun on; an answer that was right then isn't refused because time went by. */
  readonly base?: Values | null;
  /** Remarks by path: where there are any, only these questions are open. */
  readonly notes?: Notes;
  /** Called after each change, with the question; `soon`: more is likely to follow at once. */
  readonly changed: (path: string, soon: boolean) => void;
}

export class Filling {
  readonly form: CompiledForm;
  readonly view = signal<readonly Shown[]>([]);
  readonly telling = signal<Telling>({ left: new Set(), asked: new Set(), all: false });
  /** Items of repeats that the person has opened or closed; the others are as many as there is room for. */
  readonly opened = signal<ReadonlyMap<string, boolean>>(new Map());
  /** Paths of what is wrong with what is shown, in its order. */
  readonly wrong = computed(() => wrongIn(this.view.value).map((found) => found.path));
  readonly progress = signal({ answered: 0, asked: 0 });
  /** The language of the form's texts: the app's where the form has it, until the person chooses. */
  readonly tongue = computed(() => this.chosen.value ?? tongueOf(this.form));
  private readonly chosen = signal<string | null>(null);
  private session: Session;
  private readonly reopened: Reopened | null;

  constructor(private readonly begun: Begun) {
    this.form = begun.form;
    const { form, values, base } = begun;
    this.session = values === null ? Session.begin(form, this.around()) : Session.resume(form, values, this.around(), base);
    this.reopened = begun.notes && Object.keys(begun.notes).length > 0 ? new Reopened(begun.notes, this.session.view()) : null;
    this.look();
  }

  get values(): Values {
    return this.session.values;
  }

  /** What is sent. */
  submission(): Values {
    return this.session.submission();
  }

  speak(tongue: string): void {
    this.chosen.value = tongue;
  }

  answer(path: string, value: Value | null, soon: boolean): void {
    this.session.answer(path, value);
    batch(() => {
      this.look();
      if (!soon) this.leave(path);
    });
    this.begun.changed(path, soon);
  }

  /** Adds an item and opens it; gives its path. */
  add(repeat: string): string {
    const item = `${repeat}/${this.session.addItem(repeat)}`;
    batch(() => {
      this.look();
      this.open(item, true);
    });
    this.begun.changed(item, false);
    return item;
  }

  remove(item: string): void {
    this.session.removeItem(item);
    this.look();
    this.begun.changed(item.slice(0, item.lastIndexOf("/")), false);
  }

  open(item: string, open: boolean): void {
    this.opened.value = new Map([...this.opened.peek(), [item, open]]);
  }

  /** Opens every item around a question. */
  reveal(path: string): void {
    const steps = path.split("/");
    const items = steps.flatMap((step, index) => (step.includes("-") ? [steps.slice(0, index + 1).join("/")] : []));
    if (items.length) this.opened.value = new Map([...this.opened.peek(), ...items.map((item) => [item, true] as const)]);
  }

  leave(path: string): void {
    const { left, ...rest } = this.telling.peek();
    if (!left.has(path)) this.telling.value = { ...rest, left: new Set([...left, path]) };
  }

  /** From now on what is missing here is told. */
  ask(paths: readonly string[]): void {
    const { asked, ...rest } = this.telling.peek();
    this.telling.value = { ...rest, asked: new Set([...asked, ...paths]) };
  }

  askAll(): void {
    this.telling.value = { ...this.telling.peek(), all: true };
  }

  /** Another tab wrote other answers. */
  take(values: Values): void {
    this.session = Session.resume(this.form, values, this.around(), this.begun.base);
    this.look();
  }

  private look(): void {
    batch(() => {
      const view = this.session.view();
      this.view.value = this.reopened ? this.reopened.over(view) : view;
      this.progress.value = this.session.progress;
    });
  }

  private around(): Surroundings {
    return { ...this.begun.around, language: () => this.tongue.peek(), locate: (path) => this.locate(path) };
  }

  /** A form that asks where the phone is: the answer comes later, or not at all, and it is filled in without it. */
  private locate(path: string): void {
    whereAmI().then(
      (point) => {
        if (!this.session.asks(path)) return;
        this.session.answer(path, point);
        this.look();
        this.begun.changed(path, false);
      },
      () => undefined,
    );
  }
}

function tongueOf(form: CompiledForm): string {
  return form.languages.includes(language.value) ? language.value : (form.languages[0] ?? "vi");
}

/** Everything wrong with what is shown, in its order. */
export function wrongIn(view: readonly Shown[]): Found[] {
  return view.flatMap((shown) => [
    ...(shown.violation ? [shown.violation] : []),
    ...wrongIn(shown.children ?? []),
    ...(shown.items ?? []).flatMap((item) => wrongIn(item.children)),
  ]);
}

/** Whether what is wrong with this question is said now. */
export function isTold(telling: Telling, shown: Pick<Shown, "path" | "value">): boolean {
  return telling.all || telling.asked.has(shown.path) || (telling.left.has(shown.path) && shown.value !== undefined);
}
