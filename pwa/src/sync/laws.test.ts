// Laws of one phone's store: what is shown, what is frozen, what is squashed; and that no write is ever half done.
import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { applySet, toPaths } from "../shared/document";
import type { Mutation, SyncRequest, Value } from "../shared/protocol";
import type { Collected, Store } from "../store/contract";
import { StorageFull } from "../store/errors";
import { EVERYTHING, FIELDS, freshStore, submitEdit, submitNew } from "../store/testing";
import { TinyServer } from "./testing";

interface Step {
  readonly do: "new" | "edit" | "other" | "freeze" | "lose" | "exchange";
  readonly which: number;
  readonly field: number;
  /** The write that fails within this step, if it comes so far, and how. */
  readonly fails: { readonly at: number; readonly how: "full" | "full later" | "lost" } | null;
}

const steps = (fails: fc.Arbitrary<Step["fails"]>, most = 20): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      do: fc.constantFrom("new", "edit", "edit", "edit", "other", "freeze", "lose", "exchange", "exchange"),
      which: fc.nat(2),
      field: fc.nat(FIELDS.length - 2),
      fails,
    }),
    { maxLength: most, size: "max" },
  );

/** A phone and its server; knows what is typed and what the phone has heard. */
class Phone {
  readonly server = new TinyServer();
  readonly ids: string[] = [];
  readonly typed = new Map<string, string>();
  /** Each record as the server had it when this phone last heard everything. */
  readonly heard = new Map<string, readonly (Value | null)[]>();
  private count = 0;

  constructor(readonly store: Store) {}

  async take(step: Step): Promise<void> {
    const id = this.ids[step.which % Math.max(1, this.ids.length)];
    const path = FIELDS[step.field] ?? "a";
    if (step.do === "new") await this.create(path);
    else if (step.do === "edit" && id) await this.edit(id, path);
    else if (step.do === "other" && id) this.server.write(id, [[step.field, this.value("other")]]);
    else if (step.do === "freeze") await this.store.collect(EVERYTHING);
    else if (step.do === "lose") this.server.sync(request(await this.store.collect(EVERYTHING)));
    else if (step.do === "exchange") await this.exchange();
  }

  async create(path: string): Promise<void> {
    const value = this.value("v");
    const id = await submitNew(this.store, { [path]: value }, `new-${this.count}`);
    this.ids.push(id);
    this.typed.set(`${id}/${FIELDS.indexOf(path as "a")}`, value);
  }

  async edit(id: string, path: string): Promise<void> {
    const value = this.value("v");
    await submitEdit(this.store, id, { [path]: value });
    this.typed.set(`${id}/${FIELDS.indexOf(path as "a")}`, value);
  }

  async exchange(): Promise<void> {
    for (let more = true; more; ) {
      const sent = await this.store.collect(EVERYTHING);
      const answer = this.server.sync(request(sent));
      await this.store.apply(answer, { sent, at: Date.now(), took: 0 });
      more = answer.more;
    }
    for (const id of await this.store.incomplete()) await this.store.complete(id, this.server.whole(id));
    for (const id of this.ids) this.heard.set(id, this.server.head(id) ?? []);
  }

  private value(what: string): string {
    this.count += 1;
    return `${what} ${this.count}`;
  }
}

function request({ epoch, cursors, mutations }: Collected): SyncRequest {
  return { protocol: 1, epoch, cursors, mutations, tables: [], photos: [] };
}

const setOf = (mutation: Mutation) => ("set" in mutation ? mutation.set : []);

/** Everything in the phone's database. */
async function disk(store: Store): Promise<unknown> {
  const database = await openDB(`ben-${store.device}`);
  const names = [...database.objectStoreNames];
  const found = await Promise.all(names.map(async (name) => [name, await database.getAllKeys(name), await database.getAll(name)]));
  database.close();
  return found;
}

interface Abortable {
  _abort(name: string): void;
}

/**
 * For the write of that number of any transaction there is no room, which a browser may also say only when it has taken
 * the write in, and ends the transaction; or the first that comes so far meets a lost connection. Gives how to ask
 * whether one came so far.
 */
function failing({ at, how }: NonNullable<Step["fails"]>): () => boolean {
  let cameSoFar = false;
  const writes = new WeakMap<IDBTransaction, number>();
  for (const method of ["put", "add", "delete"] as const) {
    const real = IDBObjectStore.prototype[method] as (...given: unknown[]) => IDBRequest;
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...given: unknown[]) {
      writes.set(this.transaction, (writes.get(this.transaction) ?? 0) + 1);
      if (writes.get(this.transaction) !== at || (cameSoFar && how === "lost")) return real.apply(this, given) as never;
      cameSoFar = true;
      if (how === "full") throw new DOMException("no room", "QuotaExceededError");
      if (how === "lost") throw new DOMException("the connection is closing", "InvalidStateError");
      const begun = real.apply(this, given);
      (this.transaction as unknown as Abortable)._abort("QuotaExceededError");
      return begun as never;
    });
  }
  return () => cameSoFar;
}

afterEach(() => vi.restoreAllMocks());

describe("a phone, whatever is typed, sent, lost and heard", () => {
  it("shows the server's copy with what is unanswered over it, in order", async () => {
    const property = fc.asyncProperty(steps(fc.constant(null)), async (schedule) => {
      const phone = new Phone(await freshStore());
      for (const step of schedule) {
        await phone.take(step);
        const waiting = (await phone.store.outbox()).map((item) => item.mutation);
        for (const id of phone.ids) {
          const own = waiting.filter((mutation) => mutation.record === id);
          const expected = own.reduce((values, mutation) => applySet(values, setOf(mutation)), phone.heard.get(id) ?? []);
          expect((await phone.store.record(id))?.values).toEqual(toPaths(expected, FIELDS));
        }
        const listed = (await phone.store.records()).map(({ id, values }) => [id, values] as const);
        for (const [id, values] of listed) expect((await phone.store.record(id))?.values).toEqual(values);
        expect(listed.map(([id]) => id).sort()).toEqual([...phone.ids].sort());
      }
      phone.store.close();
    });
    await fc.assert(property, { numRuns: 200 });
  }, 180_000);

  it("never changes what has been in a request", async () => {
    const property = fc.asyncProperty(steps(fc.constant(null)), async (schedule) => {
      const phone = new Phone(await freshStore());
      const frozen = new Map<number, string>();
      for (const step of schedule) {
        await phone.take(step);
        for (const { n, frozen: is, mutation } of await phone.store.outbox()) {
          if (frozen.has(n)) expect([is, JSON.stringify(mutation)]).toEqual([true, frozen.get(n)]);
          if (is) frozen.set(n, JSON.stringify(mutation));
        }
      }
      phone.store.close();
    });
    await fc.assert(property, { numRuns: 200 });
  }, 180_000);

  it("ends up the same on the server whether edits were squashed or each was frozen by itself", async () => {
    const edits = fc.array(fc.record({ field: fc.nat(2), freeze: fc.boolean(), hear: fc.boolean() }), { maxLength: 10 });
    const property = fc.asyncProperty(edits, async (schedule) => {
      const ends = [];
      for (const freezes of [false, true]) {
        const phone = new Phone(await freshStore());
        await phone.create("a");
        for (const { field, freeze, hear } of schedule) {
          await phone.edit(phone.ids[0] ?? "", FIELDS[field] ?? "a");
          if (freezes && freeze) await phone.store.collect(EVERYTHING);
          if (hear) await phone.exchange();
        }
        await phone.exchange();
        ends.push(phone.server.head(phone.ids[0] ?? ""));
        phone.store.close();
      }
      expect(ends[0]).toEqual(ends[1]);
    });
    await fc.assert(property, { numRuns: 40 });
  }, 180_000);
});

describe("a write that fails, at whatever point of whatever step", () => {
  const fails = fc.option(
    fc.record({ at: fc.integer({ min: 1, max: 14 }), how: fc.constantFrom("full", "full later", "lost") }),
    { freq: 2 },
  );

  /** One step whose transaction is cut off: what it had begun is undone whole, and it succeeds when it is tried again. */
  async function interrupted(store: Store, how: NonNullable<Step["fails"]>, work: () => Promise<unknown>): Promise<void> {
    const before = await disk(store);
    const cameSoFar = failing(how);
    let error: unknown = null;
    await work().catch((caught: unknown) => (error = caught));
    vi.restoreAllMocks();
    // A lost connection is opened again and the write made anew, once: nobody hears of it. A full phone is told apart.
    if (cameSoFar() && how.how !== "lost") expect(error).toBeInstanceOf(StorageFull);
    else expect(error).toBeNull();
    if (error === null) return;
    expect(await disk(store)).toEqual(before);
    await work();
  }

  it("leaves the store as it was, and loses nothing", async () => {
    const property = fc.asyncProperty(steps(fails, 14), async (schedule) => {
      const phone = new Phone(await freshStore());
      const { store } = phone;
      for (const step of schedule) {
        const id = phone.ids[step.which % Math.max(1, phone.ids.length)];
        const how = step.fails;
        if (!how) await phone.take(step);
        else if (step.do === "new" || (step.do === "edit" && id)) {
          const draft = await typeInto(phone, step, id);
          await interrupted(store, how, () => store.saveDraft(draft));
          await interrupted(store, how, async () => {
            const record = await store.submitDraft(draft.id);
            if (!phone.ids.includes(record)) phone.ids.push(record);
            phone.typed.set(`${record}/${step.field}`, String(draft.values[FIELDS[step.field] ?? "a"]));
          });
        } else if (step.do === "exchange") {
          let sent = await store.collect({ mutations: 0, characters: 0 });
          await interrupted(store, how, async () => (sent = await store.collect(EVERYTHING)));
          const answer = phone.server.sync(request(sent));
          await interrupted(store, how, () => store.apply(answer, { sent, at: Date.now(), took: 0 }));
          await phone.exchange();
        } else await phone.take(step);
      }
      await phone.exchange();
      for (const [field, value] of phone.typed) expect(phone.server.kept).toContain(`${field}/${value}`);
      for (const id of phone.ids) {
        expect((await store.record(id))?.values).toEqual(toPaths(phone.server.head(id) ?? [], FIELDS));
      }
      store.close();
    });
    await fc.assert(property, { numRuns: 200 });
  }, 180_000);

  let drafts = 0;

  async function typeInto(phone: Phone, step: Step, id: string | undefined) {
    drafts += 1;
    const values = { [FIELDS[step.field] ?? "a"]: `draft ${drafts}` };
    const open = step.do === "edit" && id ? await phone.store.editRecord(id) : null;
    if (open) return { ...open, values: { ...open.values, ...values } };
    return { id: `draft-${drafts}`, form: 3, place: 4, values, updated: "2023-05-16T07:30:00+07:00" };
  }
});

describe("typing while an answer is taken in", () => {
  it("loses neither: all of it is on the server in the end, and shown", async () => {
    const rounds = fc.array(fc.array(fc.constantFrom("new" as const, "edit" as const, "exchange" as const, "other" as const), { minLength: 2, maxLength: 6 }), {
      maxLength: 6,
    });
    const property = fc.asyncProperty(rounds, fc.infiniteStream(fc.nat(2)), async (schedule, fields) => {
      const phone = new Phone(await freshStore());
      await phone.create("a");
      const field = (): number => fields.next().value as number;
      for (const round of schedule) {
        // One sync at a time, as the lock has it, and one pair of hands; but the two at once.
        const [syncs, writes] = [round.filter((each) => each === "exchange"), round.filter((each) => each !== "exchange")];
        const syncing = (async () => {
          for (let count = syncs.length; count > 0; count -= 1) await phone.exchange();
        })();
        for (const [at, each] of writes.entries()) await phone.take({ do: each, which: at, field: field(), fails: null });
        await syncing;
      }
      await phone.exchange();
      const kept = new Set(phone.server.kept);
      for (const [place, value] of phone.typed) expect(kept.has(`${place}/${value}`), `${place}: ${value}`).toBe(true);
      for (const id of phone.ids) {
        expect((await phone.store.record(id))?.values).toEqual(toPaths(phone.server.head(id) ?? [], FIELDS));
      }
      phone.store.close();
    });
    await fc.assert(property, { numRuns: 40 });
  }, 180_000);
});
