"""Which roles are in force, and where they reach today. Everybody's rights come from here, at each request.

1. A role is in force from its first day until before its last one, by the local date: it begins and ends by itself.
2. It covers its place, the places below it, and the places that have gone into these as a whole: whoever is
   responsible for a place is responsible for what was done where it is now.
3. A role without an end passes to the place that its own has gone into. One with an end stays where it was given until
   that day: that is how an office decides otherwise. So does one on a place that was split or dissolved, since nobody
   can say for them which part is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.db import db
from server.people import rules
from server.people.rules import Held
from server.people.tables import PersonRole
from server.places import service as places
from server.statements import Query, among

Document = dict[str, Any]
ROLES: sa.Table = PersonRole.__table__


@dataclass
class Standing:
    """A person's roles in force, and those that have ended."""

    held: list[Held] = field(default_factory=list)
    ended: list[Held] = field(default_factory=list)


@Query
def _begun() -> Any:
    begun = sa.and_(among(ROLES.c.person_id, "people"), ROLES.c.valid_from <= sa.bindparam("today"))
    return sa.select(*ROLES.c).where(begun).order_by(ROLES.c.id)


def standings(person_ids: Collection[int]) -> dict[int, Standing]:
    """What these people hold and held: a small fixed number of statements, however many they are."""
    today = clock.today()
    rows = _begun.rows(people=set(person_ids), today=today)
    went = places.heirs({row.place_id for row in rows if row.valid_to is None}, today)
    at = {row.id: went[row.place_id] if row.valid_to is None else row.place_id for row in rows}
    covers = _covers(set(at.values()), today)
    found = {person_id: Standing() for person_id in person_ids}
    for row in rows:
        role = Held(row.role, at[row.id], covers[at[row.id]], row.id, row.valid_from, row.valid_to)
        ended = row.valid_to is not None and row.valid_to <= today
        (found[row.person_id].ended if ended else found[row.person_id].held).append(role)
    return found


def _covers(place_ids: Collection[int], today: date) -> dict[int, frozenset[int]]:
    below = places.reach(place_ids, today)
    before = places.predecessors(set().union(*below.values()), today)
    return {
        place_id: frozenset(found).union(*(before[one] for one in found))
        for place_id, found in ((place_id, below.get(place_id, [place_id])) for place_id in place_ids)
    }


def in_force(person_ids: Collection[int]) -> dict[int, list[Held]]:
    """The roles in force today with the places that they cover, by person."""
    return {person_id: standing.held for person_id, standing in standings(person_ids).items()}


def holders(right: str, place_id: int) -> list[int]:
    """Ids of the people who have a right on a place today: who hold a role there, above it or where it has gone."""
    return having([role for role, rights in rules.RIGHTS.items() if right in rights], place_id)


def having(granting: Collection[str], place_id: int) -> list[int]:
    """Ids of the people who hold one of these roles there, above it or where it has gone, today."""
    today = clock.today()
    here = {place_id, places.heirs([place_id], today)[place_id]}
    around = here.union(*(places.ancestors(one, places.last_day(one, today)) for one in here))
    passed = set().union(*places.predecessors(around, today).values())
    endless = sa.and_(PersonRole.place_id.in_(sorted(passed)), PersonRole.valid_to.is_(None))
    query = sa.select(PersonRole.person_id).where(
        sa.or_(PersonRole.place_id.in_(sorted(around)), endless), PersonRole.role.in_(sorted(granting)), now_in_force()
    )
    return sorted(set(db.session.scalars(query)))


def now_in_force() -> sa.ColumnElement[bool]:
    """Whether a role is in force today."""
    today = clock.today()
    ends = sa.or_(PersonRole.valid_to.is_(None), PersonRole.valid_to > today)
    return sa.and_(PersonRole.valid_from <= today, ends)


def documents(held: Mapping[int, Sequence[Held]]) -> dict[int, list[Document]]:
    """Roles as they are shown, by person; `id`, `from` and `to` are for those who manage people."""
    called = places.names({role.place_id for roles in held.values() for role in roles}, clock.today())
    shown: dict[int, list[Document]] = defaultdict(list)
    for person_id, roles in held.items():
        shown[person_id] = [
            {
                "id": role.id,
                "role": role.role,
                "place": {"id": role.place_id, "name": called[role.place_id].as_dict()},
                "rights": sorted(rules.RIGHTS.get(role.role, ())),
                "from": role.starts,
                "to": role.ends,
            }
            for role in roles
        ]
    return shown
