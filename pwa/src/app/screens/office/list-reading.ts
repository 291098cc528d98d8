/** Having the server read a list of the office (a workbook, CSV, what was pasted), and why one can't be read, in words. */
import { call } from "../../../shared/api";
import { NetworkError, ProblemError } from "../../../shared/problem";
import { translator } from "../../i18n";
import { lists } from "../../i18n/lists";
import { explain } from "../../problems";

const t = translator(lists);
/** The server takes no larger file. */
const MOST_BYTES = 900_000;
const BOOK = /^book-/;
const LARGE = ["list-heavy", "sheet-rows", "book-unpacked"];
/** What each kind of list says in its own words. */
const OWN = ["heading-missing", "list-empty", "list-rows"] as const;
type Own = (typeof OWN)[number];

/** What a list says: rows of texts, the headings as they are written, and the columns that nothing is done with. */
export interface ReadList<Row> {
  readonly rows: readonly Row[];
  readonly headings: Readonly<Partial<Record<string, string>>>;
  readonly left_out: readonly string[];
}

/** Not sent at all: the server would only refuse it. */
export class ListTooLarge extends Error {}

interface Given {
  readonly list: Blob;
  /** The name of its file; null: it was pasted. */
  readonly file: string | null;
  readonly device: number;
}

/** Throws what the server answers, or `ListTooLarge`. */
export async function readList<Row>(path: string, { list, file, device }: Given): Promise<ReadList<Row>> {
  if (list.size > MOST_BYTES) throw new ListTooLarge();
  const body = new FormData();
  body.append("list", list, file ?? "pasted.txt");
  return (await call({ method: "POST", path, body }, { device })) as ReadList<Row>;
}

/** Why a list can't be read and what to do next; `own`: the words of its kind of list. */
export function sayList(error: unknown, own: (code: Own) => string): string {
  if (error instanceof NetworkError) return t("list.online");
  const code = error instanceof ListTooLarge ? "file-bytes" : codeOf(error);
  if (code === null) return explain(error);
  if (code === "file-bytes") return t("list.too-large");
  const known = OWN.find((one) => one === code);
  if (known) return own(known);
  if (code === "text-encoding") return t("list.refused.text-encoding");
  if (LARGE.includes(code)) return t("list.refused.large");
  return BOOK.test(code) ? t("list.refused.book") : t("list.refused.file");
}

/** The code of a refused list; null: something else went wrong. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof ProblemError)) return null;
  if (error.slug === "body-too-large") return "file-bytes";
  const { code } = error.problem.extra;
  return error.slug === "list-refused" && typeof code === "string" ? code : null;
}
