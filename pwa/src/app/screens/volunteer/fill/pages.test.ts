import { expect, test } from "vitest";
import type { CompiledForm, FormNode } from "../../../../shared/form";
import type { Shown } from "../../../../forms";
import { pageAt, pageOf, pagesOf } from "./pages";

function node(t: FormNode["t"], path: string, more: Partial<FormNode> = {}): FormNode {
  return { t, path, name: path.slice(path.lastIndexOf("/") + 1), ...more };
}

const label = { vi: "Nhóm", en: "Group", km: "ក្រុម" };
const NODES = [
  node("text", "a"),
  node("note", "n"),
  node("group", "plain", { label, children: [node("text", "plain/b"), node("text", "plain/c")] }),
  node("group", "list", { appearance: "field-list", children: [node("text", "list/d"), node("text", "list/e")] }),
  node("repeat", "many", { children: [node("text", "many/f")] }),
  node("text", "z"),
];

function form(style?: "pages"): CompiledForm {
  return { key: "K", version: "1", hash: "", languages: ["vi"], title: label, fields: [], nodes: NODES, ...(style && { style }) };
}

function shown(nodes: readonly FormNode[], hidden: readonly string[] = []): Shown[] {
  return nodes
    .filter((each) => !hidden.includes(each.path))
    .map((each) => ({
      node: each,
      path: each.path,
      required: false,
      readonly: false,
      ...(each.label && { label: each.label }),
      ...(each.t === "group" && { children: shown(each.children ?? [], hidden) }),
      ...(each.t === "repeat" && { items: [{ id: "1-1", path: "many/1-1", children: [{ node: node("text", "many/f"), path: "many/1-1/f", required: false, readonly: false }] }] }),
    }));
}

const keys = (pages: readonly { key: string }[]) => pages.map((page) => page.key);

test("with the style 'pages' each question, note and repeat is a page, and each field list", () => {
  const pages = pagesOf(form("pages"), shown(NODES));
  expect(keys(pages)).toEqual(["a", "n", "plain/b", "plain/c", "list", "many", "z"]);
  expect(pages[2]?.around.map((group) => group.path)).toEqual(["plain"]);
});

test("without it each field list is a page, and what stands between two", () => {
  expect(keys(pagesOf(form(), shown(NODES)))).toEqual(["a", "list", "many"]);
  expect(keys(pagesOf(form(), shown(NODES, ["list"])))).toEqual(["a"]);
});

test("a question is found on its page, inside an item too", () => {
  const pages = pagesOf(form("pages"), shown(NODES));
  expect(pageOf(pages, "list/e")).toBe(4);
  expect(pageOf(pages, "many/1-1/f")).toBe(5);
  expect(pageOf(pages, "nowhere")).toBe(-1);
});

test("a page that is hidden meanwhile gives way to the one before it", () => {
  const pages = pagesOf(form("pages"), shown(NODES, ["list", "plain"]));
  expect(keys(pages)).toEqual(["a", "n", "many", "z"]);
  expect(pageAt(form("pages"), pages, "list")).toBe(1);
  expect(pageAt(form("pages"), pages, null)).toBe(0);
  expect(pageAt(form("pages"), pages, "many/1-1/f")).toBe(2);
});
