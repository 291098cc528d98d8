/** Our runtime's state by place, as engine.ts gives that of ODK's. */

import type { Session, Shown } from "../../src/forms";
import type { FormNode } from "../../src/shared/form";
import type { Value, Values } from "../../src/shared/protocol";

/** Where the items of repeats are: path with ids to place with numbers, and back. */
export class Items {
  private readonly numbered = new Map<string, string>();
  private readonly named = new Map<string, string>();

  constructor(values: Values) {
    const around = new Map<string, { path: string; order: number }[]>();
    for (const [path, order] of Object.entries(values)) {
      const [, repeat, id] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
      if (repeat === undefined || !id?.includes("-") || typeof order !== "number") continue;
      around.set(repeat, [...(around.get(repeat) ?? []), { path, order }]);
    }
    // outer repeats first, so that an item's own place is known before those in it
    for (const repeat of [...around.keys()].sort((a, b) => a.length - b.length)) {
      const items = around.get(repeat) ?? [];
      items.sort((a, b) => a.order - b.order || (a.path < b.path ? -1 : 1));
      items.forEach(({ path }, number) => {
        const place = `${this.place(repeat)}/${number}`;
        this.numbered.set(path, place);
        this.named.set(place, path);
      });
    }
  }

  /** 'rooms/17-5/bed' to 'rooms/0/bed'. */
  place(path: string): string {
    return replaceLongest(path, this.numbered);
  }

  /** 'rooms/0/bed' to 'rooms/17-5/bed'. */
  path(place: string): string {
    return replaceLongest(place, this.named);
  }
}

function replaceLongest(path: string, table: ReadonlyMap<string, string>): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const found = table.get(path.slice(0, end));
    if (found !== undefined) return found + path.slice(end);
  }
  return path;
}

/** The form's path of a place: without the items' numbers. */
export function fieldOf(place: string): string {
  return place
    .split("/")
    .filter((part) => !/^\d+$/.test(part))
    .join("/");
}

/** What is shown, by place. */
export function shownByPlace(view: readonly Shown[], items: Items): Map<string, Shown> {
  const found = new Map<string, Shown>();
  const visit = (shown: readonly Shown[]): void => {
    for (const each of shown) {
      found.set(items.place(each.path), each);
      visit(each.children ?? []);
      for (const item of each.items ?? []) visit(item.children);
    }
  };
  visit(view);
  return found;
}

/** What would be sent, by place. */
export function sentByPlace(session: Session, items: Items): Map<string, Value> {
  return new Map(Object.entries(session.submission()).map(([path, value]) => [items.place(path), value]));
}

/** A value as the XForm's instance has it. */
export function asText(node: FormNode | undefined, value: Value | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return value.join(" ");
  return node?.t === "decimal" || node?.type === "decimal" ? String(Number(value)) : String(value);
}
