"""People added from a list: what each row would do, and doing it.

Rules:
- One function says what each row does; adding does that and nothing else, in the transaction that looked.
- Whoever is there under this name (capitals and spaces apart) with this role on this place is not added again: neither
  from another row, nor when the same list comes twice.
- Somebody of the same name (diacritics apart) with another role or place may be the same person: whoever knows them
  decides.
- Rights are those of adding one person. Nothing is told of people and places outside one's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from server import clock, structure
from server.db import db, snapshot, transaction
from server.epoch import INSTALLATION
from server.folding import folded
from server.people import lists, roles, rules, words
from server.people.adding import add_people
from server.people.rules import Actor, Held
from server.people.tables import Person, PersonRole
from server.people.words import Unit, Units
from server.places import service as places
from server.problems import Problem
from server.spreadsheets import Unreadable

Document = dict[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a field of a row; `candidates`: what may be meant, ids of places."""

    field: str
    code: str
    candidates: Sequence[int] = ()


@dataclass(frozen=True)
class Same:
    """Somebody of the same name: a person who is there, or who comes with an earlier row."""

    name: str
    role: str
    place: int
    person: int | None = None
    line: int | None = None


@dataclass
class Line:
    """What a row does: 'new', 'known', 'twice', 'namesake' (to be decided), 'left' (decided so) or 'fault'."""

    name: str
    role: str | None = None
    place: int | None = None
    language: str = "vi"
    outcome: str = "fault"
    faults: list[Fault] = field(default_factory=list)
    others: list[Same] = field(default_factory=list)
    person: int | None = None


def read(actor: Actor, data: bytes) -> Document:
    """The rows of a list, as texts; Problem 'list-refused' with a `code` for what can't be read, 'not-found'."""
    _people_of(actor)
    try:
        return asdict(lists.read(data))
    except Unreadable as refused:
        raise Problem("list-refused", code=refused.code, values=refused.values) from None


@snapshot
def preview(actor: Actor, rows: Sequence[Row]) -> list[Document]:
    """What each row would do; nobody is added. Problem 'not-found' for who looks after nobody."""
    return [asdict(line) for line in _lines(actor, rows)]


@transaction
def add(actor: Actor, rows: Sequence[Row]) -> list[Document]:
    """Adds the people of all rows that are 'new' and gives what `preview` gives, with the ids of who was added."""
    # The same list may come twice at one moment: the second waits here, and then finds everybody there.
    db.session.execute(sa.select(INSTALLATION.c.id).with_for_update())
    structure.forget()
    lines = _lines(actor, rows)
    fresh = [line for line in lines if line.outcome == "new"]
    added = add_people([asdict(line) for line in fresh], actor.person_id)
    for line, person_id in zip(fresh, added, strict=True):
        line.person = person_id
    return [asdict(line) for line in lines]


def _people_of(actor: Actor) -> list[int]:
    """The places whose people one looks after."""
    mine = actor.places("people")
    if not mine:
        raise Problem("not-found")
    return mine


def _lines(actor: Actor, rows: Sequence[Row]) -> list[Line]:
    mine = _people_of(actor)
    held = roles.in_force([actor.person_id])[actor.person_id]
    units = Units(units_of(mine))
    known = _known(mine)
    lines = []
    for row in rows:
        line = _understood(row, units, frozenset(mine), held)
        if line.role and line.place and not line.faults:
            _meet(line, Same(line.name, line.role, line.place, line=row["line"]), row.get("namesake"), known)
        lines.append(line)
    return lines


def _understood(row: Row, units: Units, mine: frozenset[int], held: Sequence[Held]) -> Line:
    """A row's texts as what they mean, with the faults of those that mean nothing, or nothing that one may give."""
    line = Line(words.name_of(row["name"]))
    if code := words.name_fault(line.name):
        line.faults.append(Fault("name", code))
    line.role = words.ROLES.get(folded(row["role"]))
    if line.role is None:
        line.faults.append(Fault("role", "role-unknown" if row["role"].strip() else "role-missing"))
    _place(line, row, units, mine)
    spoken = words.SPOKEN.get(folded(row["language"]), None if row["language"].strip() else "vi")
    if spoken is None:
        line.faults.append(Fault("language", "language-unknown"))
    line.language = spoken or "vi"
    if line.role and line.place and not rules.may_give(held, line.role, line.place):
        line.faults.append(Fault("role", "role-not-yours"))
    return line


def _place(line: Line, row: Row, units: Units, mine: frozenset[int]) -> None:
    chosen = row.get("place_id")
    found = [chosen] if chosen in mine else units.find(row["place"])
    if len(found) == 1:
        line.place = found[0]
    elif found:
        line.faults.append(Fault("place", "place-ambiguous", found))
    elif row["place"].strip():
        line.faults.append(Fault("place", "place-unknown", units.near(row["place"])))
    else:
        line.faults.append(Fault("place", "place-missing"))


def _meet(line: Line, me: Same, decided: str | None, known: dict[str, list[Same]]) -> None:
    """Whether the person of a row is there already, or somebody who may be them."""
    others = known[folded(me.name)]
    same = [one for one in others if _key(one) == _key(me)]
    line.others = same[:1] or list(others)
    if same:
        line.outcome, line.person = ("twice" if same[0].person is None else "known"), same[0].person
        return
    line.outcome = {"other": "new", "same": "left"}.get(decided or "", "namesake") if others else "new"
    if line.outcome != "left":
        others.append(me)


def _key(one: Same) -> tuple[str, str, int]:
    return words.same_name(one.name), one.role, one.place


def _known(place_ids: Sequence[int]) -> dict[str, list[Same]]:
    """Who holds a role on these places or will, by name."""
    today = clock.today()
    here = (PersonRole.place_id.in_(place_ids), sa.or_(PersonRole.valid_to.is_(None), PersonRole.valid_to > today))
    query = sa.select(Person.name, PersonRole).join(Person, Person.id == PersonRole.person_id).where(*here)
    rows = [(name, role) for name, role in db.session.execute(query.order_by(PersonRole.id))]
    went = places.heirs({role.place_id for _, role in rows if role.valid_to is None}, today)
    found: dict[str, list[Same]] = defaultdict(list)
    for name, role in rows:
        place = went.get(role.place_id, role.place_id) if role.valid_to is None else role.place_id
        found[folded(name)].append(Same(name, role.role, place, person=role.person_id))
    return found


def units_of(place_ids: Sequence[int]) -> list[Unit]:
    """Those of the places that are there today, with code and names; inside a transaction or snapshot."""
    found = places.standing(place_ids, clock.today())
    return [
        Unit(place_id, version.code, tuple(version.names.as_dict().values())) for place_id, version in found.items()
    ]
