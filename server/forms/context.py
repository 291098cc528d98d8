"""What an expression sees while it runs, and how much it may work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from server.forms.expressions import Expr
from server.forms.moments import Value
from server.forms.nodes import Node, Place, Places, Tree

# Nodes looked at while one document is checked: half a second's work, and far more than any form that people fill in.
MOST_WORK = 600_000
LONGEST_MADE = 200_000


class TooMuchWork(Exception):
    """A document makes its form's expressions look at too many nodes, or make too long a text."""


@dataclass(slots=True)
class Context:
    """What an expression sees: the record, the node that it belongs to, the one that a predicate tests, the moment."""

    document: dict[str, Any]
    # the value that '.' means outside of predicates, set before each run
    own: Any
    now: datetime
    # minutes east of UTC that local time is counted at
    offset: int
    tree: Tree
    # the node that the expression belongs to; `here` the one looked at, with its place among those it was chosen from
    at: str = ""
    here: Node = ""
    position: int = 1
    size: int = 1
    left: int = MOST_WORK

    def spend(self, nodes: int) -> None:
        """Counts nodes that are looked at. Raises `TooMuchWork` when it was enough."""
        self.left -= nodes
        if self.left < 0:
            raise TooMuchWork

    def stand(self, at: str, own: Any) -> None:
        """Turns to another node of the record."""
        self.at = self.here = at
        self.own = own


Run = Callable[[Context], Value]
RunNodes = Callable[[Context], list[Node]]
Test = Callable[[Context], bool]
RunMany = Callable[[Context], list[Value]]


class Parts(Protocol):
    """What the parts of an expression are made ready with."""

    def one(self, tree: Expr) -> Run:
        """A part that is one value."""

    def truth(self, tree: Expr) -> Test:
        """A part that holds or doesn't."""

    def nodes(self, tree: Expr) -> RunNodes:
        """A part that is nodes."""

    def many(self, trees: Sequence[Expr]) -> RunMany:
        """Parts of which each may be nodes: the values of all."""

    def item_set(self, items: Mapping[str, Expr]) -> Any:
        """A question's item set."""


_FLAT = Places({"": Place("", 0, repeat=False, below=())}, {}, {}, {}, "vi")


def context_of(document: dict[str, Any], now: datetime, own: Any = None, places: Places | None = None) -> Context:
    """A context at the aware moment `now`, whose offset local time is counted at."""
    offset = round((now.utcoffset() or timedelta()).total_seconds() / 60)
    return Context(document, own, now, offset, Tree(places or _FLAT, document))
