import { describe, expect, it } from "vitest";
import type { Shown } from "../../../../forms";
import { firstMarked, Reopened } from "./reopened";

function leaf(path: string, over: Partial<Shown> = {}): Shown {
  return { node: { t: "text", name: path, path }, path, required: false, readonly: false, ...over };
}

const open = (shown: readonly Shown[]): string[] =>
  shown.flatMap((each) => [...(each.readonly ? [] : [each.path]), ...open(each.children ?? []), ...(each.items ?? []).flatMap((item) => open(item.children))]);

describe("a record that came back with remarks", () => {
  const item = (...children: Shown[]) => [{ id: "17-1", path: "cars/17-1", children }];
  const view = [leaf("a"), leaf("b"), { ...leaf("group"), children: [leaf("group/c"), leaf("group/d")] }, { ...leaf("cars"), items: item(leaf("cars/17-1/kind"), leaf("cars/17-1/plate")), canAdd: true, canRemove: true }];
  const notes = { "group/c": "Xem lại", "cars/17-1/plate": "Xóa" };
  const reopened = new Reopened(notes, view);

  it("opens exactly the questions with a remark, in groups and items too, and says the remark there", () => {
    const shown = reopened.over(view);
    expect(open(shown)).toEqual(["group/c", "cars/17-1/plate"]);
    expect(shown[2]?.children?.map((each) => each.remark)).toEqual(["Xem lại", undefined]);
    expect([shown[3]?.canAdd, shown[3]?.canRemove]).toEqual([false, false]);
  });
  it("opens what comes up newly and what has become wrong", () => {
    const violation = { path: "b", kind: "constraint", message: {} } as unknown as NonNullable<Shown["violation"]>;
    expect(open(reopened.over([leaf("a"), leaf("b", { violation }), leaf("new")]))).toEqual(["b", "new"]);
  });
  it("is begun at the first remark in the form's order, in groups and items too; without one, nowhere", () => {
    expect(firstMarked(reopened.over(view))).toBe("group/c");
    expect(firstMarked(new Reopened({ "cars/17-1/plate": "Xóa" }, view).over(view))).toBe("cars/17-1/plate");
    expect(firstMarked(view)).toBeUndefined();
  });
  it("keeps the identity of what didn't change", () => {
    expect(reopened.over(view)[0]).toBe(reopened.over(view)[0]);
  });
});
