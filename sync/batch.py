"""One run of the engine: the state as the batch has changed it so far, and the plan that grows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.forms import Forms
from sync.mutation import Mutation
from sync.store import Author, Held, Loaded, Plan, Record, Result, Revision, Status


class Hold(Exception):
    """The mutation at hand goes to the quarantine."""

    def __init__(self, reason: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or {}


class Batch:
    """What the store has loaded, changed step by step; everything that changes is in `plan` too."""

    def __init__(self, loaded: Loaded, author: Author, forms: Forms, received: datetime) -> None:
        self.author = author
        # Where the author has or had a part: only there do an item's words and a supervisor belong together.
        self.knows = author.writes | author.decides.keys() | author.former
        self.forms = forms
        self.received = received
        self.records = dict(loaded.records)
        self.revisions = dict(loaded.revisions)
        self.answered = dict(loaded.answered)
        self.held = set(loaded.held)
        self.plan = Plan(author)

    def put(self, record: Record) -> Record:
        """The record as it stands from now on."""
        self.records[record.id] = record
        self.plan.records[record.id] = record
        return record

    def revise(self, record: Record, revision: Revision) -> Record:
        """A record with its new revision."""
        self.revisions[(record.id, revision.rev)] = revision
        self.plan.revisions.append(revision)
        return self.put(record)

    def hold(self, mutation: Mutation, reason: Hold) -> None:
        """Puts the whole mutation into the quarantine."""
        record = self.records.get(mutation.record or "")
        place = record.place if record else getattr(mutation, "place", None)
        if place not in self.knows and not (record and record.was & self.knows):
            place = None
        self.held.add((mutation.n, mutation.hash))
        self.plan.held.append(Held(mutation, reason.reason, reason.detail, place))

    def used_twice(self, n: int) -> bool:
        """Whether a clone used this number for something else: nobody knows which of the two a later `after` means."""
        known = self.answered.get(n)
        return known is not None and any(number == n and hash_ != known.hash for number, hash_ in self.held)

    def writable(self, record_id: str) -> Record:
        """A record that the author may change."""
        record = self.records.get(record_id)
        if record is None or record.place not in self.author.writes:
            raise self.out_of_reach(record)
        return record

    def out_of_reach(self, record: Record | None) -> Hold:
        """Why a record can't be touched. Of one elsewhere nothing is told but to those who worked where it was."""
        if record is not None and record.was & self.knows:
            return Hold("record-moved", {"place": record.place})
        if record is not None and record.place in self.author.former:
            return Hold("outside-scope")
        return Hold("record-unknown")

    def result(
        self, by: Mutation, status: Status, conflicts: tuple[int, ...] = (), reason: str | None = None
    ) -> Result:
        """The answer to a mutation that was not held: the record's head as it is now."""
        record = self.records[by.record or ""]
        return Result(by.n, status, record.rev, record.hash, conflicts, reason)
