"""What one profile keeps on its phone (pwa/src/store/database.ts). Rows never change; a write works on a copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Mutation = dict[str, Any]
Values = Mapping[str, Any]
KEPT = 30 * 24 * 3600


class PhoneFull(Exception):
    """No room: nothing was written."""


class FormMissing(Exception):
    """The form has been forgotten: the draft stays as it is."""


class PhoneDied(Exception):
    """The phone went out; what was not committed is gone."""


class Copy(NamedTuple):
    """A record, or another document, as the server has it."""

    doc: dict[str, Any]
    feeds: tuple[str, ...]
    generation: int


class Saw(NamedTuple):
    """The content hash of the revision that a change was made on, and the epoch of the server that gave it."""

    epoch: str | None
    hash: str


class Row(NamedTuple):
    """A mutation in the outbox; `contained`: the copies here had it in them before it was offered again."""

    n: int
    record: str
    mutation: Mutation
    form: int
    place: int
    frozen: bool = False
    sending: bool = False
    saw: Saw | None = None
    contained: bool = False


class Sent(NamedTuple):
    """An answered mutation, kept 30 days; `open`: held, landing or None."""

    n: int
    record: str
    mutation: Mutation
    form: int
    place: int
    result: dict[str, Any]
    answered: float
    open: str | None
    saw: Saw | None = None
    contained: bool = False


class Base(NamedTuple):
    """What a draft of a record was begun on."""

    rev: int
    after: tuple[int, ...]
    values: Values
    saw: Saw | None = None


class Draft(NamedTuple):
    """A form that is being filled in."""

    id: str
    form: int
    place: int
    values: Values
    record: str | None = None
    base: Base | None = None


class Progress(NamedTuple):
    """How far this phone has come."""

    epoch: str | None = None
    cursors: Mapping[str, int] = {}
    offset: float = 0
    generation: int = 0
    sweeping: bool = False
    incomplete: tuple[str, ...] = ()
    last: str | None = None
    forgets: int = 0


@dataclass
class Storage:
    """One profile's IndexedDB."""

    records: dict[str, Copy] = field(default_factory=dict)
    outbox: dict[int, Row] = field(default_factory=dict)
    sent: dict[int, Sent] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    documents: dict[tuple[str, str], Copy] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=lambda: {"record": 0, "mutation": 0})
    progress: Progress = field(default_factory=Progress)
    former: Mapping[int, tuple[Sent, ...]] = field(default_factory=dict)  # what was answered under numbers given up
    due: bool = False  # that is to be offered again

    def copy(self) -> Storage:
        """The same content, to be changed apart; what a cloned phone holds."""
        return Storage(
            self.records.copy(),
            self.outbox.copy(),
            self.sent.copy(),
            self.drafts.copy(),
            self.documents.copy(),
            self.counters.copy(),
            self.progress,
            self.former,
            self.due,
        )

    def count(self, what: str) -> int:
        """The next number."""
        self.counters[what] += 1
        return self.counters[what]

    def waiting(self, record: str | None = None) -> list[Row]:
        """The outbox in order, or what of it is about one record."""
        return [self.outbox[n] for n in sorted(self.outbox) if record is None or self.outbox[n].record == record]

    def answered(self, record: str) -> list[Sent]:
        """The kept mutations of a record, in order."""
        return [self.sent[n] for n in sorted(self.sent) if self.sent[n].record == record]

    def fields_of(self, form: int) -> list[str] | None:
        """The fields of a form version; None if it is not here."""
        found = self.documents.get(("form", str(form)))
        return found.doc["compiled"]["fields"] if found else None


class Disk:
    """Where a profile's storage lives. `fails` says what happens to the next write: full, before or after."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.fails: str | None = None

    @contextmanager
    def write(self) -> Iterator[Storage]:
        """One transaction: all of it or nothing."""
        fails, self.fails = self.fails, None
        changed = self.storage.copy()
        yield changed
        if fails == "full":
            raise PhoneFull
        if fails == "before":
            raise PhoneDied
        self.storage = changed
        if fails == "after":
            raise PhoneDied
