import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "./contract";
import { StorageFull } from "./errors";
import { openStore, takeOver } from "./store";
import { applied, draft, EVERYTHING, FORM, freshStore, inPlace, receive, recordDocument, submitEdit, submitNew } from "./testing";
import type { NewPhoto } from "./types";

const DAY = 24 * 3600 * 1000;
const nameOf = (mark: number): string => `${mark.toString(16).padStart(64, "0")}.webp`;

function photo(mark: number): NewPhoto {
  const bytes = Uint8Array.of(mark, 1, 2, 3).buffer;
  return { name: nameOf(mark), type: "image/webp", bytes, preview: { bytes: Uint8Array.of(mark).buffer, type: "image/webp" } };
}

let store: Store;
beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  store.close();
});

const states = async (of = store): Promise<Record<string, string>> =>
  Object.fromEntries((await of.photos()).map(({ name, state }) => [String(Number.parseInt(name.slice(0, 64), 16)), state]));

/** Time goes by for whoever asks the clock; timers stay real. */
function later(days: number): void {
  const real = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(real + days * DAY);
}

async function exchange(lacks: readonly string[] | undefined, part: Parameters<typeof receive>[1] = {}): Promise<void> {
  await receive(store, { ...(lacks && { lacks }), now: new Date(Date.now()).toISOString(), ...part });
}

describe("a photo", () => {
  it("is on the disk, whole, before its name can become an answer", async () => {
    await store.keepPhoto(photo(1));
    expect(new Uint8Array((await store.piece(nameOf(1), "whole")) ?? new ArrayBuffer(0))).toEqual(Uint8Array.of(1, 1, 2, 3));
    expect((await store.piece(nameOf(1), "preview"))?.byteLength).toBe(1);
    expect(await states()).toEqual({ 1: "kept" });
  });

  it("that doesn't fit is told, and nothing of it is half written", async () => {
    const real = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === "photos") throw new DOMException("no room", "QuotaExceededError");
      return real.apply(this, given);
    });
    await expect(store.keepPhoto(photo(1))).rejects.toThrow(StorageFull);
    vi.restoreAllMocks();
    expect(await store.piece(nameOf(1), "whole")).toBeNull();
  });

  it("is asked about once a mutation names it, and sent when the server lacks it", async () => {
    await store.keepPhoto(photo(1));
    expect((await store.collect(EVERYTHING)).photos).toEqual([]);
    await submitNew(store, { a: nameOf(1) });
    expect((await store.collect(EVERYTHING)).photos).toEqual([nameOf(1)]);
    await exchange([nameOf(1)]);
    expect((await store.lacked()).map(({ name }) => name)).toEqual([nameOf(1)]);
    expect((await store.collect(EVERYTHING)).photos).toEqual([]);
    await store.uploadBegun(nameOf(1), "whole", "/api/attachments/x");
    expect((await store.photo(nameOf(1)))?.uploads).toEqual({ whole: "/api/attachments/x" });
    await store.uploadLanded(nameOf(1), "preview");
    expect(await states()).toEqual({ 1: "lacked" });
    await store.uploadLanded(nameOf(1), "whole");
    expect(await states()).toEqual({ 1: "sent" });
  });

  it("that the server has already is not sent", async () => {
    await store.keepPhoto(photo(1));
    await submitNew(store, { a: nameOf(1) });
    await exchange([]);
    expect(await states()).toEqual({ 1: "sent" });
  });

  it("is asked about again when the server said nothing of it", async () => {
    await store.keepPhoto(photo(1));
    await submitNew(store, { a: nameOf(1) });
    await exchange(undefined);
    expect(await states()).toEqual({ 1: "waiting" });
  });

  it("goes with the draft that is thrown away, unless another draft names it", async () => {
    for (const mark of [1, 2]) await store.keepPhoto(photo(mark));
    await store.saveDraft(draft({ id: "one", values: { a: nameOf(1), b: nameOf(2) } }));
    await store.saveDraft(draft({ id: "other", values: { a: nameOf(2) } }));
    await store.discardDraft("one");
    expect(await states()).toEqual({ 2: "kept" });
    expect(await store.piece(nameOf(1), "whole")).toBeNull();
  });

  it("that was taken anew goes a day later; one that a draft names stays as long as the draft", async () => {
    for (const mark of [1, 2]) await store.keepPhoto(photo(mark));
    await store.saveDraft(draft({ values: { a: nameOf(2) } }));
    await exchange([]);
    expect(await states()).toEqual({ 1: "kept", 2: "kept" });
    later(400);
    await exchange([]);
    expect(await states()).toEqual({ 2: "kept" });
  });

  it("that an edit took away again before it was ever sent is not sent", async () => {
    for (const mark of [1, 2]) await store.keepPhoto(photo(mark));
    const id = await submitNew(store, { a: nameOf(1) });
    await submitEdit(store, id, { a: nameOf(2) });
    expect(await states()).toEqual({ 1: "kept", 2: "waiting" });
  });

  it("waits as long as it takes, also when what it waits for was answered long ago", async () => {
    await store.keepPhoto(photo(1));
    const id = await submitNew(store, { a: nameOf(1) });
    await exchange([nameOf(1)], { results: [applied(1)], changes: inPlace(recordDocument(id)) });
    later(400);
    await exchange([]);
    expect(await states()).toEqual({ 1: "lacked" });
    expect(await store.piece(nameOf(1), "whole")).not.toBeNull();
  });

  it("that the server has stays for 30 days; then its small picture stays with the record, and goes with it", async () => {
    await store.keepPhoto(photo(1));
    const id = await submitNew(store, { a: nameOf(1) });
    await exchange([], { results: [applied(1)], changes: inPlace(recordDocument(id, { values: [nameOf(1)] })) });
    later(29);
    await exchange([]);
    expect(await states()).toEqual({ 1: "sent" });
    vi.restoreAllMocks();
    later(31);
    await exchange([]);
    expect(await states()).toEqual({});
    expect((await store.seen(id, nameOf(1)))?.bytes.byteLength).toBe(1);
    await exchange([], { forget: ["p4"] });
    expect(await store.seen(id, nameOf(1))).toBeNull();
  });

  it("is offered again to a server that was restored from a backup", async () => {
    await store.keepPhoto(photo(1));
    const id = await submitNew(store, { a: nameOf(1) });
    await exchange([], { results: [applied(1)], changes: inPlace(recordDocument(id)) });
    await exchange([], { reoffer: true, epoch: "e2" });
    expect((await store.collect(EVERYTHING)).photos).toEqual([nameOf(1)]);
  });

  it("that was never sent outlives the end of this phone's rights", async () => {
    await store.keepPhoto(photo(1));
    const id = await submitNew(store, { a: nameOf(1) });
    await exchange([nameOf(1)], { results: [applied(1)], changes: inPlace(recordDocument(id)) });
    await exchange(undefined, { forget: ["p4"] });
    expect(await store.piece(nameOf(1), "whole")).not.toBeNull();
  });

  it("of another person's record is kept only while the record is here", async () => {
    await store.see("99-1", nameOf(1), { bytes: new ArrayBuffer(1), type: "image/webp" });
    expect(await store.seen("99-1", nameOf(1))).toBeNull();
  });
});

describe("a new number", () => {
  it("takes over every photo, and what the old one was sending it asks about anew", async () => {
    for (const mark of [1, 2, 3]) await store.keepPhoto(photo(mark));
    await submitNew(store, { a: nameOf(1) });
    await exchange([nameOf(1)]);
    await store.uploadBegun(nameOf(1), "whole", "/api/attachments/x");
    await store.saveDraft(draft({ id: "open", values: { a: nameOf(2) } }));
    await submitNew(store, { a: nameOf(3) });
    await takeOver(store.device, store.device + 5000);
    const next = await openStore(store.device + 5000);
    expect(await states(next)).toEqual({ 1: "waiting", 2: "kept", 3: "waiting" });
    expect((await next.photo(nameOf(1)))?.uploads).toBeUndefined();
    expect((await next.piece(nameOf(2), "whole"))?.byteLength).toBe(4);
    expect(await states()).toEqual({});
    next.close();
  });
});

describe("a phone that had the app before there were photos", () => {
  it("finds its drafts and its outbox untouched, and can keep photos", async () => {
    const old = await openDB("ben-7777", 1, {
      upgrade: (database) => {
        database.createObjectStore("meta");
        database.createObjectStore("records", { keyPath: "id" }).createIndex("feeds", "feeds", { multiEntry: true });
        database.createObjectStore("outbox", { keyPath: "n" }).createIndex("record", "record");
        const sent = database.createObjectStore("sent", { keyPath: "n" });
        for (const index of ["answered", "open", "record"]) sent.createIndex(index, index);
        database.createObjectStore("drafts", { keyPath: "id" }).createIndex("record", "record");
        const documents = database.createObjectStore("documents", { keyPath: ["k", "id"] });
        documents.createIndex("feeds", "feeds", { multiEntry: true });
        documents.createIndex("k", "k");
        database.createObjectStore("people");
        database.createObjectStore("histories");
      },
    });
    await old.put("drafts", { id: "d1", record: null, draft: draft({ values: { a: "typed" } }) });
    old.close();
    const now = await openStore(7777);
    expect((await now.draft("d1"))?.values).toEqual({ a: "typed" });
    await now.keepPhoto(photo(1));
    expect(await states(now)).toEqual({ 1: "kept" });
    now.close();
  });
});

type Step =
  | { readonly do: "keep" | "name" | "forget"; readonly mark: number; readonly draft: number }
  | { readonly do: "submit" | "discard"; readonly draft: number }
  | { readonly do: "edit"; readonly mark: number }
  | { readonly do: "sync" | "upload" | "restore" | "restart" | "age" | "full" | "renumber" };

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("keep" as const, "name" as const, "name" as const, "forget" as const), mark: fc.nat(5), draft: fc.nat(2) }),
    fc.record({ do: fc.constantFrom("submit" as const, "submit" as const, "discard" as const), draft: fc.nat(2) }),
    fc.record({ do: fc.constant("edit" as const), mark: fc.nat(5) }),
    fc.record({ do: fc.constantFrom("sync" as const, "upload" as const, "restore" as const, "restart" as const, "age" as const, "full" as const, "renumber" as const) }),
  ),
  { maxLength: 40 },
);

/** One phone, a server that has some photos, and what somebody would miss. */
class World {
  has = new Set<string>();
  backup = new Set<string>();
  epoch = 1;
  named = new Set<string>();
  days = 0;
  begun = 0;

  constructor(public phone: Store) {}

  async take(step: Step): Promise<void> {
    if (step.do === "keep") await this.keep(step.mark);
    else if (step.do === "name") await this.name(`d${step.draft}`, step.mark);
    else if (step.do === "forget") await this.phone.saveDraft(draft({ id: `d${step.draft}`, values: {} }));
    else if (step.do === "submit") await this.submit(`d${step.draft}`);
    else if (step.do === "discard") await this.phone.discardDraft(`d${step.draft}`);
    else if (step.do === "edit") await this.edit(step.mark);
    else await this[step.do]();
  }

  async keep(mark: number): Promise<void> {
    await this.phone.keepPhoto(photo(mark));
  }

  /** As the app does: the bytes first, then the answer. */
  async name(id: string, mark: number): Promise<void> {
    await this.keep(mark);
    const before = (await this.phone.draft(id))?.values ?? {};
    await this.phone.saveDraft(draft({ id, values: { ...before, [mark % 2 ? "a" : "b"]: nameOf(mark) } }));
  }

  async submit(id: string): Promise<void> {
    if (!(await this.phone.draft(id))) return;
    await this.phone.submitDraft(id);
  }

  async edit(mark: number): Promise<void> {
    const [record] = await this.phone.records();
    if (!record) return;
    await this.keep(mark);
    await submitEdit(this.phone, record.id, { a: nameOf(mark) });
  }

  async sync(): Promise<void> {
    const sent = await this.phone.collect(EVERYTHING);
    const now = new Date(Date.now()).toISOString();
    const reoffer = sent.epoch !== null && sent.epoch !== `e${this.epoch}`;
    const lacks = sent.photos.filter((name) => !this.has.has(name));
    const results = sent.mutations.map(({ n }) => applied(n));
    const changes = inPlace(...sent.mutations.map(({ record }) => recordDocument(record)));
    for (const mutation of sent.mutations) {
      for (const [, value] of "set" in mutation ? mutation.set : []) if (typeof value === "string") this.named.add(value);
    }
    await receive(this.phone, { epoch: `e${this.epoch}`, reoffer, lacks, results: reoffer ? [] : results, changes: reoffer ? { c1: [FORM] } : changes, cursors: { c1: 1, p4: 0 }, now }, sent);
  }

  async upload(): Promise<void> {
    for (const { name } of await this.phone.lacked()) {
      const whole = await this.phone.piece(name, "whole");
      if (!whole) throw new Error("the bytes of a photo that is to be sent are gone");
      this.has.add(name);
      await this.phone.uploadLanded(name, "whole");
    }
    if (this.days === 0) this.backup = new Set(this.has);
  }

  restore(): void {
    if (this.days > 25) return; // Kept for 30 days, no longer.
    this.has = new Set([...this.backup].slice(0, 1));
    this.epoch += 1;
  }

  async restart(): Promise<void> {
    const { device } = this.phone;
    this.phone.close();
    this.phone = await openStore(device);
  }

  age(): void {
    this.days += 5;
    vi.restoreAllMocks();
    later(this.days);
  }

  /** One write finds no room: the whole transaction is as if it had never begun. */
  async full(): Promise<void> {
    const real = IDBObjectStore.prototype.put;
    let left = 1 + (this.begun % 3);
    const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
      left -= 1;
      if (left === 0) throw new DOMException("no room", "QuotaExceededError");
      return real.apply(this, given);
    });
    this.begun += 1;
    try {
      await this.name("d1", this.begun % 6).catch(() => undefined);
      await this.submit("d1").catch(() => undefined);
      await this.sync().catch(() => undefined);
    } finally {
      spy.mockRestore();
    }
  }

  async renumber(): Promise<void> {
    const { device } = this.phone;
    if ((await this.phone.outbox()).some((item) => item.frozen)) return;
    this.phone.close();
    await takeOver(device, device + 10_000);
    this.phone = await openStore(device + 10_000);
    await receive(this.phone, { changes: { c1: [FORM] }, cursors: { c1: 1, p4: 0 }, epoch: `e${this.epoch}` });
  }

  /** Names that a draft, a waiting mutation or an accepted one holds, and the server doesn't have. */
  async missed(): Promise<string[]> {
    const drafts = (await this.phone.drafts()).flatMap(({ values }) => Object.values(values));
    const waiting = (await this.phone.outbox()).flatMap(({ mutation }) => ("set" in mutation ? mutation.set.map(([, value]) => value) : []));
    const names = new Set([...drafts, ...waiting, ...this.named].filter((value) => typeof value === "string"));
    const missed: string[] = [];
    for (const name of names) if (!this.has.has(name) && !(await this.phone.piece(name, "whole"))) missed.push(name);
    return missed;
  }
}

describe("whatever happens", () => {
  it("no photo that anything names is lost before the server has it", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const world = new World(await freshStore());
        try {
          for (const step of taken) {
            await world.take(step);
            expect(await world.missed()).toEqual([]);
          }
        } finally {
          vi.restoreAllMocks();
          world.phone.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});
