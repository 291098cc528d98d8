import { afterEach, describe, expect, test } from "vitest";
import { language, type Language } from "../../i18n";
import { formRemarks } from "../../i18n/form-remarks";
import { inWords } from "./forms-words";

const tooMany = { code: "form-rows", values: { count: 5001, most: 5000 }, message: "the form has 5,001 rows; at most 5,000" };
const in_ = (tongue: Language, remark: Parameters<typeof inWords>[0]) => {
  language.value = tongue;
  return inWords(remark);
};

afterEach(() => {
  language.value = "vi";
});

describe("what the server says of a form", () => {
  test("is said in the language of the app, numbers as they are written there", () => {
    expect(in_("vi", tooMany)).toContain("5.001 dòng; nhiều nhất là 5.000");
    expect(in_("km", tooMany)).toContain("5.001 ជួរ");
    expect(in_("en", tooMany)).toBe(tooMany.message);
  });

  test("holds remarks of its own", () => {
    const instead = { code: "instead-audio", values: {}, message: "write an audio question" };
    const remark = { code: "type-refused", values: { type: "background-audio", instead }, message: "…" };
    expect(in_("vi", remark)).toBe("Không dùng được kiểu 'background-audio'; hãy viết câu hỏi audio.");
  });

  test("leaves ${name} as it is written", () => {
    expect(in_("vi", { code: "path-climbs", values: {}, message: "…" })).toContain("${name}");
    expect(in_("vi", { code: "reference-unknown", values: { question: "a" }, message: "…" })).toContain("${a} không");
  });

  test("stays the server's where the app has no words for it", () => {
    expect(in_("vi", { code: "brand-new", values: {}, message: "…" })).toBeNull();
    expect(in_("vi", { message: "…" })).toBeNull();
  });

  test("has its words in both languages, in NFC, Khmer in Khmer", () => {
    expect(Object.keys(formRemarks.vi)).toEqual(Object.keys(formRemarks.km));
    const all = [...Object.values(formRemarks.vi), ...Object.values(formRemarks.km)];
    expect(all.filter((words) => words !== words.normalize("NFC") || words.trim() === "")).toEqual([]);
    expect(Object.values(formRemarks.km).filter((words) => !/[\u1780-\u17d3]/.test(words))).toEqual([]);
  });
});
