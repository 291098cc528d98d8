// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProfile, switchProfile } from "../../store";
import { use } from "../../store/profiles";

const info = (device: number, id: number) => ({ device, person: { id, name: `Người ${id}` }, roles: [], language: "vi", epoch: null }) as const;
const reload = vi.fn();

/** The app as a page that was just loaded has it. */
async function page() {
  vi.resetModules();
  const filling = await import("../filling");
  return { ...(await import("../session")), ...(await import("../router")), ...(await import("./persons")), holdTurn: filling.holdTurn };
}

type Opened = Awaited<ReturnType<typeof page>>;
let app: Opened;

beforeEach(async () => {
  reload.mockReset();
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  vi.stubGlobal("location", { hash: "#/fill/d1", origin: "http://localhost", reload });
  await use(async (database) => {
    await database.clear("profiles");
    await database.clear("current");
  });
  await createProfile(info(702, 8));
  await createProfile(info(701, 7));
  app = await page();
  app.noteUse();
  await app.openSession();
});

afterEach(() => {
  app.closeSession();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("putting a shared phone down", () => {
  it("waits for what is on no disk yet, and happens when it is", async () => {
    let kept = false;
    const letGo = app.holdTurn(() => kept);
    expect(await app.putDown()).toBe(false);
    expect(app.session.peek()?.profile.device).toBe(701);
    expect(app.isInUse()).toBe(true);
    kept = true;
    expect(await app.putDown()).toBe(true);
    expect(app.session.peek()).toBeNull();
    letGo();
  });

  it("the same person finds what they had open: the page stays, and so do its screens", async () => {
    await app.putDown();
    await app.takeUp();
    expect(app.session.peek()?.profile.person.id).toBe(7);
    const open = app.session.peek();
    await app.openSession();
    expect(app.session.peek()).toBe(open);
    expect(reload).not.toHaveBeenCalled();
  });

  it("another person begins in a page that is loaded again, once, at their own start", async () => {
    await app.putDown();
    await switchProfile(702);
    await app.takeUp();
    expect(reload).toHaveBeenCalledTimes(1);
    expect([app.session.peek(), app.address.peek()]).toEqual([null, ""]);
    app = await page();
    await app.openSession();
    expect(app.session.peek()?.profile.person.id).toBe(8);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it("another person begins in the same page where it could not be loaded again", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await switchProfile(702);
    await app.openSession();
    expect(app.session.peek()?.profile.person.id).toBe(8);
    expect(reload).not.toHaveBeenCalled();
  });
});

describe("a tab that was told nothing", () => {
  it("asks who is there when the phone was not in use", async () => {
    app.noteUse(Date.now() - app.AWAY);
    await app.follow();
    expect(app.session.peek()).toBeNull();
  });

  it("opens what the person has taken up in another tab", async () => {
    await app.putDown();
    await app.follow();
    expect(app.session.peek()).toBeNull();
    app.noteUse();
    await app.follow();
    expect(app.session.peek()?.profile.person.id).toBe(7);
  });

  it("lets go of one person's own when another one has taken the phone up, but not of what is on no disk", async () => {
    const letGo = app.holdTurn(() => false);
    await switchProfile(702);
    await app.follow();
    expect(app.session.peek()?.profile.person.id).toBe(7);
    letGo();
    await app.follow();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});

it("one look at a time; asked for meanwhile, once more", async () => {
  const ends: (() => void)[] = [];
  const look = app.oneAtATime(() => new Promise<void>((resolve) => ends.push(resolve)));
  for (let asked = 0; asked < 3; asked += 1) look();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  await new Promise((resolve) => setTimeout(resolve));
  expect(ends).toHaveLength(2);
  look();
  expect(ends).toHaveLength(3);
});
