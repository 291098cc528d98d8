/** Which questions stand on a screen together. */
import type { CompiledForm } from "../../../../shared/form";
import type { Shown } from "../../../../forms";
import { looks } from "./looks";

export interface Sheet {
  /** Path of what stands first: the page's name in the address. */
  readonly key: string;
  readonly shown: readonly Shown[];
  /** The groups around it, outermost first. */
  readonly around: readonly Shown[];
}

/**
 * The form's pages now. With the style `pages`: each question, note and repeat, and each group that is a field list. Without
 * it: each field list at the top, and what stands between two of them; a form without field lists is one page.
 */
export function pagesOf(form: CompiledForm, view: readonly Shown[]): Sheet[] {
  if (form.style === "pages") return single(view, []);
  const sheets: Sheet[] = [];
  let open: Shown[] = [];
  const close = () => {
    if (open[0]) sheets.push({ key: open[0].path, shown: open, around: [] });
    open = [];
  };
  for (const shown of view) {
    if (shown.node.t === "group" && looks(shown.node, "field-list")) {
      close();
      sheets.push({ key: shown.path, shown: [shown], around: [] });
    } else open.push(shown);
  }
  close();
  return sheets;
}

function single(view: readonly Shown[], around: readonly Shown[]): Sheet[] {
  return view.flatMap((shown): Sheet[] => {
    const whole = shown.node.t !== "group" || looks(shown.node, "field-list") || looks(shown.node, "table-list");
    if (whole) return [{ key: shown.path, shown: [shown], around }];
    return single(shown.children ?? [], shown.label ? [...around, shown] : around);
  });
}

/** Every path on a page. */
export function pathsOn(shown: readonly Shown[]): string[] {
  return shown.flatMap((each) => [
    each.path,
    ...pathsOn(each.children ?? []),
    ...(each.items ?? []).flatMap((item) => [item.path, ...pathsOn(item.children)]),
  ]);
}

/** The page that a question is on; −1: on none. */
export function pageOf(pages: readonly Sheet[], path: string): number {
  return pages.findIndex((page) => page.shown.some((shown) => shown.path === path || pathsOn([shown]).includes(path)));
}

/**
 * The page that the address names. A page that is hidden meanwhile: the last one before it that there is, as far as the
 * form's order tells; the first one where nothing is named.
 */
export function pageAt(form: CompiledForm, pages: readonly Sheet[], key: string | null): number {
  if (key === null) return 0;
  const found = pages.findIndex((page) => page.key === key);
  if (found >= 0) return found;
  const within = pageOf(pages, key);
  if (within >= 0) return within;
  const order = new Map(inOrder(form).map((path, place) => [path, place]));
  const place = order.get(key) ?? 0;
  const before = pages.filter((page) => (order.get(page.key) ?? 0) < place);
  return Math.max(0, before.length - 1);
}

function inOrder(form: CompiledForm): string[] {
  const paths = (nodes: CompiledForm["nodes"]): string[] => nodes.flatMap((node) => [node.path, ...paths(node.children ?? [])]);
  return paths(form.nodes);
}
