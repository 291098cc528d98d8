import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { marked, plainWords, type Mark } from "./markdown";

function links(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => {
    if (typeof mark === "string" || mark.mark === "break") return [];
    return [...(mark.mark === "link" ? [mark.to] : []), ...links(mark.inside)];
  });
}

describe("a label", () => {
  test("has bold, italic, headings, links and line breaks", () => {
    expect(marked("**Đội** *mũ* __bảo__ _hiểm_")).toEqual([
      { mark: "strong", inside: ["Đội"] },
      " ",
      { mark: "em", inside: ["mũ"] },
      " ",
      { mark: "strong", inside: ["bảo"] },
      " ",
      { mark: "em", inside: ["hiểm"] },
    ]);
    expect(marked("# Phần 1\nXem [luật](https://vbpl.vn/a_(b))")).toEqual([
      { mark: "heading", inside: ["Phần 1"] },
      { mark: "break" },
      "Xem ",
      { mark: "link", to: "https://vbpl.vn/a_(b)", inside: ["luật"] },
    ]);
    expect(marked("***cả hai***")).toEqual([{ mark: "strong", inside: [{ mark: "em", inside: ["cả hai"] }] }]);
  });

  test("shows HTML as text, the words of a coloured span alone", () => {
    expect(plainWords('<img src=x onerror="alert(1)"> <b>x</b>')).toBe('<img src=x onerror="alert(1)"> <b>x</b>');
    expect(plainWords('<span style="color:red">Đỏ</span> và &lt;b&gt;')).toBe("Đỏ và <b>");
  });

  test.each(["[x](javascript:alert(1))", "[x](data:text/html,a)", "[x](//evil.example)", "[x](JaVaScRiPt:alert)", "[x](tel:javascript)"])(
    "%s is no link",
    (text) => {
      expect(links(marked(text))).toEqual([]);
      expect(plainWords(text)).toBe(text);
    },
  );

  test.each(["2 * 3 * 4", "a_b_c", "file_name_1", "* sao", "5 < 6", "**", "\\*không\\*"])("'%s' has nothing marked", (text) => {
    expect(marked(text).every((mark) => typeof mark === "string")).toBe(true);
  });

  test("of any text is made without an exception, with safe links only, quickly", () => {
    const sign = fc.constantFrom("*", "_", "#", "[", "]", "(", ")", "<", "\\", "&", "a", " ", "\n", "javascript:", "https://x");
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 60 }), (signs) => {
        for (const to of links(marked(signs.join("")))) expect(to).toMatch(/^(https?:|mailto:|tel:)/i);
      }),
    );
    expect(marked("*_".repeat(2000)).length).toBeGreaterThan(0);
  });
});
