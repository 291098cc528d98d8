/**
 * A phone without a screen: the app's own store, loop and calls in Node, driven by lines of JSON on stdin. What a browser
 * would bring is in `browser.ts`. Each line `{"id": 1, "do": "new", …}` is answered by `{"id": 1, "answer": …}` or
 * `{"id": 1, "error": "StorageFull: …"}`, in whatever order they end: a person types while a request is under way.
 *
 * Used by tests/simulation_client; the address of its server is the first argument.
 */

import { createInterface } from "node:readline";
import { api } from "../src/shared/api";
import type { ProfileInfo } from "../src/shared/profile";
import type { Decision, Value, Values } from "../src/shared/protocol";
import { createProfile, currentProfile, openStore, RecordChanged, StorageFull, takeOver, updateProfile } from "../src/store";
import type { Store } from "../src/store";
import { run } from "../src/sync/loop";
import { browse, cookies } from "./browser";
import { dump, load, rowsOf } from "./disk";
import { failWrites, loseConnections, makeTroublesome, setClock } from "./trouble";
import type { Failing } from "./trouble";

browse(process.argv[2] ?? "");
makeTroublesome();

let profile: ProfileInfo | null = null;
let opened: Store | null = null;

function store(): Store {
  if (!opened) throw new Error("the app is closed");
  return opened;
}

/** The app is opened on what the disk holds; what an earlier number left is taken over first, or at the next start. */
async function open(): Promise<ProfileInfo | null> {
  const found = await currentProfile();
  profile = found && (await whole(found));
  opened = profile && (await openStore(profile.device));
  return profile;
}

async function whole(found: ProfileInfo): Promise<ProfileInfo> {
  const { succeeds, ...rest } = found;
  if (succeeds === undefined) return found;
  try {
    await takeOver(succeeds, rest.device);
    await updateProfile(rest);
    return rest;
  } catch (error) {
    if (error instanceof StorageFull) return found;
    throw error;
  }
}

function close(): void {
  opened?.close();
  opened = null;
}

interface Line {
  readonly id: number;
  readonly do: keyof typeof commands;
  readonly record: string;
  readonly values: Values;
}

type Given<Members> = Line & Members;

const commands = {
  open,
  close,

  /** By a link; a phone that has a number says it, and keeps it where it may. */
  enrol: async ({ token }: Given<{ token: string }>) => {
    const number = profile === null ? {} : { device: profile.device };
    const body = { token, language: "vi", consents: ["account"], ...number };
    close();
    await createProfile(await api<ProfileInfo>("POST", "/api/enrolments/redeem", body));
    return open();
  },

  /** A new record, typed into a draft of that id: saved, submitted. Gives the record's id. */
  new: async ({ draft, form, place, values }: Given<{ draft: string; form: number; place: number }>) => {
    await store().saveDraft({ id: draft, form, place, values, updated: store().localNow() });
    return store().submitDraft(draft);
  },

  /** Opens the record's draft and types into it; it stays open. Gives the draft's id, or null: no such record here. */
  begin: async ({ record, values }: Line) => {
    const draft = await store().editRecord(record);
    if (!draft) return null;
    await store().saveDraft({ ...draft, values: { ...draft.values, ...values } });
    return draft.id;
  },

  finish: ({ draft }: Given<{ draft: string }>) => store().submitDraft(draft),

  /** False: another revision has come since it was looked at. */
  resolve: async ({ record, rev, closes, set }: Given<{ rev: number; closes: number[]; set: Record<string, Value | null> }>) => {
    try {
      await store().resolve({ record, rev, closes, set });
      return true;
    } catch (error) {
      if (error instanceof RecordChanged) return false;
      throw error;
    }
  },

  review: ({ record, rev, hash, decision, reason }: Given<{ rev: number; hash: string; decision: Decision; reason: string }>) =>
    store().review({ record, rev, hash, decision, reason }),

  move: ({ record, place }: Given<{ place: number }>) => store().move(record, place),

  sync: () => run(store()),

  records: () => store().records(),
  record: ({ record }: Line) => store().record(record),
  outbox: () => store().outbox(),
  drafts: () => store().drafts(),
  documents: ({ kind }: Given<{ kind: "form" | "quarantine" }>) => store().documents(kind),

  /** Everything that the profile in use has in its database, by store: [key, value] … */
  rows: () => rowsOf(`ben-${store().device}`),

  /** The whole disk, and the browser's cookies. */
  dump: async () => ({ disk: await dump(), cookies: Object.fromEntries(cookies) }),
  load: async (given: Given<{ disk: string; cookies: Record<string, string> }>) => {
    await load(given.disk);
    for (const [name, value] of Object.entries(given.cookies)) cookies.set(name, value);
    return open();
  },

  /** As the app does by itself when the server has told that this phone's storage was copied. */
  renumber: async () => {
    if ((await store().outbox()).some((item) => item.frozen)) await run(store());
    if ((await store().outbox()).some((item) => item.frozen)) return null;
    const { device } = store();
    const next = await api<ProfileInfo>("POST", "/api/devices", undefined, device);
    await createProfile({ ...next, succeeds: device });
    close();
    return open();
  },

  /** Writes fail, after so many more, or (null) succeed again. */
  disk: ({ fails, after }: Given<{ fails: Failing | null; after?: number }>) => failWrites(fails, after),
  lose: loseConnections,
  clock: ({ milliseconds }: Given<{ milliseconds: number }>) => setClock(milliseconds),

  api: ({ method, path, body }: Given<{ method: "GET" | "POST"; path: string; body?: unknown }>) =>
    api(method, path, body, profile?.device),
};

const obey = async (line: Line): Promise<unknown> => await (commands[line.do] as (given: Line) => unknown)(line);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

createInterface({ input: process.stdin }).on("line", (text) => {
  const line = JSON.parse(text) as Line;
  obey(line).then(
    (answer) => say({ id: line.id, answer: answer ?? null }),
    (error: unknown) => say({ id: line.id, error: told(error) }),
  );
});
