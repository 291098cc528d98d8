import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetPin, personsOf, pushOwner, setPin, setPushOwner, tryPin, type PersonHere } from "./persons";
import { isEasy, LONGEST_WAIT, waitAfter } from "./pin";
import { createProfile, currentProfile, profiles, removeProfile, switchProfile, use } from "./profiles";

/** Few rounds, so that a test takes no second for each try. */
const FEW = 10;
const info = (device: number, id: number) => ({ device, person: { id, name: `Người ${id}` }, roles: [], language: "vi", epoch: null }) as const;

async function person(id: number): Promise<PersonHere> {
  const found = (await personsOf()).find((each) => each.id === id);
  if (!found) throw new Error("not here");
  return found;
}

beforeEach(async () => {
  await use(async (database) => {
    await database.clear("profiles");
    await database.clear("current");
  });
});

describe("who shares a phone", () => {
  it("a person is here once, under the number used last, whatever numbers they had", async () => {
    await createProfile(info(701, 7));
    await createProfile(info(703, 7));
    await createProfile(info(702, 8));
    const found = (await personsOf()).map(({ id, profile, former }) => [id, profile.device, former]);
    expect(found).toEqual([[7, 703, [701]], [8, 702, []]]);
  });

  it("who joins takes nothing from who was here", async () => {
    await createProfile(info(701, 7));
    await setPin(await person(7), "2580", FEW);
    await createProfile(info(702, 8), true);
    expect((await profiles()).map(({ device }) => device)).toEqual([701, 702]);
    expect((await person(7)).hasPin).toBe(true);
    expect((await person(8)).hasPin).toBe(false);
  });

  it("who leaves takes their PIN along and nobody else's", async () => {
    await createProfile(info(701, 7));
    await createProfile(info(702, 8));
    for (const id of [7, 8]) await setPin(await person(id), "2580", FEW);
    await removeProfile(702);
    expect(await currentProfile()).toBeNull();
    expect((await personsOf()).map(({ id, hasPin }) => [id, hasPin])).toEqual([[7, true]]);
    await createProfile(info(702, 8));
    expect((await person(8)).hasPin).toBe(false);
  });

  it("the subscription stays with whoever was alone here, until somebody switches it on for themselves", async () => {
    await createProfile(info(701, 7));
    expect(await pushOwner()).toBeNull();
    await createProfile(info(702, 8));
    expect((await pushOwner())?.person.id).toBe(7);
    await setPushOwner(702);
    expect((await pushOwner())?.person.id).toBe(8);
    await removeProfile(702);
    expect(await pushOwner()).toBeNull();
  });
});

afterEach(() => vi.restoreAllMocks());

describe("a PIN", () => {
  beforeEach(async () => {
    await createProfile(info(701, 7));
    await setPin(await person(7), "2580", FEW);
  });

  it("opens, and nothing else does", async () => {
    expect(await tryPin(7, "2581")).toEqual({ right: false, until: 0 });
    expect(await tryPin(7, "2580")).toEqual({ right: true, until: 0 });
    expect(await tryPin(8, "2580")).toEqual({ right: false, until: 0 });
  });

  it("is not on the phone in digits, and never twice the same", async () => {
    const kept = () => use(async (database) => JSON.stringify(await database.get("current", "person 7")));
    const first = await kept();
    await setPin(await person(7), "2580", FEW);
    expect(first).not.toContain("2580");
    expect(await kept()).not.toBe(first);
  });

  it("keeps waiting longer after wrong tries; not even the right one is looked at meanwhile", async () => {
    const now = 1_000_000;
    for (const digits of ["1111", "2222"]) expect((await tryPin(7, digits, now)).until).toBe(0);
    const third = await tryPin(7, "3333", Date.now());
    expect(third.until).toBeGreaterThan(Date.now() + 25_000);
    expect(await tryPin(7, "2580")).toEqual({ right: false, until: third.until });
    expect((await person(7)).until).toBe(third.until);
    expect((await tryPin(7, "2580", third.until)).right).toBe(true);
    expect((await person(7)).until).toBe(0);
  });

  it("waits as long after three, four, five … wrong tries, and an hour at most", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99].map((wrong) => waitAfter(wrong) / 1_000)).toEqual([0, 0, 0, 30, 60, 120, 300, 900, 3_600, 3_600, 3_600]);
  });

  it("keeps nobody out for longer because the clock was set back", async () => {
    const later = Date.now() + 1_000 * LONGEST_WAIT;
    for (let tries = 0; tries < 3; tries += 1) await tryPin(7, "9999", later);
    const now = Date.now();
    const looks = [];
    for (const after of [0, 10_000, 29_999, 30_000]) looks.push((await personsOf(now + after))[0]?.until);
    expect(looks).toEqual([now + 30_000, now + 30_000, now + 30_000, 0]);
    expect((await tryPin(7, "2580", now + 30_000)).right).toBe(true);
  });

  it("a clock that was set back while a wrong PIN is typed is waited for no longer either", async () => {
    const later = Date.now() + 1_000 * LONGEST_WAIT;
    for (let tries = 0; tries < 3; tries += 1) await tryPin(7, "9999", later);
    const now = Date.now();
    expect(await tryPin(7, "2580", now)).toEqual({ right: false, until: now + 30_000 });
    expect((await tryPin(7, "2580", now + 30_000)).right).toBe(true);
  });

  it("opens on a phone without room, where wrong tries wait all the same", async () => {
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    const now = Date.now();
    for (const digits of ["1111", "2222"]) expect(await tryPin(7, digits, now)).toEqual({ right: false, until: 0 });
    expect((await tryPin(7, "3333", now)).until).toBe(now + 30_000);
    expect(await tryPin(7, "2580", now)).toEqual({ right: false, until: now + 30_000 });
    expect((await personsOf(now))[0]?.until).toBe(now + 30_000);
    expect(await tryPin(7, "2580", now + 30_000)).toEqual({ right: true, until: 0 });
    expect((await tryPin(7, "1111", now + 30_000)).until).toBe(0);
  });

  it("stays when the number changes or another person is chosen, and is chosen anew after a new link", async () => {
    await createProfile(info(703, 7));
    await switchProfile(701);
    expect((await person(7)).hasPin).toBe(true);
    await createProfile(info(703, 7), true);
    expect((await person(7)).hasPin).toBe(false);
  });

  it("goes when its owner is alone", async () => {
    await forgetPin(7);
    expect((await person(7)).hasPin).toBe(false);
  });

  it.each(["0000", "1234", "987654", "55555"])("that everybody tries first is refused: %s", (digits) => expect(isEasy(digits)).toBe(true));
  it.each(["2580", "1357", "1123"])("that isn't is not: %s", (digits) => expect(isEasy(digits)).toBe(false));
});
