/** Gathers what `overlay` needs of one record, or of all, from an open transaction. */

import { fieldsOf } from "./database";
import type { OutboxRow, Reading, SentRow, Writing } from "./database";
import { overlay } from "./overlay";
import type { Own, Pieces } from "./overlay";
import type { RecordView } from "./types";

function waiting(row: OutboxRow): Own {
  return own(row, row.sending ? "sending" : "waiting");
}

function answered(row: SentRow): Own[] {
  return row.open ? [own(row, row.open)] : [];
}

function own({ mutation, form, place, contained }: OutboxRow | SentRow, standing: Own["standing"]): Own {
  return { mutation, form, place, standing, contained: contained === true };
}

function inOrder(own: readonly Own[]): Own[] {
  return [...own].sort((left, right) => left.mutation.n - right.mutation.n);
}

export async function piecesOf(transaction: Reading | Writing, id: string): Promise<Pieces> {
  const copy = (await transaction.objectStore("records").get(id)) ?? null;
  const sent = await transaction.objectStore("sent").index("record").getAll(id);
  const outbox = await transaction.objectStore("outbox").index("record").getAll(id);
  const own = inOrder([...sent.flatMap(answered), ...outbox.map(waiting)]);
  const form = copy?.doc.form ?? own.at(-1)?.form;
  const fields = form === undefined ? null : await fieldsOf(transaction, form);
  return { id, copy, own, fields: fields ?? [] };
}

export async function viewOf(transaction: Reading | Writing, id: string): Promise<RecordView | null> {
  return overlay(await piecesOf(transaction, id));
}

/** Every record that is on this phone, latest first. */
export async function allViews(transaction: Reading): Promise<RecordView[]> {
  const copies = new Map((await transaction.objectStore("records").getAll()).map((copy) => [copy.id, copy]));
  const owns = new Map<string, Own[]>();
  const add = (record: string, own: readonly Own[]): void => void owns.set(record, [...(owns.get(record) ?? []), ...own]);
  for (const row of await transaction.objectStore("sent").index("open").getAll()) add(row.record, answered(row));
  for (const row of await transaction.objectStore("outbox").getAll()) add(row.record, [waiting(row)]);
  const forms = new Map<number, readonly string[]>();
  for (const { doc } of await transaction.objectStore("documents").index("k").getAll("form")) {
    if (doc.k === "form") forms.set(doc.id, doc.compiled.fields);
  }
  const views: { readonly at: number; readonly view: RecordView }[] = [];
  for (const id of new Set([...copies.keys(), ...owns.keys()])) {
    const copy = copies.get(id) ?? null;
    const own = inOrder(owns.get(id) ?? []);
    const form = copy?.doc.form ?? own.at(-1)?.form ?? 0;
    const view = overlay({ id, copy, own, fields: forms.get(form) ?? [] });
    // Read once each: while ten thousand are sorted every moment is compared some thirty times.
    if (view) views.push({ at: Date.parse(view.at), view });
  }
  return views.sort((left, right) => right.at - left.at).map(({ view }) => view);
}
