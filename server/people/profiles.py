"""What a phone is told of its person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.db import db, snapshot
from server.people import roles
from server.people.rules import Actor
from server.people.tables import Person

Document = dict[str, Any]

_beside: dict[str, Callable[[Actor], Any]] = {}


def tell_beside(name: str, tell: Callable[[Actor], Any]) -> None:
    """Puts what `tell` gives under this name into new profiles: for folders below, so that a phone shows it at once."""
    _beside[name] = tell


def beside(actor: Actor) -> Document:
    """What a new profile holds beside what people know; inside a snapshot."""
    return {name: tell(actor) for name, tell in _beside.items()}


@snapshot
def me(person_id: int, device_id: int) -> Document:
    """The profile of a person's phone, as it is today."""
    person = db.session.get_one(Person, person_id)
    return {
        "device": device_id,
        "person": {"id": person.id, "name": person.name},
        "roles": roles.documents(roles.in_force([person_id]))[person_id],
        "language": person.language,
    }
