import { afterEach, describe, expect, it } from "vitest";
import { daysBetween, formatCount, formatDifference, formatHours, formatNumber, formatPercent } from "./format";
import { called, catalogue, language, translator, type Variables } from "./index";

afterEach(() => {
  language.value = "vi";
});

describe("figures as Vietnamese offices write them", () => {
  it.each([
    { before: 2134, after: 1734, written: "-18,74", shown: ["1.734", "−400", "−18,74%"] },
    { before: 755, after: 708, written: "-6,23", shown: ["708", "−47", "−6,23%"] },
    { before: 859, after: 798, written: "-7,10", shown: ["798", "−61", "−7,10%"] },
    { before: 511, after: 378, written: "-26,03", shown: ["378", "−133", "−26,03%"] },
    { before: 1275, after: 936, written: "-26,59", shown: ["936", "−339", "−26,59%"] },
  ])("shows the published change from $before to $after", ({ before, after, written, shown }) => {
    expect([formatNumber(after), formatDifference(after - before), formatPercent(written)]).toEqual(shown);
  });

  it("writes counts below ten with two digits, in Khmer too", () => {
    expect([0, 3, 9, 10, 1734].map(formatCount)).toEqual(["0", "03", "09", "10", "1.734"]);
    language.value = "km";
    expect(formatCount(3)).toBe("03");
  });

  it("writes them in English with its own signs", () => {
    language.value = "en";
    expect(formatPercent("-1.234,50")).toBe("−1,234.50%");
    expect(formatNumber(1734)).toBe("1,734");
    expect(formatCount(3)).toBe("3");
  });

  it("writes numbers inside a sentence the same way, and leaves what only names something as it is", () => {
    const words = { told: "{count} · {share} · {year}" };
    const t = translator(catalogue({ vi: words, en: words, km: words }));
    const told = () => t("told", { count: 12_345, share: 2.5, year: "2023" });
    expect(told()).toBe("12.345 · 2,5 · 2023");
    language.value = "km";
    expect(told()).toBe("12.345 · 2,5 · 2023");
    language.value = "en";
    expect(told()).toBe("12,345 · 2.5 · 2023");
  });

  it.each<{ rule: string; text: string; given: Variables; told: string }>([
    { rule: "is one for 1 alone", text: "{count} [record waits|records wait]", given: { count: 1 }, told: "1 record waits" },
    { rule: "is many for none", text: "{count} [record waits|records wait]", given: { count: 0 }, told: "0 records wait" },
    { rule: "is many for a part of one", text: "{count} [point|points]", given: { count: 1.5 }, told: "1.5 points" },
    { rule: "goes by the last number before it", text: "{all} [phone|phones], {count} [record|records] [waits|wait]", given: { all: 2, count: 1 }, told: "2 phones, 1 record waits" },
    { rule: "goes by the first number after it where none is before", text: "There [is|are] {count} of {all}", given: { count: 1, all: 2 }, told: "There is 1 of 2" },
    { rule: "goes by no name that looks like a number", text: "{of} [is|are] {count}, {of} [is|are] there", given: { of: "1", count: 2 }, told: "1 are 2, 1 are there" },
    { rule: "is many without a number", text: "[one|many] of {of}", given: { of: "1" }, told: "many of 1" },
    { rule: "is of the words themselves, not of what is put into them", text: "{name}: {count} [row|rows]", given: { name: "[a|b]", count: 1 }, told: "[a|b]: 1 row" },
  ])("a plural $rule", ({ text, given, told }) => {
    language.value = "en";
    const words = { told: text };
    expect(translator(catalogue({ vi: words, en: words, km: words }))("told", given)).toBe(told);
  });

  it("gives a difference its sign, and none to nothing", () => {
    expect([1, 0, -1].map(formatDifference)).toEqual(["+1", "0", "−1"]);
  });

  it("writes minutes as hours, half-up", () => {
    expect([0, 60, 93, 92, 1440].map(formatHours)).toEqual(["0,0", "1,0", "1,6", "1,5", "24,0"]);
  });

  it("counts days across months and leap years", () => {
    expect(daysBetween("2023-02-28", "2023-03-01")).toBe(1);
    expect(daysBetween("2024-02-28", "2024-03-01")).toBe(2);
    expect(daysBetween("2022-12-14", "2023-05-16")).toBe(153);
  });
});

describe("what something is called", () => {
  it("stands before a colon, in Khmer before the one that is no letter of it", () => {
    language.value = "en";
    expect(called("Written by", "you")).toBe("Written by: you");
    language.value = "km";
    expect(called("អ្នកសរសេរ", "អ្នក")).toBe("អ្នកសរសេរ៖ អ្នក");
  });
});
