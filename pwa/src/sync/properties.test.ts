// Whatever happens between a phone and its server, in whatever order: nothing typed is lost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPaths } from "../shared/document";
import type { SyncAnswer, SyncRequest } from "../shared/protocol";
import type { Collected, Store } from "../store/contract";
import { FIELDS, EVERYTHING, freshStore, submitEdit, submitNew } from "../store/testing";
import { TinyServer } from "./testing";

type Step =
  | { readonly do: "new"; readonly field: number }
  | { readonly do: "edit" | "begin" | "other"; readonly which: number; readonly field: number }
  | { readonly do: "late"; readonly which: number }
  | { readonly do: "finish" | "stranger" | "exchange" | "freeze" | "lose" | "backup" | "restore" };

const ALONE = ["finish", "stranger", "exchange", "exchange", "freeze", "lose", "backup", "restore"] as const;

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant("new" as const), field: fc.nat(2) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("edit" as const), which: fc.nat(3), field: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("begin" as const), which: fc.nat(3), field: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("other" as const), which: fc.nat(3), field: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("late" as const), which: fc.nat(4) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom(...ALONE) }) },
  ),
  { maxLength: 24, size: "max" },
);

/** A phone, its server, and what the person remembers of having typed. */
class World {
  readonly server = new TinyServer();
  readonly ids: string[] = [];
  /** The last value that was typed into each field of each record. */
  readonly typed = new Map<string, string>();
  /** Fields that somebody else has written since. */
  private readonly overwritten = new Set<string>();
  /** Whether somebody else has written, or the server was restored. */
  private disturbed = false;
  private restored = false;
  private strangers = 0;
  /** The latest first. */
  private readonly answers: { readonly answer: SyncAnswer; readonly sent: Collected }[] = [];
  private begun: { draft: string; field: string; value: string } | null = null;
  private counter = 0;

  constructor(readonly store: Store) {}

  async take(step: Step): Promise<void> {
    if (step.do === "new") await this.create(step.field);
    if (step.do === "edit") await this.edit(step.which, step.field);
    if (step.do === "begin") await this.begin(step.which, step.field);
    if (step.do === "finish") await this.finish();
    if (step.do === "other") this.other(step.which, step.field);
    if (step.do === "stranger") this.stranger();
    if (step.do === "exchange") await this.exchange();
    if (step.do === "freeze") await this.store.collect(EVERYTHING);
    if (step.do === "lose") this.server.sync(request(await this.store.collect(EVERYTHING)));
    const late = step.do === "late" ? this.answers[step.which] : undefined;
    if (late) await this.apply(late.answer, late.sent);
    if (step.do === "backup") this.server.save();
    if (step.do === "restore") this.restore();
    await this.showsWhatWasTyped();
  }

  /** Unless somebody else has written there since, or the server has gone back to what it was before. */
  private async showsWhatWasTyped(): Promise<void> {
    if (this.restored) return;
    for (const [field, value] of this.typed) {
      const [id = "", position = ""] = field.split("/");
      if (this.overwritten.has(field)) continue;
      expect((await this.store.record(id))?.values[FIELDS[Number(position)] ?? "a"], "what was typed is shown").toBe(value);
    }
  }

  async exchange(): Promise<boolean> {
    const sent = await this.store.collect(EVERYTHING);
    const answer = this.server.sync(request(sent));
    this.answers.unshift({ answer, sent });
    if (!this.disturbed) expect(answer.results.filter(({ status }) => status === "merged"), "who is alone meets nobody").toEqual([]);
    await this.apply(answer, sent);
    for (const id of await this.store.incomplete()) await this.store.complete(id, this.server.whole(id));
    return answer.more || answer.reoffer;
  }

  async quiet(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      const more = await this.exchange();
      if (!more && (await this.store.outbox()).length === 0) return;
    }
    throw new Error("it does not end");
  }

  private async apply(answer: SyncAnswer, sent: Collected): Promise<void> {
    const before = await this.store.collect({ mutations: 0, characters: 0 });
    await this.store.apply(answer, { sent, at: Date.now(), took: 0 });
    const after = await this.store.collect({ mutations: 0, characters: 0 });
    if (after.generation !== before.generation) return;
    for (const [feed, position] of Object.entries(before.cursors)) {
      expect(after.cursors[feed] ?? 0, "cursors never go back").toBeGreaterThanOrEqual(position);
    }
  }

  private value(): string {
    this.counter += 1;
    return `v${this.counter}`;
  }

  private async create(field: number): Promise<void> {
    const value = this.value();
    const id = await submitNew(this.store, { [FIELDS[field] ?? "a"]: value });
    this.ids.push(id);
    this.remember(`${id}/${field}`, value);
  }

  private async edit(which: number, field: number): Promise<void> {
    const id = this.ids[which];
    if (!id) return;
    const value = this.value();
    await submitEdit(this.store, id, { [FIELDS[field] ?? "a"]: value });
    this.takeAlong(await this.store.drafts());
    this.remember(`${id}/${field}`, value);
    const shown = await this.store.record(id);
    expect(shown?.values[FIELDS[field] ?? "a"], "what was typed is shown").toBe(value);
  }

  private remember(field: string, value: string): void {
    this.typed.set(field, value);
    this.overwritten.delete(field);
  }

  /** An edit finished at once takes up the draft that was begun before, and what was typed into it. */
  private takeAlong(open: readonly { readonly id: string }[]): void {
    if (!this.begun || open.some(({ id }) => id === this.begun?.draft)) return;
    this.remember(this.begun.field, this.begun.value);
    this.begun = null;
  }

  /** Opens a draft of a record and types into it; it is finished later, whatever happens in between. */
  private async begin(which: number, field: number): Promise<void> {
    const id = this.ids[which];
    const draft = id && !this.begun ? await this.store.editRecord(id) : null;
    if (!id || !draft) return;
    const value = this.value();
    await this.store.saveDraft({ ...draft, values: { ...draft.values, [FIELDS[field] ?? "a"]: value } });
    this.begun = { draft: draft.id, field: `${id}/${field}`, value };
  }

  private async finish(): Promise<void> {
    if (!this.begun) return;
    const { draft, field, value } = this.begun;
    this.remember(field, value);
    await this.store.submitDraft(draft);
    this.begun = null;
  }

  private other(which: number, field: number): void {
    const id = this.ids[which];
    if (!id) return;
    this.server.write(id, [[field, `other ${this.value()}`]]);
    this.overwritten.add(`${id}/${field}`);
    this.disturbed = true;
  }

  private stranger(): void {
    this.strangers += 1;
    this.server.begin(`9-${this.strangers}`, [[0, this.value()]]);
  }

  private restore(): void {
    this.server.restore();
    this.disturbed = true;
    this.restored = true;
  }
}

function request({ epoch, cursors, mutations }: Collected): Omit<SyncRequest, "tables"> {
  return { protocol: 1, epoch, cursors, mutations, photos: [] };
}

async function inOutbox(store: Store): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { mutation } of await store.outbox()) {
    if (mutation.kind === "review" || mutation.kind === "move") continue;
    for (const [position, value] of mutation.set) found.add(`${mutation.record}/${position}/${String(value)}`);
  }
  return found;
}

/** What the server has ever taken in survives its restores only once the phone has heard of them. */
function neverRestored(done: readonly Step[]): boolean {
  return !done.some((step) => step.do === "restore");
}

describe("a phone and its server", () => {
  it("over any interleaving of typing, freezing, lost and late answers and restores, nothing typed is lost", async () => {
    const property = fc.asyncProperty(steps, async (schedule) => {
      const store = await freshStore();
      const world = new World(store);
      for (const step of schedule) await world.take(step);
      if (neverRestored(schedule)) {
        const here = await inOutbox(store);
        for (const [field, value] of world.typed) {
          expect(here.has(`${field}/${value}`) || world.server.kept.includes(`${field}/${value}`)).toBe(true);
        }
      }
      await world.quiet();
      for (const [field, value] of world.typed) expect(world.server.kept).toContain(`${field}/${value}`);
      const shown = await store.records();
      expect(shown.map(({ id }) => id).sort()).toEqual([...world.server.records].sort());
      for (const { id, local, values } of shown) {
        expect(local).toBe("on_server");
        expect(values).toEqual(toPaths(world.server.head(id) ?? [], FIELDS));
      }
      store.close();
    });
    await fc.assert(property, { numRuns: 800 });
  }, 120_000);

  it("applying an answer again changes nothing", async () => {
    const property = fc.asyncProperty(steps, async (schedule) => {
      const store = await freshStore();
      const world = new World(store);
      for (const step of schedule) await world.take(step);
      const sent = await store.collect(EVERYTHING);
      const answer = world.server.sync(request(sent));
      const received = { sent, at: Date.now(), took: 0 };
      await store.apply(answer, received);
      const once = [await store.records(), await store.outbox(), await store.documents("form")];
      await store.apply(answer, received);
      expect([await store.records(), await store.outbox(), await store.documents("form")]).toEqual(once);
      store.close();
    });
    await fc.assert(property, { numRuns: 200 });
  }, 60_000);
});
