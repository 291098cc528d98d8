/** What is done with a list of people: read, looked at each time it is changed, added. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { here } from "../../session";
import { readList, sayList } from "./list-reading";
import { afterAdding, changed, EMPTY, peopleOf, toAdd, type Draft, type Line, type Lines, type Row } from "./people-import-data";
import { draft, dropDraft, keepDraft } from "./people-import-kept";
import { t } from "./people-import-t";

/** A row is looked at when nothing was typed for so long. */
const REST = 500;

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
  const fail = (error: unknown): void => setTrouble(sayList(error, (code) => t(`import.refused.${code}`)));
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
      keepDraft({ ...EMPTY, ...(await readList<Row>("/api/people/list/read", { list, file, device })), file });
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
