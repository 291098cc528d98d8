"""What the engine must know of forms; the server's forms answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sync.document import Document


@dataclass(frozen=True)
class Seen:
    """A record as its author saw it: by which form version, which fields they changed, the moment they call now."""

    record: str
    form: int
    document: Document
    changed: frozenset[str]
    at: datetime


class Forms(Protocol):
    """The engine's port to forms."""

    def known(self, form: int, place: int) -> bool:
        """Whether this form version exists and is filled in at this place."""

    def offered(self, form: int, place: int, at: datetime) -> bool:
        """Whether the author could begin a record with this form version at this place at that moment."""

    def confirmed(self, form: int) -> bool:
        """Whether the police confirm what is reported with this form version."""

    def policy(self, form: int, path: str) -> str:
        """The merge policy of a field; 'ask' for a field that the version does not have. The path names no item."""

    def choices(self, form: int, path: str) -> Sequence[str]:
        """The names that a select offers, in the form's order; [] for other fields. The path names no item."""

    def violations(self, seen: Seen) -> Sequence[Mapping[str, Any]]:
        """What is wrong with what an author saw and sent, as JSON-ready mappings."""
