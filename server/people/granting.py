"""Giving and ending roles. A role that ends is kept, so that it stays known who was responsible when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, events, structure
from server.db import db, transaction
from server.people import roles, rules, service
from server.people.rules import Actor
from server.people.tables import Person, PersonRole
from server.places import service as places
from server.problems import Problem

Document = dict[str, Any]


@transaction
def give_role(actor: Actor, person_id: int, given: Mapping[str, Any]) -> Document:
    """Another role for somebody one manages: 'role', 'place', 'from' (today) and 'to' (open), both local dates.

    With 'replaces', the id of a role that they hold, that one ends where the new one begins. Raises 'not-found' for
    people, places and roles outside one's own, 'not-yours-to-give', and 'invalid' for an empty period.
    """
    service.managed(actor, person_id)
    _may_give(actor, given["role"], given["place"])
    start, end = _period(given.get("start"), given.get("end"))
    if given.get("replaces"):
        _end(_held(actor, person_id, given["replaces"]), start)
    _give(person_id, given["role"], given["place"], (start, end))
    return service.person_document(actor, person_id)


@transaction
def stand_in(actor: Actor, person_id: int, role_id: int, given: Mapping[str, Any]) -> Document:
    """Has 'person' stand in for somebody one manages, 'from' a day (today) until before 'to'; who is away, as they are.

    Both are one's own to manage, and so is the role. Raises what `give_role` raises.
    """
    service.managed(actor, person_id)
    service.managed(actor, given["person"])
    row = _held(actor, person_id, role_id)
    if given["person"] == person_id:
        raise Problem("invalid", errors={"person": ["Nobody stands in for themselves."]})
    here = {held.id: held.place_id for held in roles.in_force([person_id])[person_id]}
    days = _period(given.get("start"), given["end"])
    made = _give(given["person"], row.role, here.get(row.id, row.place_id), days, for_role_id=row.id)
    told = {"role_id": made, "person_id": given["person"], "for": person_id}
    events.emit("role.lent", told | {"from": days[0].isoformat(), "to": given["end"].isoformat()})
    return service.person_document(actor, person_id)


@transaction
def end_role(actor: Actor, person_id: int, role_id: int, on: date | None) -> Document:
    """Ends a role of somebody one manages: from `on` (today) it is no more. Raises what `give_role` raises."""
    service.managed(actor, person_id)
    _end(_held(actor, person_id, role_id), on)
    return service.person_document(actor, person_id)


def _held(actor: Actor, person_id: int, role_id: int) -> PersonRole:
    row = db.session.get(PersonRole, role_id)
    if row is None or row.person_id != person_id:
        raise Problem("not-found")
    _may_give(actor, row.role, row.place_id)
    return row


def _may_give(actor: Actor, role: str, place_id: int) -> None:
    if not actor.may("people", place_id):
        raise Problem("not-found")
    if not rules.may_give(roles.in_force([actor.person_id])[actor.person_id], role, place_id):
        raise Problem("not-yours-to-give")


def _period(start: date | None, end: date | None) -> tuple[date, date | None]:
    start = start or clock.today()
    if end is not None and end <= start:
        raise Problem("invalid", errors={"to": ["A role must end after it begins."]})
    return start, end


def _give(
    person_id: int, role: str, place_id: int, period: tuple[date, date | None], *, for_role_id: int | None = None
) -> int:
    start, end = period
    row = PersonRole(person_id=person_id, role=role, place_id=place_id, valid_from=start, valid_to=end)
    row.for_role_id = for_role_id
    db.session.add(row)
    db.session.flush()
    structure.changed()
    return row.id


def _end(row: PersonRole, on: date | None) -> None:
    # One that had not begun yet never does: its period becomes empty.
    row.valid_to = max(row.valid_from, on or clock.today())
    if row.for_role_id is not None:
        events.emit("role.returned", {"role_id": row.id})
    db.session.flush()
    structure.changed()


# ---------------------------------------------------------------- from the command line


@transaction
def install_role(person_id: int, given: Mapping[str, Any]) -> None:
    """Gives anybody a role on a place (by key). Raises `UnknownPerson`, `places.UnknownPlace`, 'invalid'."""
    if db.session.get(Person, person_id) is None:
        raise service.UnknownPerson(person_id)
    period = _period(given.get("start"), given.get("end"))
    _give(person_id, given["role"], places.by_key(given["place"]), period)


@transaction
def operator_end_role(person_id: int, given: Mapping[str, Any]) -> int:
    """Ends a person's roles of one kind on one place (by key) from 'end' (today); how many there were."""
    query = sa.select(PersonRole).where(
        PersonRole.person_id == person_id,
        PersonRole.role == given["role"],
        PersonRole.place_id == places.by_key(given["place"]),
        sa.or_(PersonRole.valid_to.is_(None), PersonRole.valid_to > clock.today()),
    )
    rows = list(db.session.scalars(query))
    for row in rows:
        _end(row, given.get("end"))
    return len(rows)
