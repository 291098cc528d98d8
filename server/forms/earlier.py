"""What a new version of a form must know of the earlier ones: records of theirs live on beside its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from server.forms.remarks import Said, say
from server.forms.rules import walk

# How much of two names must be alike for one to be taken for the other, renamed.
ALIKE = 0.6


@dataclass(frozen=True)
class Earlier:
    """A form's versions that are there: each one's hash, every question's type, and what the newest asks."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    newest: Mapping[str, str] = field(default_factory=dict)


def of(versions: Sequence[Mapping[str, Any]]) -> Earlier:
    """Of the compiled versions, oldest first."""
    types: dict[str, str] = {}
    for compiled in versions:
        types |= _types(compiled)
    hashes = {compiled["version"]: compiled["hash"] for compiled in versions}
    return Earlier(hashes, types, _types(versions[-1]) if versions else {})


def _types(compiled: Mapping[str, Any]) -> dict[str, str]:
    return {node["path"]: node["t"] for node in walk(compiled, hidden=True) if "pos" in node}


def retyped(compiled: Mapping[str, Any], earlier: Earlier) -> Iterator[tuple[str, Said]]:
    """(path, remark) of each question that had another type under its name: its answers would not be understood."""
    for path, kind in _types(compiled).items():
        was = earlier.types.get(path)
        if was not in (None, kind):
            yield path, say("question-retyped", path=path, type=was)


def gone(compiled: Mapping[str, Any], earlier: Earlier) -> Iterator[tuple[str, Said]]:
    """(path, remark) of each question of the newest version that isn't in this one; the path is its likely heir's."""
    now = _types(compiled)
    fresh = [path for path in now if path not in earlier.types]
    for path, kind in earlier.newest.items():
        if path in now:
            continue
        likely = max((each for each in fresh if now[each] == kind), key=lambda each: _alike(path, each), default="")
        if likely and _alike(path, likely) >= ALIKE:
            yield likely, say("question-renamed", path=likely, before=path)
        else:
            yield "", say("question-gone", path=path)


def _alike(one: str, other: str) -> float:
    if one.rpartition("/")[2] == other.rpartition("/")[2]:
        return 1.0  # moved into another group
    return SequenceMatcher(None, one.rpartition("/")[2], other.rpartition("/")[2]).ratio()
