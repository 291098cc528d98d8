/**
 * What the sync indicator says: one name for how things stand, with its word, icon and tone. Pure. The sentence behind each name
 * is in `i18n/sync.ts`. Of several things that hold, the first of `LINE` is said.
 */
import type { PhotoProgress, SyncStatus } from "../../sync";
import type { WordKey } from "../i18n/t";
import type { IconName } from "../ui/icon";

export interface SyncFacts {
  readonly status: SyncStatus;
  /** What the phone says of its network. */
  readonly online: boolean;
  /** Photos and files that the server doesn't have whole, how many of them it refused, and the one on its way. */
  readonly photos: number;
  readonly refused: number;
  readonly sending: PhotoProgress | null;
  /** The browser has little room left for this app. */
  readonly full: boolean;
  /** By how many minutes this phone's clock is wrong. */
  readonly skew: number;
  readonly conflicts: number;
  readonly update: boolean;
}

export type SyncName =
  | "revoked" | "signed_out" | "update_needed" | "renumber" | "phone_full" | "paused" | "arriving" | "silent" | "sending" | "checking" | "little_room"
  | "offline" | "unreachable" | "busy" | "server_full" | "too_large" | "server_error" | "stuck" | "waiting" | "photos" | "photos_refused" | "photos_waiting"
  | "clock" | "conflict" | "update" | "done";

/** attention: somebody has to do something; offline: it goes on by itself later. */
export type SyncTone = "calm" | "busy" | "waiting" | "offline" | "attention";

interface Line {
  readonly name: SyncName;
  readonly icon: IconName;
  readonly tone: SyncTone;
  readonly holds: (facts: SyncFacts) => boolean;
}

export interface SyncSign extends Omit<Line, "holds"> {
  readonly word: WordKey;
  /** How many wait here beside what the word says; 0: it says so itself, or none. */
  readonly queue: number;
}

/** So many minutes a phone may be wrong before it is told. */
const WRONG = 5;

const is = (state: SyncStatus["state"]) => (facts: SyncFacts) => facts.status.state === state;
const answered = (holds: (status: number) => boolean) => (facts: SyncFacts) => is("server_error")(facts) && holds(facts.status.problem?.status ?? 0);
const isPhoneFull = ({ status }: SyncFacts) => status.problem?.slug === "phone-full";
/** A look whether there is anything new is not told while all is well. */
const isLooking = (facts: SyncFacts) => is("sending")(facts) && (facts.status.since !== null || facts.status.last === null);

const LINE: readonly Line[] = [
  { name: "revoked", icon: "hold", tone: "attention", holds: is("revoked") },
  { name: "signed_out", icon: "hold", tone: "attention", holds: is("signed_out") },
  { name: "update_needed", icon: "download", tone: "attention", holds: is("update_needed") },
  { name: "renumber", icon: "hold", tone: "attention", holds: is("renumber") },
  { name: "phone_full", icon: "phone", tone: "attention", holds: (facts) => is("server_error")(facts) && isPhoneFull(facts) },
  { name: "paused", icon: "hold", tone: "attention", holds: is("paused") },
  { name: "silent", icon: "clock", tone: "offline", holds: (facts) => is("sending")(facts) && facts.status.silent },
  { name: "arriving", icon: "down", tone: "busy", holds: (facts) => is("sending")(facts) && facts.status.arriving !== null },
  { name: "sending", icon: "sync", tone: "busy", holds: (facts) => is("sending")(facts) && facts.status.of > 0 },
  { name: "checking", icon: "sync", tone: "busy", holds: isLooking },
  { name: "little_room", icon: "phone", tone: "attention", holds: ({ full }) => full },
  { name: "unreachable", icon: "offline", tone: "offline", holds: (facts) => is("offline")(facts) && facts.online },
  { name: "offline", icon: "offline", tone: "offline", holds: is("offline") },
  { name: "busy", icon: "clock", tone: "offline", holds: answered((status) => status === 429 || status === 503) },
  { name: "server_full", icon: "alert", tone: "attention", holds: answered((status) => status === 507) },
  { name: "too_large", icon: "alert", tone: "attention", holds: answered((status) => status === 413) },
  { name: "server_error", icon: "alert", tone: "attention", holds: is("server_error") },
  { name: "stuck", icon: "alert", tone: "attention", holds: ({ status }) => status.waiting > 0 && status.next !== null },
  { name: "waiting", icon: "phone", tone: "waiting", holds: ({ status }) => status.waiting > 0 },
  { name: "photos", icon: "sync", tone: "busy", holds: ({ sending }) => sending !== null },
  { name: "photos_refused", icon: "picture", tone: "attention", holds: ({ refused }) => refused > 0 },
  { name: "photos_waiting", icon: "picture", tone: "waiting", holds: ({ photos }) => photos > 0 },
  { name: "clock", icon: "clock", tone: "attention", holds: ({ skew }) => Math.abs(skew) > WRONG },
  { name: "conflict", icon: "split", tone: "waiting", holds: ({ conflicts }) => conflicts > 0 },
  { name: "update", icon: "download", tone: "waiting", holds: ({ update }) => update },
  { name: "done", icon: "cloud", tone: "calm", holds: () => true },
];

/** Names whose word counts what waits. */
const COUNTED: ReadonlySet<SyncName> = new Set(["sending", "stuck", "waiting", "arriving", "checking"]);

export function syncSign(facts: SyncFacts): SyncSign {
  const { holds: _, ...line } = LINE.find(({ holds }) => holds(facts)) as Line;
  const { waiting } = facts.status;
  return { ...line, word: `sync.${line.name}`, queue: COUNTED.has(line.name) ? 0 : waiting };
}
