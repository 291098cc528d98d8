/** What is done with a list of people: read, looked at each time it is changed, added. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, call } from "../../../shared/api";
import { NetworkError, ProblemError } from "../../../shared/problem";
import { explain } from "../../problems";
import { here } from "../../session";
import { afterAdding, changed, EMPTY, MOST_BYTES, peopleOf, refusalOf, toAdd, type Draft, type Line, type Lines, type ReadList, type Row } from "./people-import-data";
import { draft, dropDraft, keepDraft } from "./people-import-kept";
import { t } from "./people-import-t";

/** A row is looked at when nothing was typed for so long. */
const REST = 500;
const BOOK = /^book-/;
const KNOWN = ["heading-missing", "list-empty", "list-rows", "text-encoding"] as const;

function wordsOf(error: unknown): string {
  if (error instanceof NetworkError) return t("import.online");
  if (error instanceof ProblemError && error.slug === "body-too-large") return t("import.too-large");
  const code = refusalOf(error);
  if (code === null) return explain(error);
  const known = KNOWN.find((one) => one === code);
  if (known) return t(`import.refused.${known}`);
  if (code === "file-bytes") return t("import.too-large");
  if (code === "list-heavy" || code === "sheet-rows" || code === "book-unpacked") return t("import.refused.large");
  return BOOK.test(code) ? t("import.refused.book") : t("import.refused.file");
}

export type Working = "reading" | "adding" | null;

export interface Importing {
  readonly kept: Draft;
  readonly lines: Lines;
  /** What is known of a row, also while it is looked at again. */
  readonly known: (row: Row) => Line | undefined;
  readonly working: Working;
  /** Why nothing could be read, looked at or added; everything is kept. */
  readonly trouble: string | null;
  /** How many were added just now. */
  readonly added: number | null;
  readonly read: (list: Blob, file: string | null) => Promise<void>;
  readonly change: (row: Row, over: Partial<Row>) => void;
  readonly fill: (field: "role" | "place", over: Partial<Row>) => void;
  readonly leaveOut: (row: Row) => void;
  readonly check: () => Promise<void>;
  readonly add: () => Promise<void>;
  readonly drop: () => void;
}

/** Looks at rows as soon as they rest; what is known of rows that didn't change stays on the screen meanwhile. */
function useLines(rows: readonly Row[], fail: (error: unknown) => void) {
  const [lines, setLines] = useState<Lines>(new Map());
  const latest = useRef(rows);
  const last = useRef<ReadonlyMap<number, Line>>(new Map());
  latest.current = rows;
  const check = async (): Promise<void> => {
    if (rows.length === 0) return;
    try {
      const found = await api<Line[]>("POST", "/api/people/list/preview", { rows }, here().profile.device);
      if (latest.current !== rows) return;
      last.current = new Map(rows.map((row, index) => [row.line, found[index] as Line]));
      setLines(new Map(rows.map((row, index) => [row, found[index] as Line])));
    } catch (error) {
      if (latest.current === rows) fail(error);
    }
  };
  useEffect(() => {
    if (rows.every((row) => lines.has(row))) return;
    const timer = setTimeout(() => void check(), lines.size ? REST : 0);
    return () => clearTimeout(timer);
  }, [rows]);
  return { lines, check, known: (row: Row) => lines.get(row) ?? last.current.get(row.line) };
}

export function useImporting(): Importing {
  const kept = draft();
  const { device } = here().profile;
  const [working, setWorking] = useState<Working>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [added, setAdded] = useState<number | null>(null);
  const fail = (error: unknown): void => setTrouble(wordsOf(error));
  const { lines, check, known } = useLines(kept.rows, fail);
  const keep = (rows: readonly Row[]): void => {
    setTrouble(null);
    keepDraft({ rows });
  };
  const work = async (kind: Working, step: () => Promise<void>): Promise<void> => {
    setWorking(kind);
    setTrouble(null);
    setAdded(null);
    try {
      await step();
    } catch (error) {
      fail(error);
    }
    setWorking(null);
  };
  const read = (list: Blob, file: string | null): Promise<void> =>
    work("reading", async () => {
      if (list.size > MOST_BYTES) {
        setTrouble(t("import.too-large"));
        return;
      }
      const body = new FormData();
      body.append("list", list, file ?? "pasted.txt");
      const found = (await call({ method: "POST", path: "/api/people/list/read", body }, { device })) as ReadList;
      keepDraft({ ...EMPTY, ...found, file });
    });
  const add = (): Promise<void> =>
    work("adding", async () => {
      const sent = toAdd(kept.rows, lines);
      if (!sent?.length) return;
      const answered = await api<Line[]>("POST", "/api/people/list", { rows: sent }, device);
      keepDraft({ rows: afterAdding(kept.rows, lines, sent, answered), added: [...new Set([...kept.added, ...peopleOf(answered)])] });
      setAdded(answered.filter(({ outcome }) => outcome === "new").length);
      scrollTo(0, 0);
    });
  return {
    kept,
    lines,
    known,
    working,
    trouble,
    added,
    read,
    add,
    change: (row, over) => keep(changed(kept.rows, lines, row, over)),
    fill: (field, over) => keep(kept.rows.map((row) => (row[field] || (field === "place" && row.place_id) ? row : { ...row, ...over }))),
    leaveOut: (row) => keep(kept.rows.filter((one) => one !== row)),
    check: async () => {
      setTrouble(null);
      await check();
    },
    drop: () => {
      setTrouble(null);
      setAdded(null);
      dropDraft();
    },
  };
}
