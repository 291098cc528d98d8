"""What the people remember: every value that was saved, what its author had seen, and every decision made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Broken(Exception):
    """Something that must always hold did not; `rule` is its number under 'What must always hold'."""

    def __init__(self, rule: int, text: str) -> None:
        super().__init__(f"rule {rule}: {text}")
        self.rule = rule


@dataclass
class Typed:
    """A value that a phone said it had saved."""

    record: str
    path: str
    value: Any
    replaced: bool = False  # its author typed over it before it was ever sent
    forgotten: bool = False  # a restored server had lost it, and no phone had to hold it any more


@dataclass
class Ledger:
    """Kept by the world, never by a phone or the server."""

    typed: list[Typed] = field(default_factory=list)
    by_value: dict[tuple[str, Any], Typed] = field(default_factory=dict)
    # (device, n, path): the values of that field that its author had seen
    seen: dict[tuple[int, int, str], set[Any]] = field(default_factory=lambda: defaultdict(set))
    # record: what each resolution closes and chooses
    resolutions: dict[str, list[tuple[frozenset[int], dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # (device, n): the revisions and contents that a reviewer decided about
    reviews: dict[tuple[int, int], set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    # (epoch, device, n, payload): the answer that was given
    answers: dict[tuple[str, int, int, str], tuple[Any, ...]] = field(default_factory=dict)
    counter: int = 0

    def value(self) -> str:
        """A value that nobody has typed before."""
        self.counter += 1
        return f"v{self.counter}"

    def saved(self, record: str, path: str, value: Any) -> None:
        """A phone has said 'saved'."""
        if value is not None and (path, value) not in self.by_value:
            entry = Typed(record, path, value)
            self.typed.append(entry)
            self.by_value[path, value] = entry

    def replace(self, path: str, value: Any) -> None:
        """Its author typed over it before it was sent."""
        if (path, value) in self.by_value:
            self.by_value[path, value].replaced = True

    def moved(self, record: str, path: str, value: Any) -> None:
        """What was saved is in another record now: its creation was said anew under another number."""
        if (path, value) in self.by_value:
            self.by_value[path, value].record = record

    def saw(self, device: int, n: int, view: Mapping[str, Any], path: str) -> None:
        """What the author of a change had on the screen."""
        self.seen[device, n, path].add(hashable(view.get(path)))


def hashable(value: Any) -> Any:
    """A value that a set can hold."""
    return tuple(value) if isinstance(value, list) else value
