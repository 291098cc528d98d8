import { beforeAll, describe, expect, it } from "vitest";
import { QUIET, type SyncStatus } from "../../sync";
import { chooseLanguage, common, fetchLater } from "../i18n/common";
import { LANGUAGES } from "../i18n";
import { syncSentences } from "../i18n/sync";
import { syncSign, type SyncFacts, type SyncName } from "./sync-sign";

const WELL: SyncFacts = {
  status: { ...QUIET, last: "2023-05-16T07:30:00+07:00" },
  online: true,
  photos: 0,
  refused: 0,
  sending: null,
  full: false,
  skew: 0,
  conflicts: 0,
  update: false,
};

type Over = Partial<Omit<SyncFacts, "status">> & { readonly status?: Partial<SyncStatus> };

function facts({ status, ...over }: Over): SyncFacts {
  return { ...WELL, ...over, status: { ...WELL.status, ...status } };
}

function failing(status: number, slug = "x"): Over {
  return { status: { state: "server_error", since: 1, next: 2, problem: { slug, status, title: "", extra: {} } } };
}

const PHOTO = { name: "a.jpg", sent: 1, size: 2, landed: 0, of: 3 };

/** How it stands, and what is said then. */
const TABLE: readonly (readonly [string, Over, SyncName])[] = [
  ["nothing to send", {}, "done"],
  ["a look for news while all is well", { status: { state: "sending" } }, "done"],
  ["the first look", { status: { state: "sending", last: null } }, "checking"],
  ["a try after others failed", { status: { state: "sending", since: 1 } }, "checking"],
  ["saved here, about to be sent", { status: { waiting: 2 } }, "waiting"],
  ["saved here, no network", { online: false, status: { state: "offline", waiting: 2, since: 1 } }, "offline"],
  ["a network, but no server", { status: { state: "offline", since: 1 } }, "unreachable"],
  ["sending three of seven", { status: { state: "sending", waiting: 4, of: 7 } }, "sending"],
  ["the server is silent", { status: { state: "sending", of: 7, waiting: 7, silent: true } }, "silent"],
  ["the first records come", { status: { state: "sending", last: null, arriving: { come: 1, of: 9 } } }, "arriving"],
  ["the server has too much to do", failing(503), "busy"],
  ["too many requests", failing(429), "busy"],
  ["the server has no room", failing(507, "storage-full"), "server_full"],
  ["this phone has no room", failing(507, "phone-full"), "phone_full"],
  ["one record is too large", failing(413), "too_large"],
  ["the server fails", failing(500), "server_error"],
  ["something broke without an answer", { status: { state: "server_error", since: 1 } }, "server_error"],
  ["the server answered and didn't take all", { status: { waiting: 1, next: 5 } }, "stuck"],
  ["access has ended", { status: { state: "revoked" } }, "revoked"],
  ["signed out", { status: { state: "signed_out", waiting: 3 } }, "signed_out"],
  ["the app is too old", { status: { state: "update_needed" } }, "update_needed"],
  ["the phone was copied", { status: { state: "renumber" } }, "renumber"],
  ["stopped by the person", { status: { state: "paused", waiting: 3 } }, "paused"],
  ["photos on their way", { photos: 3, sending: PHOTO }, "photos"],
  ["photos that wait", { photos: 3 }, "photos_waiting"],
  ["photos that were refused", { photos: 3, refused: 1 }, "photos_refused"],
  ["the phone's room runs out, without a network too", { full: true, online: false, status: { state: "offline" } }, "little_room"],
  ["the clock is fast", { skew: 6 }, "clock"],
  ["the clock is slow", { skew: -60 }, "clock"],
  ["the clock is wrong by little", { skew: 5 }, "done"],
  ["two answers wait", { conflicts: 1 }, "conflict"],
  ["an update waits", { update: true }, "update"],
];

const NAMES = [...new Set(TABLE.map(([, , name]) => name))];

it.each(TABLE)("%s", (_, over, name) => {
  expect(syncSign(facts(over)).name).toBe(name);
});

it("what waits is counted once", () => {
  expect(syncSign(facts({ status: { state: "offline", waiting: 2 } })).queue).toBe(2);
  expect(syncSign(facts({ status: { state: "sending", waiting: 2, of: 2 } })).queue).toBe(0);
  expect(syncSign(facts({ status: { waiting: 2 } })).queue).toBe(0);
});

it("access that has ended is said before everything else", () => {
  const all: Over = { full: true, photos: 1, refused: 1, skew: 60, conflicts: 1, update: true };
  expect(syncSign(facts({ ...all, status: { state: "revoked" } })).name).toBe("revoked");
});

describe.each(LANGUAGES)("in %s", (language) => {
  beforeAll(async () => {
    await fetchLater();
    await chooseLanguage(language);
  });

  it("each name has a word of its own and a sentence", () => {
    const words = NAMES.map((name) => common[language][`sync.${name}`]);
    expect(words.every(Boolean)).toBe(true);
    expect(new Set(words).size).toBe(NAMES.length);
    const sentences = syncSentences[language];
    for (const name of Object.keys(sentences).filter((key) => key.endsWith(".text"))) expect(NAMES).toContain(name.replace(".text", ""));
    for (const name of NAMES) expect(sentences[`${name}.text`].length).toBeGreaterThan(20);
  });
});
