"""People as rows: whoever adds one has looked at who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server import clock, structure
from server.db import db
from server.people.tables import Person, PersonRole


def add_people(given: Sequence[Mapping[str, Any]], by: int | None) -> list[int]:
    """Adds people with a first role each, in this order, whatever may be given; inside a transaction."""
    now, start = clock.now(), clock.today()
    people = [
        Person(name=one["name"].strip(), language=one["language"], created_at=now, created_by=by) for one in given
    ]
    db.session.add_all(people)
    db.session.flush()
    for person, one in zip(people, given, strict=True):
        role = PersonRole(person_id=person.id, role=one["role"], place_id=one["place"], valid_from=start)
        db.session.add(role)
    db.session.flush()
    if people:
        structure.changed()
    return [person.id for person in people]
