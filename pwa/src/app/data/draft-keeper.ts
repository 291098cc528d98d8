/** Keeping a draft: every answer is on the disk within a second of being given. */
import { batch, signal } from "@preact/signals";
import { same } from "../../shared/document";
import type { Values } from "../../shared/protocol";
import { StorageFull, type Draft, type Store } from "../../store";

/** How long typing may go on before it is written; choices are written at once. */
const PAUSE = 300;
/** How long until what a form that was left holds is written again after the phone had no room for it. */
const AGAIN = 10_000;

/** Whether two sets of answers differ, in whatever order they are held. */
export function differ(one: Values, other: Values): boolean {
  const paths = Object.keys(one);
  return paths.length !== Object.keys(other).length || paths.some((path) => !same(one[path], other[path]));
}

export type Keeping = "kept" | "writing" | "full" | "failed";

/** Gets the answers on the screen onto the disk, in order, one write at a time. */
export class DraftKeeper {
  readonly state = signal<Keeping>("kept");
  /** When the latest write ended: ISO 8601. */
  readonly keptAt = signal<string | null>(null);
  /** The draft is gone: it was sent or thrown away in another tab. */
  readonly gone = signal(false);
  /** What the screen holds: read whenever it is written. */
  values: () => Values;
  /** Another tab wrote other answers, and there are no newer ones here. */
  onOther: (values: Values) => void = () => undefined;
  private position: string | null;
  private dirty = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<void> | null = null;
  private stopListening: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    readonly draft: Draft,
  ) {
    this.values = () => draft.values;
    this.keptAt.value = draft.updated;
    this.position = typeof draft.position === "string" ? draft.position : null;
    this.listen();
  }

  /** Follows what other tabs write, until `stop`. */
  listen(): void {
    this.stopListening ??= this.store.subscribe((changes) => {
      if (changes.has("drafts")) void this.look();
    });
  }

  /** An answer was given at this question. `soon`: more is likely to follow at once. */
  changed(path: string, soon: boolean): void {
    if (this.state.peek() === "kept") this.state.value = "writing";
    this.touch(path, soon);
  }

  /** The person is at this question now. It is written with the rest, and no answer waits for it: 'kept' still holds. */
  at(path: string): void {
    if (path !== this.position) this.touch(path, true);
  }

  private touch(path: string, soon: boolean): void {
    this.position = path;
    this.dirty = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), soon ? PAUSE : 0);
  }

  /** Resolves when everything on the screen is on the disk, or when `state` says why it is not. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.dirty || this.writing) {
      this.writing ??= this.write().finally(() => {
        this.writing = null;
      });
      await this.writing;
      if (this.state.peek() === "full" || this.state.peek() === "failed") return;
    }
  }

  /** Resolves when everything on the screen is on the disk, however long that takes. */
  async kept(): Promise<void> {
    await this.flush();
    while (this.isUnsaved()) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      await this.flush();
    }
  }

  /** The draft was thrown away: nothing of it is written any more. */
  drop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.dirty = false;
  }

  private async write(): Promise<void> {
    this.dirty = false;
    const updated = this.store.localNow();
    try {
      await this.store.saveDraft({ ...this.draft, values: this.values(), position: this.position, updated });
      batch(() => {
        this.keptAt.value = updated;
        if (!this.dirty) this.state.value = "kept";
      });
    } catch (error) {
      this.dirty = true;
      this.state.value = error instanceof StorageFull ? "full" : "failed";
    }
  }

  /** Another tab may have written the same draft: show its answers unless there are newer ones here. */
  private async look(): Promise<void> {
    if (this.isUnsaved()) return;
    const draft = await this.store.draft(this.draft.id);
    if (this.isUnsaved()) return;
    if (!draft) this.gone.value = true;
    else if (differ(this.values(), draft.values)) this.onOther(draft.values);
  }

  /** Whether closing the page now would lose something. */
  isUnsaved(): boolean {
    return this.dirty || this.writing !== null;
  }

  stop(): void {
    this.stopListening?.();
    this.stopListening = null;
    if (this.dirty) void this.flush();
  }
}
