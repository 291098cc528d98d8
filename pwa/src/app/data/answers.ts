/** A record's answers as its form shows them. It runs the form, so no screen that opens first may need it. */
import type { CompiledForm, FormNode } from "../../shared/form";
import { fieldOf } from "../../shared/positions";
import type { Value, Values } from "../../shared/protocol";
import { Session, walk, type Shown } from "../../forms";
import { plain, type Choices } from "./values";

/** A question, or the head of an item, as it is listed. */
export interface Row {
  /** Where the answer is, with the ids of items. */
  readonly path: string;
  readonly label: string;
  /** How many repeats are around it. */
  readonly depth: number;
  /** Null: the head of an item of a repeat. */
  readonly node: FormNode | null;
  readonly value: Value | undefined;
  readonly choices: Choices | undefined;
}

const LOOKING = { newItem: () => "1-1", random: () => 0 };

/** What a form shows of these values: by path. */
export function shownOf(form: CompiledForm, values: Values, now: Date): ReadonlyMap<string, Shown> {
  const found = new Map<string, Shown>();
  const add = (shown: readonly Shown[]): void => {
    for (const each of shown) {
      found.set(each.path, each);
      add(each.children ?? []);
      for (const item of each.items ?? []) add(item.children);
    }
  };
  add(Session.resume(form, values, { ...LOOKING, now: () => now }).view());
  return found;
}

/** Ids of the items of a repeat in their order. */
export function itemsOf(values: Values, repeat: string): string[] {
  const before = `${repeat}/`;
  const ids = Object.keys(values).filter((path) => path.startsWith(before) && /^\d+-\d+$/.test(path.slice(before.length)));
  const place = (path: string): number => (typeof values[path] === "number" ? values[path] : 0);
  const last = (path: string): number => Number(path.slice(path.lastIndexOf("-") + 1));
  return ids.sort((one, other) => place(one) - place(other) || last(one) - last(other)).map((path) => path.slice(before.length));
}

/** Every question of the form for these values, item by item, answered or not. */
export function rowsOf(form: CompiledForm, values: Values, now: Date): Row[] {
  const shown = shownOf(form, values, now);
  const rows = (nodes: readonly FormNode[], field: string, place: string, depth: number): Row[] =>
    nodes.flatMap((node): Row[] => {
      const path = place + node.path.slice(field.length);
      const here = shown.get(path);
      const label = plain(here?.label ?? node.label) || node.name;
      if (node.t === "group") return rows(node.children ?? [], field, place, depth);
      if (node.t === "repeat") {
        return itemsOf(values, path).flatMap((id, index): Row[] => {
          const item = `${path}/${id}`;
          const head = { path: item, label: `${label} ${index + 1}`, depth, node: null, value: undefined, choices: undefined };
          return [head, ...rows(node.children ?? [], node.path, item, depth + 1)];
        });
      }
      return node.pos === undefined ? [] : [{ path, label, depth, node, value: values[path], choices: here?.choices ?? node.choices }];
    });
  return rows(form.nodes, "", "", 0);
}

/** What is known of a path, in items too. */
export interface Described {
  readonly node: FormNode | undefined;
  readonly label: string;
  readonly choices: Choices | undefined;
  /** As the form shows it, where it shows it. */
  readonly shown: Shown | undefined;
}

/** Describes the paths of a form over these values: for lists of changes, conflicts and what is held. */
export function describer(form: CompiledForm, values: Values, now: Date): (path: string) => Described {
  const shown = shownOf(form, values, now);
  const nodes = new Map(walk([...form.nodes, ...(form.hidden ?? [])]).map((node) => [node.path, node]));
  const itemWords = (item: string): string => {
    const repeat = item.slice(0, item.lastIndexOf("/"));
    const place = itemsOf(values, repeat).indexOf(item.slice(repeat.length + 1));
    const label = plain(nodes.get(fieldOf(repeat))?.label) || repeat;
    return place < 0 ? label : `${label} ${place + 1}`;
  };
  return (path) => {
    const node = nodes.get(fieldOf(path));
    const here = shown.get(path);
    const steps = path.split("/");
    const around = steps.flatMap((step, index) => (step.includes("-") ? [itemWords(steps.slice(0, index + 1).join("/"))] : []));
    const own = steps.at(-1)?.includes("-") ? [] : [plain(here?.label ?? node?.label) || path];
    return { node, label: [...around, ...own].join(" · "), choices: here?.choices ?? node?.choices, shown: here };
  };
}
