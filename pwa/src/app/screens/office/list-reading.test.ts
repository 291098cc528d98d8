import { describe, expect, it } from "vitest";
import { NetworkError, ProblemError, readProblem } from "../../../shared/problem";
import { lists } from "../../i18n/lists";
import { readList, sayList } from "./list-reading";

const refused = (code: string): string => sayList(new ProblemError(readProblem(422, { slug: "list-refused", code })), (own) => `own ${own}`);

describe("a list that can't be read", () => {
  it.each([
    ["heading-missing", "own heading-missing"],
    ["list-empty", "own list-empty"],
    ["list-rows", "own list-rows"],
    ["text-encoding", lists.vi["list.refused.text-encoding"]],
    ["file-bytes", lists.vi["list.too-large"]],
    ["sheet-rows", lists.vi["list.refused.large"]],
    ["book-locked", lists.vi["list.refused.book"]],
    ["file-packed", lists.vi["list.refused.file"]],
  ])("says of %s what to do next", (code, words) => {
    expect(refused(code)).toBe(words);
  });

  it("is said to be too large without being sent, and to need a network where there is none", async () => {
    const error: unknown = await readList("/nowhere", { list: new Blob(["x".repeat(900_001)]), file: null, device: 1 }).catch((thrown: unknown) => thrown);
    expect(sayList(error, String)).toBe(lists.vi["list.too-large"]);
    expect(sayList(new NetworkError("/nowhere"), String)).toBe(lists.vi["list.online"]);
  });

  it("says what anything else would say that went wrong", () => {
    expect(sayList(new ProblemError(readProblem(404, { slug: "not-found" })), String)).not.toBe(lists.vi["list.refused.file"]);
  });
});
