"""The port between the engine and a database, and what a store must promise.

A store promises:
- `load` sees every effect of the transactions that committed before, and locks what it returns until `save` is done,
  so that two plans over one record or one device never run side by side.
- `save` makes all effects of a plan durable together with its answers, or none of them.
- What was saved is loaded back equal.
One contract suite (`tests/engine/test_store_contract.py`) is passed whole by every store.

What comes by the hundred is a named tuple: a frozen dataclass takes three times as long to make, with a change six.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from sync import approval
from sync.approval import Action, Level, Stage, State
from sync.document import Changes, Document, Value
from sync.mutation import Mutation

RevisionKind = Literal["create", "edit", "merge", "resolve"]
Status = Literal["applied", "merged", "conflict", "stale", "quarantined", "duplicate", "retry"]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Author:
    """Who sends: a person on a device, with the places where they may write and move records from today.

    `decides` gives, by place, the roles in which they take steps of the approval; `former` are the places where they
    once might write or review.
    """

    person: int
    device: int
    writes: frozenset[int]
    decides: Mapping[int, frozenset[str]] = field(default_factory=dict)
    revoked: bool = False
    former: frozenset[int] = frozenset()
    moves: frozenset[int] = frozenset()


class Revision(NamedTuple):
    """An immutable state of a record. `changed` are the paths that this revision set or cleared."""

    record: str
    rev: int
    document: Document
    changed: frozenset[str]
    hash: str
    kind: RevisionKind
    person: int
    device: int
    n: int
    at: datetime
    received: datetime


@dataclass(frozen=True)
class Side:
    """One of the two values of a conflict, with who typed it, on which device, when by that phone's clock."""

    value: Value | None
    person: int
    device: int
    at: datetime


@dataclass(frozen=True)
class Closing:
    """How a conflict was decided: by a person, or by the field's merge policy, which is then the `rule`."""

    value: Value | None
    person: int
    at: datetime
    received: datetime
    rev: int
    rule: str | None = None


@dataclass(frozen=True)
class Conflict:
    """Two values for one field. `number` counts up within the record; `rev` is the head that theirs met."""

    record: str
    number: int
    path: str
    rev: int
    base: Value | None
    head: Side
    theirs: Side
    n: int
    opened: datetime
    closing: Closing | None = None


@dataclass(frozen=True)
class Decision:
    """A review that took effect."""

    record: str
    rev: int
    decision: Action
    reason: str | None
    person: int
    n: int
    device: int
    at: datetime
    received: datetime
    notes: Mapping[str, str] = field(default_factory=dict)
    into: str | None = None


@dataclass(frozen=True)
class Moved:
    """A record went from one place to another."""

    record: str
    rev: int
    origin: int
    place: int
    person: int
    n: int
    device: int
    at: datetime
    received: datetime


class Record(NamedTuple):
    """A record as it stands: its head, its open conflicts, its approval, the last decisions about it.

    `level` is how far the approved revision has come; `decision` the last verdict that its author reads, `step` the
    last step of any kind. `was` are the places that it has belonged to before.
    """

    id: str
    form: int
    place: int
    author: int
    rev: int
    document: Document
    hash: str
    state: State
    created: datetime
    approved: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    conflict_count: int = 0
    decision: Decision | None = None
    was: frozenset[int] = frozenset()
    level: Level | None = None
    step: Decision | None = None

    @property
    def stage(self) -> Stage:
        """Where it stands in its approval."""
        return approval.stage_of(self.state, self.level)

    def open_on(self, path: str) -> tuple[Conflict, ...]:
        """The open conflicts of one field."""
        return tuple(conflict for conflict in self.conflicts if conflict.path == path)


class Result(NamedTuple):
    """The answer to one mutation. `first` is the original status where this is a duplicate."""

    n: int
    status: Status
    rev: int | None = None
    hash: str | None = None
    conflicts: tuple[int, ...] = ()
    reason: str | None = None
    detail: Mapping[str, Any] = NOTHING
    first: Status | None = None
    renumber: bool = False

    def again(self) -> Result:
        """The same answer for a mutation that came again."""
        return self._replace(status="duplicate", first=self.status)


class Answered(NamedTuple):
    """A mutation that has its answer: its payload hash, its result, and what one who types over it has seen for it."""

    n: int
    hash: str
    record: str | None
    result: Result
    seen: Changes


@dataclass(frozen=True)
class Held:
    """A mutation kept whole in the quarantine."""

    mutation: Mutation
    reason: str
    detail: Mapping[str, Any]
    place: int | None


@dataclass(frozen=True)
class Needs:
    """What a batch of mutations makes a store load.

    `bases` gives for each record the oldest revision wanted; of a record that has fewer, the newest; with 0, none.
    """

    numbers: frozenset[int]
    bases: Mapping[str, int]


@dataclass
class Loaded:
    """What the store knows of what was asked for. `held` are (n, hash) of this device's items in the quarantine."""

    records: dict[str, Record] = field(default_factory=dict)
    revisions: dict[tuple[str, int], Revision] = field(default_factory=dict)
    answered: dict[int, Answered] = field(default_factory=dict)
    held: set[tuple[int, str]] = field(default_factory=set)


@dataclass
class Plan:
    """Everything that a batch does, to be saved in one transaction; `results` are in the order of the mutations."""

    author: Author
    results: list[Result] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    opened: list[Conflict] = field(default_factory=list)
    closed: list[Conflict] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)


class Store(Protocol):
    """What the engine needs of a database; see the promises at the top of this file."""

    def load(self, author: Author, needs: Needs) -> Loaded:
        """What is known of these mutations and records, locked until the transaction ends."""

    def save(self, plan: Plan) -> None:
        """Writes the whole plan."""


class Asking(Protocol):
    """What must be known of a mutation to load for it; `base` is 0 and `after` empty where its kind has none."""

    @property
    def n(self) -> int: ...
    @property
    def record(self) -> str | None: ...
    @property
    def base(self) -> int: ...
    @property
    def after(self) -> Sequence[int]: ...
    @property
    def unseen(self) -> bool: ...
    @property
    def into(self) -> str | None: ...


def needs(mutations: Sequence[Asking]) -> Needs:
    """What must be loaded before these mutations can be planned."""
    numbers = {mutation.n for mutation in mutations}
    bases: dict[str, int] = {}
    for mutation in mutations:
        numbers.update(mutation.after)
        if mutation.record is None:
            continue
        if mutation.into is not None:
            bases.setdefault(mutation.into, 1)
        base = mutation.base or (1 if mutation.after or mutation.unseen else 0)
        known = bases.get(mutation.record, 0)
        bases[mutation.record] = min(known, base) if known and base else known or base
    return Needs(frozenset(numbers), bases)
