/**
 * Values that follow others. A cell notes what it reads while it works, and works again only when something of that has
 * changed and somebody asks for it: an answer costs what depends on it.
 */

/** What a cell can read. */
export interface Readable {
  /** Whose value it is, where somebody wants to know what was read. */
  readonly owner: unknown;
  readonly readers: Set<Cell<unknown>>;
  settle(): void;
}

const CLEAN = 0;
/** Something that it read may have changed. */
const DOUBTFUL = 1;
const STALE = 2;
type State = typeof CLEAN | typeof DOUBTFUL | typeof STALE;

let reading: Cell<unknown> | null = null;

/** What `work` gives, without noting what it reads. */
export function unnoted<T>(work: () => T): T {
  const outer = reading;
  reading = null;
  try {
    return work();
  } finally {
    reading = outer;
  }
}

/** A value that is set. */
export class Source<T> implements Readable {
  readonly readers = new Set<Cell<unknown>>();

  constructor(
    private held: T,
    readonly owner: unknown = null,
  ) {}

  get(): T {
    reading?.note(this);
    return this.held;
  }

  /** As `get`, but what works without regard to time doesn't note it. */
  getTimely(): T {
    return reading?.timeless === true ? this.held : this.get();
  }

  peek(): T {
    return this.held;
  }

  set(value: T): void {
    if (Object.is(value, this.held)) return;
    this.held = value;
    for (const reader of [...this.readers]) reader.doubt(STALE);
  }

  settle(): void {
    // It always is.
  }
}

/** A value that is worked out. In a circle it is what it was before. */
export class Cell<T> implements Readable {
  readonly readers = new Set<Cell<unknown>>();
  /** Doesn't change because time goes by. */
  timeless = false;
  private sources = new Set<Readable>();
  private state: State = STALE;
  /** It works just now. */
  running = false;

  constructor(
    private held: T,
    private readonly work: (before: T) => T,
    private readonly same: (left: T, right: T) => boolean = Object.is,
    readonly owner: unknown = null,
  ) {}

  get(): T {
    this.settle();
    if (reading !== this) reading?.note(this);
    return this.held;
  }

  /** Whose values it read when it last worked. */
  reads(): unknown[] {
    return [...this.sources].flatMap((source) => (source.owner === null ? [] : [source.owner]));
  }

  note(source: Readable): void {
    this.sources.add(source);
    source.readers.add(this as Cell<unknown>);
  }

  /** It, and with it all that follows from it, may be another. */
  doubt(state: State): void {
    if (this.state >= state) return;
    const wasClean = this.state === CLEAN;
    this.state = state;
    // Without recursion, since calculations can follow each other by the thousand.
    const waiting: Cell<unknown>[] = wasClean ? [...this.readers] : [];
    for (let cell = waiting.pop(); cell; cell = waiting.pop()) {
      if (cell.state !== CLEAN) continue;
      cell.state = DOUBTFUL;
      waiting.push(...cell.readers);
    }
  }

  settle(): void {
    if (this.running || this.state === CLEAN) return;
    if (this.state === DOUBTFUL) {
      for (const source of this.sources) {
        source.settle();
        if (this.isStale()) break;
      }
    }
    if (this.isStale()) this.run();
    else this.state = CLEAN;
  }

  private isStale(): boolean {
    return this.state === STALE;
  }

  private run(): void {
    for (const source of this.sources) source.readers.delete(this as Cell<unknown>);
    this.sources = new Set();
    const outer = reading;
    reading = this as Cell<unknown>;
    this.running = true;
    try {
      const next = this.work(this.held);
      this.state = CLEAN;
      if (this.same(next, this.held)) return;
      this.held = next;
      for (const reader of [...this.readers]) reader.doubt(STALE);
    } finally {
      reading = outer;
      this.running = false;
    }
  }
}
