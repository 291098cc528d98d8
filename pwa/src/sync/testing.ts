/**
 * For tests: a server of a few lines that keeps the protocol's promises towards one phone (mutation numbers answered
 * once, feeds, cursors, epochs, own writes without values). What merging really does is the server's suite's business:
 * here the last write wins, and everything that was ever accepted is in `kept`.
 */

import { applySet } from "../shared/document";
import type { EditMutation, FieldSet, Mutation, MutationResult, RecordDocument, SyncAnswer, SyncRequest, Value } from "../shared/protocol";
import { FORM, answer, recordDocument } from "../store/testing";

type Document = readonly (Value | null)[];

interface Kept {
  readonly revisions: readonly Document[];
}

interface Life {
  readonly records: ReadonlyMap<string, Kept>;
  readonly answered: ReadonlyMap<number, { readonly payload: string; readonly result: MutationResult }>;
  readonly log: readonly string[];
  readonly kept: readonly string[];
}

const EMPTY: Life = { records: new Map(), answered: new Map(), log: [], kept: [] };
const PAGE = 3;

/** A request with its tables taken apart again, as the server does. */
export function unpacked(request: SyncRequest): Asked {
  const { tables, mutations, ...rest } = request;
  const rows = tables.flatMap((table) => {
    const { form, place, fields, values } = table;
    const creates = form !== undefined && place !== undefined;
    const [n, device, counter, at, base] = [table.n, table.device, table.counter, table.at, table.base ?? []].map(sums);
    return (n ?? []).map((number, row): EditMutation => {
      const set = fields.map((position, index): FieldSet => [position, values[index]?.[row] ?? null]);
      return {
        n: number,
        kind: "edit",
        record: `${device?.[row]}-${counter?.[row]}`,
        base: base?.[row] ?? 0,
        ...(creates && { form, place }),
        at: new Date((at?.[row] ?? 0) * 1000).toISOString(),
        set: creates ? set.filter(([, value]) => value !== null) : set,
      };
    });
  });
  return { ...rest, mutations: [...mutations, ...rows].sort((left, right) => left.n - right.n) };
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

type Asked = Omit<SyncRequest, "tables">;

export class TinyServer {
  private life = EMPTY;
  private backup = EMPTY;
  private epoch = 1;

  get kept(): readonly string[] {
    return this.life.kept;
  }

  get records(): readonly string[] {
    return [...this.life.records.keys()];
  }

  head(id: string): Document | null {
    return this.life.records.get(id)?.revisions.at(-1) ?? null;
  }

  save(): void {
    this.backup = this.life;
  }

  restore(): void {
    this.life = this.backup;
    this.epoch += 1;
  }

  /** Somebody else's edit. */
  write(id: string, set: readonly FieldSet[]): void {
    if (this.head(id)) this.revise(id, applySet(this.head(id) ?? [], set));
  }

  /** Somebody else's new record. */
  begin(id: string, set: readonly FieldSet[]): void {
    this.revise(id, applySet([], set));
  }

  sync(request: Asked): SyncAnswer {
    const restored = request.epoch !== null && request.epoch !== this.name;
    // What they build on may be lost here and is about to be offered again: they wait behind it.
    const take = (mutation: Mutation): MutationResult =>
      restored ? { n: mutation.n, status: "retry" } : this.take(mutation as EditMutation);
    const results = request.mutations.map(take);
    return this.pull(restored ? {} : request.cursors, { results, restored });
  }

  private get name(): string {
    return `e${this.epoch}`;
  }

  private take(mutation: EditMutation): MutationResult {
    const { n } = mutation;
    const payload = JSON.stringify(mutation);
    const before = this.life.answered.get(n);
    if (before && before.payload !== payload) throw new Error(`number ${n} came with another payload`);
    if (before) return { ...before.result, status: "duplicate", first: before.result.status };
    const result = this.effect(mutation);
    this.life = { ...this.life, answered: new Map([...this.life.answered, [n, { payload, result }]]) };
    return result;
  }

  private effect(mutation: EditMutation): MutationResult {
    const { n, record, base, after = [], set } = mutation;
    const kept = [...this.life.kept, ...set.map(([position, value]) => `${record}/${position}/${String(value)}`)];
    this.life = { ...this.life, kept };
    const revisions = this.life.records.get(record)?.revisions ?? [];
    if (revisions.length === 0 && mutation.form === undefined) return { n, status: "quarantined", reason: "record-unknown" };
    let seen = revisions[(base || 1) - 1] ?? [];
    for (const earlier of after) {
      const payload = this.life.answered.get(earlier)?.payload;
      if (payload) seen = applySet(seen, (JSON.parse(payload) as EditMutation).set);
    }
    const merged = applySet(revisions.at(-1) ?? [], set);
    this.revise(record, merged);
    const rev = revisions.length + 1;
    const expected = JSON.stringify(applySet(mutation.form === undefined ? seen : [], set));
    const status = expected === JSON.stringify(merged) ? "applied" : "merged";
    return { n, status, rev, hash: `h${rev}` };
  }

  private revise(id: string, document: Document): void {
    const revisions = [...(this.life.records.get(id)?.revisions ?? []), document];
    const records = new Map([...this.life.records, [id, { revisions }]]);
    this.life = { ...this.life, records, log: [...this.life.log, id] };
  }

  private pull(cursors: SyncRequest["cursors"], given: { results: readonly MutationResult[]; restored: boolean }): SyncAnswer {
    const from = cursors["p4"] ?? 0;
    const ahead = from > this.life.log.length;
    const start = ahead ? 0 : from;
    const page = this.life.log.slice(start, start + PAGE);
    const own = new Set(given.results.flatMap((result) => (result.status === "applied" ? [`${result.rev}`] : [])));
    const documents = [...new Set(page)].map((id) => this.document(id, own));
    return answer({
      epoch: this.name,
      results: given.results,
      changes: { p4: documents, ...((cursors["c1"] ?? 0) < 1 && { c1: [FORM] }) },
      cursors: { p4: start + page.length, c1: 1 },
      more: start + page.length < this.life.log.length,
      reoffer: given.restored || ahead,
    });
  }

  /** What GET /api/records/<id> answers. */
  whole(id: string): RecordDocument | null {
    return this.head(id) ? this.document(id, new Set()) : null;
  }

  private document(id: string, own: ReadonlySet<string>): RecordDocument {
    const revisions = this.life.records.get(id)?.revisions ?? [];
    const rev = revisions.length;
    const values = [...(revisions.at(-1) ?? [])];
    // The same shortcut as the real server's: revision and hash of something applied in this very request.
    return recordDocument(id, { rev, hash: `h${rev}`, ...(!own.has(String(rev)) && { values }) });
  }
}
