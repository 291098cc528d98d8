"""What a device asks for.

Rules:
- A mutation's id is (device number, n); n counts up and is written durably with the change itself.
- A record's id is '<device number>-<counter>', given by the phone that creates it.
- An edit carries only the fields that changed since `base`, the revision that its author saw; base 0 creates. `after`
  names the author's own earlier mutations of this record that had no answer yet: what they typed is part of what the
  author saw. `saw` is the content hash of the base where it was seen in an earlier life of the server (an epoch that
  has ended): the same number may stand for something else now. It is no part of the payload's hash.
- An edit or resolution may name the form version that it was written with, if that isn't the record's.
- A resolution names the conflicts it closes and the values chosen. A review names the revision and the content hash
  that the reviewer saw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync.approval import Action
from sync.document import Changes

RECORD_ID = re.compile(r"[1-9][0-9]{0,9}-[1-9][0-9]{0,9}")


def creator(record: str) -> int:
    """The device number inside a record id."""
    return int(record.split("-", maxsplit=1)[0])


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """Common part of all mutations. `payload` is the mutation as it was sent, `hash` its digest.

    `into` is another record that must be known to judge this one.
    """

    n: int
    record: str | None
    at: datetime
    hash: str
    payload: dict[str, Any]
    base: int = 0
    after: tuple[int, ...] = ()
    saw: str | None = None
    into: str | None = None

    @property
    def unseen(self) -> bool:
        """Whether it changes a record of which its author had seen no revision."""
        return False


@dataclass(frozen=True, kw_only=True)
class Edit(Mutation):
    """Creates a record (base 0, with form and place) or changes some of its fields; `form` is the version used.

    With base 0, nothing before it and no form it changes a record of which its author knew no revision (`unseen`): only
    what was never taken in, or what a number that was given up had made of it.
    """

    record: str
    changes: Changes
    form: int | None = None
    place: int | None = None

    @property
    def creates(self) -> bool:
        """Whether a record begins with it."""
        return not self.base and not self.after and self.form is not None

    @property
    def unseen(self) -> bool:
        """Whether it changes a record of which its author had seen no revision."""
        return not self.base and not self.after and self.form is None


@dataclass(frozen=True, kw_only=True)
class Resolve(Mutation):
    """Decides conflicts: the numbers it closes (within the record) and the values chosen."""

    record: str
    closes: frozenset[int]
    changes: Changes
    form: int | None = None


@dataclass(frozen=True, kw_only=True)
class Review(Mutation):
    """A decision about exactly one revision.

    `notes` are remarks on single fields by path; `into` is the record of the same thing that this one is merged into.
    """

    record: str
    rev: int
    content: str
    decision: Action
    reason: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move(Mutation):
    """Takes a record, as it was seen in `rev` at the place `origin`, to another place."""

    record: str
    rev: int
    origin: int
    place: int


@dataclass(frozen=True, kw_only=True)
class Refused(Mutation):
    """A mutation that could not even be read; it is kept whole in the quarantine under this reason."""

    reason: str
    detail: dict[str, Any] = field(default_factory=dict)
