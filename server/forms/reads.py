"""Which places of a form an expression reads, found without running it.

Rules:
- A place is a path without items' ids ('vehicles/kind'); the form itself is ''.
- `context` is the place that the expression belongs to, or that a predicate tests.
- What can't be followed ('*', '//' and the like) reads everything below the place that it begins at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.forms.expressions import Expr


@dataclass(frozen=True)
class Read:
    """One place that is read; `below`: all that is in it as well. `place` is None outside the form (an instance)."""

    place: str | None
    below: bool = False


NOWHERE = "\0"  # above the form: no such place


def reads(tree: Expr, context: str) -> Iterator[Read]:
    """Every place that the tree reads where it belongs to `context`."""
    return _reads(tree, Read(context), context)


def place_of(tree: Expr, context: str) -> Read:
    """The place whose nodes the tree gives."""
    return _place(tree, Read(context), context)


def _reads(tree: Expr, here: Read, current: str) -> Iterator[Read]:
    kind = tree[0]
    if kind == "lit":
        return
    if kind in ("path", "all", "rel", "cur", "self"):
        yield _place(tree, here, current)
    elif kind == "walk":
        yield from _walked(tree, here, current)
    else:
        for part in tree[1:]:
            if isinstance(part, list):
                yield from _reads(part, here, current)


def _place(tree: Expr, here: Read, current: str) -> Read:
    kind = tree[0]
    if kind in ("path", "all"):
        return Read(tree[1])
    if kind == "self":
        return here
    if kind in ("rel", "cur"):
        base = here if kind == "rel" else Read(current)
        return _down(_up(base, tree[1]), tree[2])
    if kind == "walk":
        return list(_steps(tree, here, current))[-1]
    if kind == "fn" and tree[1] in ("randomize", "indexed-repeat"):
        return _place(tree[2], here, current)
    return Read(None)


def _up(base: Read, times: int) -> Read:
    if base.place is None or base.below:
        return base
    place: str = base.place
    for _ in range(times):
        place = NOWHERE if place in ("", NOWHERE) else place.rpartition("/")[0]
    return Read(place)


def _down(base: Read, path: str) -> Read:
    if base.place is None or base.below or not path:
        return base
    return Read(f"{base.place}/{path}" if base.place else path)


def _steps(tree: Expr, here: Read, current: str) -> Iterator[Read]:
    """The place after the start and after each step."""
    if tree[1] == ["root"]:
        found = Read("")
        steps = tree[3:] if len(tree) > 2 and tree[2][0] == "child" else tree[2:]
        yield found
        if len(tree) > 2 and tree[2][0] == "child":
            yield found
    else:
        found = _place(tree[1], here, current)
        steps = tree[2:]
        yield found
    for axis, name, *_tests in steps:
        if axis == "child" and name != "*":
            found = _down(found, name)
        elif axis == "parent":
            found = _up(found, 1)
        elif axis != "self" and found.place is not None:
            found = Read(found.place if axis in ("child", "descendant", "descendant-or-self") else "", below=True)
        yield found


def _walked(tree: Expr, here: Read, current: str) -> Iterator[Read]:
    if tree[1] != ["root"]:
        yield from _reads(tree[1], here, current)
    places = list(_steps(tree, here, current))
    yield places[-1]
    for place, step in zip(places[1:], tree[2:], strict=False):
        for test in step[2:]:
            yield from _reads(test, place, current)
