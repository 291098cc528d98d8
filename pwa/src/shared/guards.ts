/**
 * Is this really an answer of ours? A proxy, a captive portal or a broken server may say anything; what doesn't have the
 * protocol's shape is refused whole, before anything on the phone changes. Documents of a kind that this version of the
 * app doesn't know are left out; members that it doesn't know are kept.
 */

import { PROTOCOL } from "./protocol";
import type { FeedDocument, Mutation, MutationResult, RecordDocument, ResultStatus, SyncAnswer, Value } from "./protocol";
import { created } from "./tables";

export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const STATUSES: ReadonlySet<string> = new Set<ResultStatus>([
  "applied",
  "merged",
  "conflict",
  "stale",
  "quarantined",
  "duplicate",
  "retry",
]);
const STATES: ReadonlySet<string> = new Set(["submitted", "returned", "approved", "rejected"]);
const KINDS: ReadonlySet<string> = new Set([
  "record",
  "form",
  "campaign",
  "place",
  "indicator",
  "milestone",
  "message",
  "quarantine",
  "period",
  "correction",
]);
const FEED = /^[pqcu][0-9]{1,12}$/;
const RECORD = /^[1-9][0-9]{0,9}-[1-9][0-9]{0,9}$/;
const MAX_FIELDS = 5001;
const MAX_TEXT = 100_000;

type Members = Readonly<Record<string, unknown>>;

function need(holds: boolean, what: string): asserts holds {
  if (!holds) throw new MalformedAnswer(what);
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TEXT;
}

function isMoment(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isValue(value: unknown): value is Value | null {
  if (value === null || isText(value)) return true;
  if (typeof value === "number") return Number.isFinite(value);
  return Array.isArray(value) && value.length <= MAX_FIELDS && value.every(isText);
}

/** Gives the answer to these mutations back as what it is; raises `MalformedAnswer` for anything else. */
export function readAnswer(body: unknown, mutations: readonly Mutation[] = []): SyncAnswer {
  need(isObject(body), "not an object");
  need(body["protocol"] === PROTOCOL, "another protocol");
  need(isText(body["epoch"]) && body["epoch"] !== "", "epoch");
  need(isMoment(body["now"]), "now");
  need(typeof body["more"] === "boolean" && typeof body["reoffer"] === "boolean", "more, reoffer");
  const { results, forget, lacks } = body;
  need(Array.isArray(results) && results.every(isResult), "results");
  need(Array.isArray(forget) && forget.every((key) => isText(key)), "forget");
  need(lacks === undefined || (Array.isArray(lacks) && lacks.every((name) => isText(name))), "lacks");
  const { epoch, now, person, left } = body;
  const mine = (id: string): RecordDocument | null =>
    isCount(person) ? created(id, { mutations, results, person, now }) : null;
  return {
    protocol: PROTOCOL,
    epoch,
    now,
    results,
    changes: readChanges(body["changes"], mine),
    cursors: readCursors(body["cursors"]),
    forget,
    more: body["more"],
    ...(lacks && { lacks }),
    ...(isCount(left) && { left }),
    reoffer: body["reoffer"],
    people: readPeople(body["people"]),
  };
}

function isResult(value: unknown): value is MutationResult {
  if (!isObject(value) || !isCount(value["n"]) || value["n"] === 0) return false;
  const { status, first, conflicts, rev } = value;
  return (
    typeof status === "string" &&
    STATUSES.has(status) &&
    (first == null || (typeof first === "string" && STATUSES.has(first))) &&
    (rev == null || isCount(rev)) &&
    (conflicts == null || (Array.isArray(conflicts) && conflicts.every(isCount)))
  );
}

function readCursors(value: unknown): Record<string, number> {
  need(isObject(value), "cursors");
  const cursors: Record<string, number> = {};
  for (const [key, position] of Object.entries(value)) {
    need(FEED.test(key) && isCount(position), "a cursor");
    cursors[key] = position;
  }
  return cursors;
}

function readPeople(value: unknown): Record<string, string> {
  need(isObject(value), "people");
  const people: Record<string, string> = {};
  for (const [id, name] of Object.entries(value)) {
    need(/^[0-9]{1,12}$/.test(id) && isText(name), "a person");
    people[id] = name;
  }
  return people;
}

type Mine = (id: string) => RecordDocument | null;

function readChanges(value: unknown, mine: Mine): Record<string, FeedDocument[]> {
  need(isObject(value), "changes");
  const changes: Record<string, FeedDocument[]> = {};
  for (const [feed, documents] of Object.entries(value)) {
    need(FEED.test(feed) && Array.isArray(documents), "a feed's changes");
    changes[feed] = documents.flatMap((document: unknown) =>
      typeof document === "string" ? [readCreated(document, mine)] : readDocument(document),
    );
  }
  return changes;
}

function readCreated(id: string, mine: Mine): RecordDocument {
  const document = mine(id);
  need(document !== null, "a record that this phone did not create");
  return document;
}

function readDocument(value: unknown): FeedDocument[] {
  need(isObject(value) && isText(value["k"]), "a document");
  if (!KINDS.has(value["k"])) return [];
  need(isText(value["id"]) || isCount(value["id"]), "a document's id");
  if (value["gone"] !== true) {
    if (value["k"] === "record") return [readRecord(value)];
    if (value["k"] === "form") need(isCompiled(value["compiled"]), "a form");
  }
  // The other kinds are for showing: what is in them is the screens' to read with care.
  return [value as unknown as FeedDocument];
}

function isCompiled(value: unknown): boolean {
  return (
    isObject(value) &&
    Array.isArray(value["fields"]) &&
    value["fields"].length <= MAX_FIELDS &&
    value["fields"].every(isText) &&
    Array.isArray(value["nodes"])
  );
}

/** What became of each item that was handed in. */
export function readStatuses(value: unknown): string[] {
  const results = isObject(value) ? value["results"] : null;
  need(Array.isArray(results), "results");
  return results.map((result: unknown) => {
    need(isObject(result) && isText(result["status"]), "a result");
    return result["status"];
  });
}

/** A record document, whole but for `values`. */
export function readRecord(value: unknown): RecordDocument {
  need(isObject(value), "a record");
  const { id, form, place, by, rev, hash, state, stage, step, approved, values, more, conflicts, review } = value;
  need(isText(id) && RECORD.test(id), "a record's id");
  need(isCount(form) && isCount(place) && isCount(by) && isCount(rev), "a record's numbers");
  need(isText(hash) && typeof state === "string" && STATES.has(state), "a record's state");
  need(approved == null || isCount(approved), "a record's approval");
  need(values === undefined || isPositional(values), "a record's values");
  need(more === undefined || (Array.isArray(more) && more.every(isEntry)), "a record's other values");
  need(stage === undefined || isText(stage), "a record's stage");
  need(step == null || (isObject(step) && isText(step["decision"])), "a record's last step");
  need(Array.isArray(conflicts) && conflicts.every(isConflict), "a record's conflicts");
  need(review == null || (isObject(review) && isText(review["decision"])), "a record's review");
  return value as unknown as RecordDocument;
}

function isPositional(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_FIELDS && value.every(isValue);
}

function isEntry(entry: unknown): boolean {
  if (!Array.isArray(entry) || entry.length < 2) return false;
  const [place, value, ...ids] = entry as unknown[];
  return (isText(place) || (isCount(place) && place < MAX_FIELDS)) && isValue(value ?? null) && ids.every(isText);
}

function isConflict(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, field, path, base, head, theirs } = value;
  const known = field === null ? isText(path) : isCount(field) && field < MAX_FIELDS;
  return isCount(id) && known && isValue(base ?? null) && isSide(head) && isSide(theirs);
}

function isSide(value: unknown): boolean {
  return isObject(value) && isValue(value["value"] ?? null) && isCount(value["by"]) && isText(value["at"]);
}
