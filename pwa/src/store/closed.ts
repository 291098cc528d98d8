import type { SentRow } from "./database";

/** The row with nothing open about it any more. */
export function closed(row: SentRow): SentRow {
  const { open: _open, ...rest } = row;
  return rest;
}
