/** Lists beside the record (secondary instances), as nodes; a table's columns are indexed when they are first asked for. */

import type { Spot } from "./results";
import type { Element, Instance, Row as Cells } from "../shared/form";

const NONE: readonly Spot[] = [];

/** A node that holds a text. */
export class Leaf implements Spot {
  readonly leaf = true;

  constructor(
    readonly name: string,
    readonly up: Spot | null,
    private readonly held: string,
    readonly place?: number,
  ) {}

  below(): readonly Spot[] {
    return NONE;
  }

  named(): readonly Spot[] {
    return NONE;
  }

  text(): string {
    return this.held;
  }
}

/** A node that holds nodes. */
abstract class Holder implements Spot {
  readonly leaf = false;
  abstract readonly name: string;
  abstract readonly up: Spot | null;
  private found: readonly Spot[] | null = null;

  protected abstract make(): readonly Spot[];

  below(): readonly Spot[] {
    return (this.found ??= this.make());
  }

  named(name: string): readonly Spot[] {
    return this.below().filter((spot) => spot.name === name);
  }

  text(): string {
    return this.below().map((spot) => spot.text()).join("");
  }
}

/** What holds the root of a list. */
class Top extends Holder {
  readonly name = "";
  readonly up = null;

  constructor(private readonly root: (up: Spot) => Spot) {
    super();
  }

  protected make(): readonly Spot[] {
    return [this.root(this)];
  }
}

type TableInstance = Extract<Instance, { rows: unknown }>;

class Table extends Holder {
  readonly name: string;
  readonly columns: ReadonlyMap<string, number>;
  private readonly indexes = new Map<string, ReadonlyMap<string, readonly Spot[]>>();

  constructor(
    readonly table: TableInstance,
    readonly up: Spot,
  ) {
    super();
    this.name = table.root;
    this.columns = new Map(table.cols.map((column, place) => [column, place]));
  }

  protected make(): readonly Spot[] {
    return this.table.rows.map((cells, place) => new TableRow(this, cells, place));
  }

  override named(name: string): readonly Spot[] {
    return name === this.table.item ? this.below() : NONE;
  }

  having(name: string, column: string, text: string): readonly Spot[] {
    return name === this.table.item ? (this.indexOf(column).get(text) ?? NONE) : NONE;
  }

  private indexOf(column: string): ReadonlyMap<string, readonly Spot[]> {
    const known = this.indexes.get(column);
    if (known) return known;
    const index = new Map<string, Spot[]>();
    const at = this.columns.get(column);
    this.below().forEach((row, place) => {
      const text = at === undefined ? null : this.table.rows[place]?.[at];
      if (text === null || text === undefined) return;
      const rows = index.get(text);
      if (rows) rows.push(row);
      else index.set(text, [row]);
    });
    this.indexes.set(column, index);
    return index;
  }
}

class TableRow extends Holder {
  readonly name: string;

  constructor(
    readonly up: Table,
    private readonly cells: Cells,
    readonly place: number,
  ) {
    super();
    this.name = up.table.item;
  }

  protected make(): readonly Spot[] {
    return this.up.table.cols.flatMap((column, place) => {
      const text = this.cells[place];
      return text === null || text === undefined ? [] : [new Leaf(column, this, text, place)];
    });
  }
}

class Twig extends Holder {
  readonly name: string;

  constructor(
    private readonly element: Element,
    readonly up: Spot,
    readonly place: number,
  ) {
    super();
    this.name = element[0];
  }

  protected make(): readonly Spot[] {
    const [, content] = this.element;
    return typeof content === "string" ? NONE : content.map((child, place) => twig(child, this, place));
  }

  attribute(name: string): string | undefined {
    return attributeOf(this.element, name);
  }
}

class TwigLeaf extends Leaf {
  constructor(
    private readonly element: Element,
    up: Spot,
    place: number,
  ) {
    super(element[0], up, typeof element[1] === "string" ? element[1] : "", place);
  }

  attribute(name: string): string | undefined {
    return attributeOf(this.element, name);
  }
}

function twig(element: Element, up: Spot, place: number): Spot {
  return typeof element[1] === "string" ? new TwigLeaf(element, up, place) : new Twig(element, up, place);
}

function attributeOf([, , attributes]: Element, name: string): string | undefined {
  return attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** What holds the root of a list. */
export function listOf(instance: Exclude<Instance, { last: true }>): Spot {
  return new Top((up) => ("rows" in instance ? new Table(instance, up) : twig(instance.tree, up, 0)));
}
