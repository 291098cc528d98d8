"""What changes rarely and is read at each request (places, campaigns, whose a form is), remembered between requests.

A number in the database says how often it has changed. Each request reads it once, together with the epoch; what a
process remembers from another number or another epoch is forgotten: a restored database counts the same numbers again,
for other changes. Outside of a request, and in a transaction that has changed something itself, nothing is remembered:
everything is read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, has_request_context

from server.db import db, session_info
from server.epoch import installation, stored

P = ParamSpec("P")
T = TypeVar("T")
MOST_REMEMBERED = 20_000


@dataclass
class Memory:
    """What was read while the structure had this number, in this epoch."""

    at: tuple[str | None, int] = (None, -1)
    answers: dict[Any, Any] = field(default_factory=dict)


def remembered(work: Callable[P, T]) -> Callable[P, T]:
    """Remembers the answers of a function that reads the structure and nothing else, by its arguments.

    Of lists and sets only what is in them counts. The answers are shared: nobody may change them.
    """

    @functools.wraps(work)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers()
        if answers is None:
            return work(*args, **kwargs)
        key = (work, *map(_hashable, args), *sorted(kwargs.items()))
        if key not in answers:
            answers[key] = work(*args, **kwargs)
        found: T = answers[key]
        return found

    return ask


def _hashable(argument: Any) -> Any:
    return frozenset(argument) if isinstance(argument, list | set | dict) else argument


def changed() -> None:
    """Says, inside the transaction that changes places, campaigns or forms, that it does."""
    session = db.session()
    _forget_derived()
    if not session.info.get("structure_changed"):
        session.info["structure_changed"] = True
        installation().structure += 1


def forget() -> None:
    """Forgets what this transaction and its request have read: while they waited for a lock, somebody may have written.

    Only where nothing was written yet.
    """
    db.session().expire_all()
    _forget_derived()
    if has_request_context():
        g.pop("installation", None)


def _forget_derived() -> None:
    """Forgets what this transaction has made of the structure."""
    for name in ("campaign_places", "activity"):
        db.session().info.pop(name, None)


def _answers() -> dict[Any, Any] | None:
    if not has_request_context() or session_info().get("structure_changed"):
        return None
    at = stored()
    memory: Memory = current_app.extensions["ben.structure"]
    if memory.at != at or len(memory.answers) > MOST_REMEMBERED:
        memory = current_app.extensions["ben.structure"] = Memory(at)
    return memory.answers
