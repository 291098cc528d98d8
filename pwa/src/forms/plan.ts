/** A form's places as one tree, made once for each form: what is shown and what nothing shows, in the form's order. */

import type { CompiledForm, Expression, FormNode } from "../shared/form";

/** A place of a form: a question, a group, a repeat. */
export interface Plan {
  readonly name: string;
  readonly path: string;
  readonly kind: "leaf" | "group" | "repeat";
  /** Null for groups that only hold something. */
  readonly node: FormNode | null;
  readonly up: Plan | null;
  readonly below: Plan[];
}

interface Making extends Plan {
  kind: Plan["kind"];
  node: FormNode | null;
  order: number;
}

export interface FormPlan {
  readonly root: Plan;
  readonly byPath: ReadonlyMap<string, Plan>;
  /** Everything with a node, in the form's order. */
  readonly all: readonly Plan[];
}

const plans = new WeakMap<CompiledForm, FormPlan>();

/** Every node of a form in its order, groups before what they hold. */
export function walk(nodes: readonly FormNode[]): FormNode[] {
  return nodes.flatMap((node) => [node, ...walk(node.children ?? [])]);
}

/** Whether a group exists on the screen only. */
export function isOnScreenOnly(node: FormNode): boolean {
  return node.path.slice(node.path.lastIndexOf("/") + 1).startsWith("~");
}

export function planOf(form: CompiledForm): FormPlan {
  let plan = plans.get(form);
  if (!plan) plans.set(form, (plan = made(form)));
  return plan;
}

function made(form: CompiledForm): FormPlan {
  const root: Making = { name: "data", path: "", kind: "group", node: null, up: null, below: [], order: -1 };
  const byPath = new Map<string, Making>([["", root]]);
  const place = (path: string): Making => {
    const known = byPath.get(path);
    if (known) return known;
    const cut = path.lastIndexOf("/");
    const up = place(path.slice(0, Math.max(0, cut)));
    const found: Making = { name: path.slice(cut + 1), path, kind: "group", node: null, up, below: [], order: Infinity };
    byPath.set(path, found);
    up.below.push(found);
    return found;
  };
  let last = -1;
  for (const node of [...walk(form.nodes), ...(form.hidden ?? [])]) {
    if (isOnScreenOnly(node)) continue;
    const plan = place(node.path);
    plan.node = node;
    plan.kind = node.t === "group" || node.t === "repeat" ? node.t : "leaf";
    // What has no position of its own follows what stands before it.
    plan.order = node.pos ?? last + 0.5;
    last = Math.floor(plan.order);
  }
  settle(root);
  return { root, byPath, all: listed(root).filter((plan) => plan.node !== null) };
}

/** What is in a place comes in the order of the instance. */
function settle(plan: Making): number {
  const below = plan.below as Making[];
  const first = below.map(settle);
  if (plan.node?.pos === undefined) plan.order = Math.min(plan.order, ...first);
  below.sort((left, right) => left.order - right.order);
  return plan.order;
}

function listed(plan: Plan): Plan[] {
  return [plan, ...plan.below.flatMap(listed)];
}

/** What only a phone knows or decides. */
const OF_THE_PHONE = new Set(["now", "today", "random", "uuid", "once", "jr:choice-name", "jr:itext"]);

/** Whether the same answers always give the same, on every phone and on the server. */
export function isRepeatable(tree: Expression): boolean {
  if (tree[0] === "fn") {
    const [, name, first] = tree;
    if (OF_THE_PHONE.has(name) || (name === "randomize" && tree.length === 3)) return false;
    if (name === "instance" && first?.[0] === "lit" && String(first[1]).startsWith("__last-saved")) return false;
  }
  return tree.slice(1).every((part) => !Array.isArray(part) || isRepeatable(part as unknown as Expression));
}
