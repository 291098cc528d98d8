"""Which roles are in force, and where they reach today. Everybody's rights come from here, at each request.

1. A role is in force from its first day until before its last one, by the local date: it begins and ends by itself.
2. It covers its place, the places below it, and the places that have gone into these as a whole: whoever is
   responsible for a place is responsible for what was done where it is now.
3. A role without an end passes to the place that its own has gone into. One with an end stays where it was given until
   that day: that is how an office decides otherwise. So does one on a place that was split or dissolved, since nobody
   can say for them which part is meant.
4. Whoever is away keeps their role and its rights; while somebody stands in for it, that one is asked and reminded in
   their place.
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
from server.people.tables import Person, PersonRole
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
    theirs = ROLES.alias()
    query = sa.select(*ROLES.c, theirs.c.person_id.label("for_person"))
    return query.outerjoin(theirs, theirs.c.id == ROLES.c.for_role_id).where(begun).order_by(ROLES.c.id)


def standings(person_ids: Collection[int]) -> dict[int, Standing]:
    """What these people hold and held: a small fixed number of statements, however many they are."""
    today = clock.today()
    rows = _begun.rows(people=set(person_ids), today=today)
    went = places.heirs({row.place_id for row in rows if row.valid_to is None}, today)
    at = {row.id: went[row.place_id] if row.valid_to is None else row.place_id for row in rows}
    covers = _covers(set(at.values()), today)
    found = {person_id: Standing() for person_id in person_ids}
    for row in rows:
        days = (row.valid_from, row.valid_to)
        role = Held(row.role, at[row.id], covers[at[row.id]], row.id, *days, row.for_person)
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


class Acting(dict[int, Standing]):
    """For whom people acted; the roles of who isn't among those given are looked up when they are first met."""

    def __init__(self, person_ids: Collection[int] = ()) -> None:
        super().__init__(standings(person_ids) if person_ids else {})

    def __missing__(self, person_id: int) -> Standing:
        found = self[person_id] = standings([person_id])[person_id]
        return found

    def whom(self, person_id: int, place_ids: Collection[int], day: date, granting: Collection[str]) -> int | None:
        """For whom somebody did on a day what takes one of the roles `granting` there; None: for themselves."""
        standing = self[person_id]
        return rules.acted_for([*standing.held, *standing.ended], place_ids, day, granting)


def everybody() -> dict[int, list[Held]]:
    """The roles in force today of all who hold one, by person."""
    return in_force(set(db.session.scalars(sa.select(PersonRole.person_id).where(now_in_force()))))


def lasting_on(place_ids: Collection[int]) -> bool:
    """Whether somebody holds a role on one of these places, or will."""
    lasts = sa.or_(PersonRole.valid_to.is_(None), PersonRole.valid_to > clock.today())
    query = sa.select(PersonRole.id).where(PersonRole.place_id.in_(sorted(place_ids)), lasts)
    return db.session.scalar(query.limit(1)) is not None


def in_force(person_ids: Collection[int]) -> dict[int, list[Held]]:
    """The roles in force today with the places that they cover, by person."""
    return {person_id: standing.held for person_id, standing in standings(person_ids).items()}


def holders(right: str, place_id: int) -> list[int]:
    """Ids of the people who have a right on a place today: who hold a role there, above it or where it has gone."""
    return _holding(rules.with_right(right), place_id, now_in_force())


def on_places(place_ids: Collection[int]) -> list[tuple[int, str, int]]:
    """Who holds which role on which of these places today: person, role, place."""
    query = sa.select(PersonRole.person_id, PersonRole.role, PersonRole.place_id)
    held = db.session.execute(query.where(PersonRole.place_id.in_(sorted(place_ids)), now_in_force()))
    return [(person_id, role, place_id) for person_id, role, place_id in held]


def having(granting: Collection[str], place_id: int) -> list[int]:
    """Ids of the people who are asked and told as holders of one of these roles there today: not who is away."""
    stood_in = sa.select(PersonRole.for_role_id).where(PersonRole.for_role_id.is_not(None), now_in_force())
    return _holding(granting, place_id, sa.and_(now_in_force(), PersonRole.id.not_in(stood_in.scalar_subquery())))


def _holding(granting: Collection[str], place_id: int, which: sa.ColumnElement[bool]) -> list[int]:
    """Ids of the people who hold one of these roles there, above it or where it has gone."""
    today = clock.today()
    here = {place_id, places.heirs([place_id], today)[place_id]}
    around = here.union(*(places.ancestors(one, places.last_day(one, today)) for one in here))
    passed = set().union(*places.predecessors(around, today).values())
    endless = sa.and_(PersonRole.place_id.in_(sorted(passed)), PersonRole.valid_to.is_(None))
    query = sa.select(PersonRole.person_id).where(
        sa.or_(PersonRole.place_id.in_(sorted(around)), endless), PersonRole.role.in_(sorted(granting)), which
    )
    return sorted(set(db.session.scalars(query)))


def now_in_force() -> sa.ColumnElement[bool]:
    """Whether a role is in force today."""
    today = clock.today()
    ends = sa.or_(PersonRole.valid_to.is_(None), PersonRole.valid_to > today)
    return sa.and_(PersonRole.valid_from <= today, ends)


def documents(held: Mapping[int, Sequence[Held]]) -> dict[int, list[Document]]:
    """Roles as they are shown, by person; `id`, `from` and `away` are for those who manage people."""
    called = places.names({role.place_id for roles in held.values() for role in roles}, clock.today())
    away = _away({role.id for roles in held.values() for role in roles})
    named = {role.for_person for roles in held.values() for role in roles if role.for_person}
    people = _names({*named, *(one["person"] for standing_in in away.values() for one in standing_in)})
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
                "away": [{**one, "person": people[one["person"]]} for one in away.get(role.id, ())],
                **({"for": people[role.for_person]} if role.for_person else {}),
            }
            for role in roles
        ]
    return shown


def _away(role_ids: Collection[int]) -> dict[int, list[Document]]:
    """Who stands in for the holders of these roles, today or on days to come."""
    table = PersonRole
    lasting = sa.and_(table.valid_to > clock.today(), table.valid_to > table.valid_from)
    query = (
        sa.select(table).where(table.for_role_id.in_(sorted(role_ids)), lasting).order_by(table.valid_from, table.id)
    )
    found: dict[int, list[Document]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.for_role_id or 0].append(
            {"role": row.id, "person": row.person_id, "from": row.valid_from, "to": row.valid_to}
        )
    return found


def _names(person_ids: Collection[int]) -> dict[int, Document]:
    query = sa.select(Person.id, Person.name).where(Person.id.in_(sorted(person_ids)))
    return {row.id: {"id": row.id, "name": row.name} for row in db.session.execute(query)} if person_ids else {}
