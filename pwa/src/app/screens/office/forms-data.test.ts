import { expect, test } from "vitest";
import { formAmong, placeOf, type Remark } from "./forms-data";

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
