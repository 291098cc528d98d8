"""Who may read where: what the office did, remembered beside the product, to hold the product against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from server.places.rules import Change


@dataclass
class Term:
    """A role in a commune, from its first day until before `end`."""

    commune: str
    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass
class Book:
    """The terms of everybody. Communes are meant by their keys."""

    terms: dict[int, list[Term]] = field(default_factory=lambda: defaultdict(list))

    def give(self, person: int, commune: str, start: date) -> None:
        """A role begins."""
        self.terms[person].append(Term(commune, start))

    def end(self, person: int, commune: str, day: date) -> None:
        """All roles there that are in force, or are still to begin, are no more."""
        for term in self.terms[person]:
            if term.commune == commune and (term.end is None or term.end > day):
                term.end = max(term.start, day)

    def communes(self, person: int, day: date) -> list[str]:
        """Where a person has a role on that day."""
        return sorted({term.commune for term in self.terms[person] if term.holds(day)})

    def reach(self, person: int, day: date, changes: Iterable[Change]) -> set[str]:
        """The places that a person may read: where their communes have gone, and all that has gone there."""
        links = [link for change in changes if change.effective_on <= day for link in change.links]
        held = set(self.communes(person, day))
        held |= {link.to_key for link in links if link.from_key in held}
        return held | {link.from_key for link in links if link.to_key in held}
