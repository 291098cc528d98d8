/** Bugs to plant in the phone's half, each by changing one line, and the rule that must find it. */

/** A test of the phone's half. */
export interface Rule {
  readonly where: string;
  readonly title: string;
}

export interface Bug {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  /** Stands there once. */
  readonly line: string;
  readonly becomes: string;
  readonly by: Rule;
}

const LOST: Rule = {
  where: "src/sync/properties.test.ts",
  title: "over any interleaving of typing, freezing, lost and late answers and restores, nothing typed is lost",
};
const SHOWN: Rule = {
  where: "src/sync/laws.test.ts",
  title: "shows the server's copy with what is unanswered over it, in order",
};
const FROZEN: Rule = {
  where: "src/sync/laws.test.ts",
  title: "never changes what has been in a request",
};
const SQUASHED: Rule = {
  where: "src/sync/laws.test.ts",
  title: "ends up the same on the server whether edits were squashed or each was frozen by itself",
};
const HALF: Rule = {
  where: "src/sync/laws.test.ts",
  title: "leaves the store as it was, and loses nothing",
};
const AGAIN: Rule = {
  where: "src/store/apply.test.ts",
  title: "is offered again what it had acknowledged, with the same numbers and payloads",
};
const OVER: Rule = {
  where: "src/store/apply.test.ts",
  title: "what is offered again is not shown over a copy that had it in it: somebody may have changed it since",
};
const REVISION: Rule = {
  where: "src/store/apply.test.ts",
  title: "values left out after an edit made on another revision than the copy here are asked for",
};
const ANEW: Rule = {
  where: "src/store/inherit.test.ts",
  title: "says anew what was held because its number was used twice, and what was never sent",
};

const LATE: Rule = {
  where: "src/store/apply.test.ts",
  title: "never go back: an older answer that comes late changes no document",
};
const MISSING: Rule = {
  where: "src/store/apply.test.ts",
  title: "a record whose values must be asked for stays as it was till they come, own words over it",
};

export const BUGS: readonly Bug[] = [
  {
    name: "what is sent is not frozen",
    file: "store/outbox.ts",
    line: "if (!row.frozen || !row.sending) await outbox.put({ ...row, frozen: true, sending: true });",
    becomes: "if (!row.frozen || !row.sending) await outbox.put({ ...row, sending: true });",
    by: FROZEN,
  },
  {
    name: "an edit is squashed into a frozen one",
    file: "store/writes.ts",
    line: "return last && !last.frozen ? last : null;",
    becomes: "return last ?? null;",
    by: FROZEN,
  },
  {
    name: "what is offered again is no longer frozen",
    file: "store/apply.ts",
    line: "await outbox.put({ ...row, ...contained, frozen: true, sending: false, result: null });",
    becomes: "await outbox.put({ ...row, ...contained, frozen: false, sending: false, result: null });",
    by: AGAIN,
  },
  {
    name: "told to retry is taken for answered",
    file: "store/apply.ts",
    line: "if (result.status === \"retry\") {",
    becomes: "if ((result.status as string) === \"never\") {",
    by: LOST,
  },
  {
    name: "nothing is offered again to a restored server",
    file: "store/apply.ts",
    line: "await offerAgain(transaction);",
    becomes: "",
    by: LOST,
  },
  {
    name: "what is answered stays in the outbox",
    file: "store/apply.ts",
    line: "await outbox.delete(result.n);",
    becomes: "",
    by: LOST,
  },
  {
    name: "what is answered is not kept",
    file: "store/apply.ts",
    line: "await keep(transaction, row, { result, at });",
    becomes: "",
    by: LOST,
  },
  {
    name: "cursors go back",
    file: "store/apply.ts",
    line: "cursors.set(feed, Math.max(position, cursors.get(feed) ?? 0));",
    becomes: "cursors.set(feed, position);",
    by: LOST,
  },
  {
    name: "a late page is taken",
    file: "store/apply.ts",
    line: "([feed]) => (answer.cursors[feed] ?? 0) >= (from.cursors[feed] ?? 0),",
    becomes: "() => true,",
    by: LATE,
  },
  {
    name: "a new reading begins where the last one ended",
    file: "store/apply.ts",
    line: "return { ...before, cursors: {}, generation: before.generation + 1, sweeping: true, incomplete: [] };",
    becomes: "return { ...before, generation: before.generation + 1, sweeping: true, incomplete: [] };",
    by: LOST,
  },
  {
    name: "what was taken in before the restore is shown over what came since",
    file: "store/apply.ts",
    line: "const contained = open ? {} : { contained: true as const };",
    becomes: "const contained = {};",
    by: OVER,
  },
  {
    name: "records that the reading missed stay",
    file: "store/apply.ts",
    line: "if (ended) await eraseUnseen(transaction, progress);",
    becomes: "",
    by: LOST,
  },
  {
    name: "a record's missing values are never asked for",
    file: "store/apply.ts",
    line: "const progress = { ...from, incomplete: [...new Set([...from.incomplete, ...incomplete])] };",
    becomes: "const progress = { ...from, incomplete: from.incomplete };",
    by: LOST,
  },
  {
    name: "a merged edit is taken for as sent",
    file: "store/land.ts",
    line: "const sure = landed.every((row) => row.mutation.kind === \"edit\" && landing.answered.has(row.n));",
    becomes: "const sure = true;",
    by: MISSING,
  },
  {
    name: "an older copy's values stand for a newer revision",
    file: "store/land.ts",
    line: "if (!first) return before?.doc.rev === document.rev ? before.doc : null;",
    becomes: "if (!first) return before?.doc ?? null;",
    by: SHOWN,
  },
  {
    name: "an edit of another revision is built on this copy",
    file: "store/land.ts",
    line: "if (landed.some(({ mutation }) => basedOn(mutation) !== (before?.doc.rev ?? 1))) return null;",
    becomes: "",
    by: REVISION,
  },
  {
    name: "what is answered is hidden until it comes down",
    file: "store/pieces.ts",
    line: "return row.open ? [own(row, row.open)] : [];",
    becomes: "return row.open === \"held\" ? [own(row, row.open)] : [];",
    by: LOST,
  },
  {
    name: "own changes in the wrong order",
    file: "store/pieces.ts",
    line: "return [...own].sort((left, right) => left.mutation.n - right.mutation.n);",
    becomes: "return [...own].sort((left, right) => right.mutation.n - left.mutation.n);",
    by: SHOWN,
  },
  {
    name: "an edit does not say what it stands on",
    file: "store/writes.ts",
    line: "const after = base.after.length > 0 ? { after: base.after } : {};",
    becomes: "const after = {};",
    by: LOST,
  },
  {
    name: "an edit squashed replaces the one before",
    file: "store/writes.ts",
    line: "const both = squash(mutation.set, set, fields);",
    becomes: "const both = [...set];",
    by: SQUASHED,
  },
  {
    name: "a draft is closed in its own transaction",
    file: "store/writes.ts",
    line: "await drafts.put({ id: draft.id, record: null, draft: null, submitted: { record, at: Date.now() } });",
    becomes: "",
    by: LOST,
  },
  {
    name: "a failed write is not undone",
    file: "store/database.ts",
    line: "transaction.abort();",
    becomes: "",
    by: HALF,
  },
  {
    name: "a number given up keeps its unsent work",
    file: "store/inherit.ts",
    line: "const unsent = (await transaction.objectStore(\"outbox\").getAll()).filter((row) => !row.frozen);",
    becomes: "const unsent = (await transaction.objectStore(\"outbox\").getAll()).filter((row) => row.frozen);",
    by: ANEW,
  },
  {
    name: "a number in use twice loses what was held",
    file: "store/inherit.ts",
    line: "rows: [...twice, ...unsent].sort((left, right) => left.n - right.n).map(left),",
    becomes: "rows: [...unsent].sort((left, right) => left.n - right.n).map(left),",
    by: ANEW,
  },
  {
    name: "an answer that ends in 3 is left out",
    file: "shared/document.ts",
    line: "if (!same(left, right)) changes[path] = right;",
    becomes: "if (!same(left, right) && !right?.toString().endsWith(\"3\")) changes[path] = right;",
    by: LOST,
  },
];
