import { expect, test } from "vitest";
import { offeredTo, formAmong, placeOf, type Remark, type Version } from "./forms-data";

const file = (name: string): File => new File(["x"], name);
const remark = (over: Partial<Remark>): Remark => ({ file: "a.xlsx", sheet: "survey", row: 7, column: "type", cell: "", message: "m", ...over });

test("the form among the chosen files is the workbook, whatever their order", () => {
  expect(formAmong([file("xa.csv"), file("hinh.png"), file("Phieu.XLSX")])?.name).toBe("Phieu.XLSX");
  expect(formAmong([file("xa.csv"), file("form.xml")])?.name).toBe("form.xml");
  expect(formAmong([file("form.csv")])?.name).toBe("form.csv");
  expect(formAmong([file("a.csv"), file("b.csv")])).toBeUndefined();
});

test("a place is its cell, else its row, else nothing", () => {
  const row = (number: number): string => `row ${number}`;
  expect(placeOf(remark({ cell: "B7" }), row)).toBe("B7");
  expect(placeOf(remark({}), row)).toBe("row 7");
  expect(placeOf(remark({ row: 0 }), row)).toBe("");
});

test("a new version is offered to whoever has the latest one, a form's first one to everybody", () => {
  const version = (over: object): Version => ({ key: "TT-04", state: "published", roles: [], places: [], published: null, ...over }) as unknown as Version;
  const draft = version({ id: 3, state: "draft" });
  const first = version({ id: 1, roles: ["TH"], published: "2023-03-20T07:00:00+07:00" });
  const second = version({ id: 2, roles: ["TNV", "GSV"], places: [4], published: "2023-05-01T07:00:00+07:00" });
  const forms = [{ key: "TT-04", title: {} as Version["title"], versions: [draft, first, second] }];
  expect(offeredTo(draft, forms)).toMatchObject({ roles: ["TNV", "GSV"], places: [4] });
  expect(offeredTo(first, forms).roles).toEqual(["TH"]);
  expect(offeredTo(version({ state: "draft", key: "MOI-01" }), forms).roles).toEqual([]);
});
