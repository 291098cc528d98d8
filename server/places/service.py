"""Places as the other folders ask for them. Every function reads in the transaction or snapshot that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, feeds
from server.db import db
from server.places import rules
from server.places.rules import Change, Definition, Link, Names, Parent, Period, Version
from server.places.tables import Place, PlaceChange, PlaceChangeLink, PlaceParent, PlaceVersion
from server.statements import Query, among, listed
from server.structure import changed as structure_changed
from server.structure import remembered

Document = dict[str, Any]
LONGEST_CHAIN = 20
VERSIONS: sa.Table = PlaceVersion.__table__


class UnknownPlace(LookupError):
    """No place has this id or key."""


@dataclass(frozen=True)
class Successor:
    """Where a place went: `share` millionths of it, on `effective_on`, by `legal_ref`."""

    place_id: int
    share: int
    effective_on: date
    legal_ref: str


def register() -> None:
    """Shows places in the feeds that publish them."""
    feeds.provide("place", documents)


def by_key(key: str) -> int:
    """The id of the place that packs call `key`; raises `UnknownPlace`."""
    found = db.session.scalar(sa.select(Place.id).where(Place.key == key))
    if found is None:
        raise UnknownPlace(key)
    return found


def by_code(code: str, on: date) -> int:
    """The id of the place that had the official `code` on a day; raises `UnknownPlace`."""
    query = sa.select(PlaceVersion.place_id).where(PlaceVersion.code == code, _holds(PlaceVersion, on))
    found = db.session.scalar(query)
    if found is None:
        raise UnknownPlace(f"{code} on {on}")
    return found


def descendants(place_id: int, on: date, tree: str = "admin") -> list[int]:
    """All places below this one on that day, itself left out, in order of id."""
    return [found for found in _below([place_id], on, tree)[place_id] if found != place_id]


def ancestors(place_id: int, on: date, tree: str = "admin") -> list[int]:
    """All places above this one on that day, nearest first."""
    return lines([place_id], on, tree)[place_id]


def lines(place_ids: Collection[int], on: date, tree: str = "admin") -> dict[int, list[int]]:
    """All places above each of these on that day, nearest first: one statement."""
    found: dict[int, list[int]] = {place_id: [] for place_id in place_ids}
    if not found:
        return found
    first = sa.select(Place.id.label("root"), Place.id.label("id"), sa.literal(0, sa.Integer).label("depth"))
    above = first.where(among(Place.id, "ids")).cte("above", recursive=True)
    step = sa.select(above.c.root, PlaceParent.parent_id, above.c.depth + 1).where(
        PlaceParent.place_id == above.c.id, PlaceParent.tree == tree, _holds(PlaceParent, on)
    )
    above = above.union(step)
    query = sa.select(above.c.root, above.c.id).where(above.c.depth > 0).order_by(above.c.depth)
    for root, place_id in db.session.execute(query, {"ids": listed(sorted(found))}):
        found[root].append(place_id)
    return found


@remembered
def reach(place_ids: Collection[int], on: date, tree: str = "admin") -> dict[int, list[int]]:
    """For each place: itself and all below it on that day; of a place that has ended, as on its last day.

    At most one statement more than there are different last days.
    """
    by_day: dict[date, list[int]] = defaultdict(list)
    for place_id, versions in _versions(place_ids).items():
        by_day[rules.last_day(versions, on)].append(place_id)
    found: dict[int, list[int]] = {}
    for day, roots in by_day.items():
        found |= _below(roots, day, tree)
    return found


@Query
def _covered() -> Any:
    on = sa.bindparam("day", type_=sa.Date)
    below = sa.select(Place.id.label("root"), Place.id.label("id")).where(among(Place.id, "roots")).cte(recursive=True)
    ends = sa.or_(PlaceParent.valid_to.is_(None), PlaceParent.valid_to > on)
    step = sa.select(below.c.root, PlaceParent.place_id).where(
        PlaceParent.parent_id == below.c.id,
        PlaceParent.tree == sa.bindparam("tree"),
        PlaceParent.valid_from <= on,
        ends,
    )
    below = below.union(step)
    return sa.select(below.c.root, below.c.id).order_by(below.c.root, below.c.id)


def _below(roots: Collection[int], on: date, tree: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {root: [] for root in roots}
    for root, place_id in _covered.rows(roots=set(roots), day=on, tree=tree):
        found[root].append(place_id)
    return found


def names(place_ids: Collection[int], on: date) -> dict[int, Names]:
    """What the places were called on that day (before and after their time: their first, their last name)."""
    return {key: rules.version_on(found, on).names for key, found in _versions(place_ids).items()}


def name(place_id: int, on: date) -> Names:
    """What a place was called on that day; raises `UnknownPlace`."""
    found = names([place_id], on)
    if place_id not in found:
        raise UnknownPlace(place_id)
    return found[place_id]


def called(place_id: int, on: date) -> tuple[str, str]:
    """What a place was called in Vietnamese and of which kind it was on that day; raises `UnknownPlace`."""
    return naming([place_id])(place_id, on)


def naming(place_ids: Collection[int]) -> Callable[[int, date], tuple[str, str]]:
    """Tells of these places what `called` tells of one, on any day: they are read once."""
    found = _versions(place_ids)

    def ask(place_id: int, on: date) -> tuple[str, str]:
        if place_id not in found:
            raise UnknownPlace(place_id)
        version = rules.version_on(found[place_id], on)
        return version.names.vi, version.kind

    return ask


def of_kinds(place_ids: Collection[int], kinds: Collection[str], on: date) -> set[int]:
    """Those of the places that are of one of these kinds on that day."""
    return {key for key, found in _versions(place_ids).items() if rules.version_on(found, on).kind in kinds}


def last_day(place_id: int, on: date) -> date:
    """`on`, or the last day of a place that had ended by then."""
    return rules.last_day(_versions([place_id])[place_id], on)


def there(place_ids: Collection[int], kinds: Collection[str], days: Collection[date]) -> set[int]:
    """Those of the places that were there on one of these days, and of one of these kinds then."""
    found = _versions(place_ids)
    held = {key: [one for one in versions if one.kind in kinds] for key, versions in found.items()}
    return {key for key, versions in held.items() if any(one.period.holds(day) for one in versions for day in days)}


def standing(place_ids: Collection[int], on: date) -> dict[int, Version]:
    """Those of the places that are there on that day, as they are then."""
    held = {key: [one for one in found if one.period.holds(on)] for key, found in _versions(place_ids).items()}
    return {key: found[0] for key, found in held.items() if found}


@remembered
def heirs(place_ids: Collection[int], on: date) -> dict[int, int]:
    """Where each place has gone as a whole by that day; one that is there, or was split or dissolved, is its own."""
    went = {place_id: place_id for place_id in place_ids}
    deepest = dict.fromkeys(place_ids, 0)
    for root, place_id, depth in _followed(place_ids, on):
        if depth > deepest[root]:
            went[root], deepest[root] = place_id, depth
    return went


@remembered
def predecessors(place_ids: Collection[int], on: date) -> dict[int, set[int]]:
    """The places that had gone into each as a whole by that day, and those that had gone into them."""
    return _gathered(place_ids, _followed(place_ids, on, back=True))


@remembered
def parts(place_ids: Collection[int], on: date) -> dict[int, set[int]]:
    """All places into which each had gone by that day, as a whole or in part, and where they went."""
    return _gathered(place_ids, _followed(place_ids, on, whole=False))


def _gathered(roots: Collection[int], found: Iterable[tuple[int, int, int]]) -> dict[int, set[int]]:
    gathered: dict[int, set[int]] = {root: set() for root in roots}
    for root, place_id, _ in found:
        gathered[root].add(place_id)
    return gathered


@dataclass(frozen=True)
class _Link:
    """A place, or a part of it, that went into another on a day."""

    from_id: int
    to_id: int
    on: date
    whole: bool


@Query
def _changed() -> Any:
    link, change = PlaceChangeLink, PlaceChange
    joined = sa.select(link.from_place_id, link.to_place_id, change.effective_on, link.share).join_from(
        link, change, change.id == link.change_id
    )
    return joined.where(link.from_place_id != link.to_place_id)


@remembered
def _links() -> tuple[dict[int, list[_Link]], dict[int, list[_Link]]]:
    """All that ever went into something else, by where it was and by where it went: a few in a place's century."""
    onward: dict[int, list[_Link]] = defaultdict(list)
    back: dict[int, list[_Link]] = defaultdict(list)
    for row in _changed.rows():
        link = _Link(row.from_place_id, row.to_place_id, row.effective_on, row.share == rules.WHOLE)
        onward[link.from_id].append(link)
        back[link.to_id].append(link)
    return dict(onward), dict(back)


def _followed(
    roots: Collection[int], on: date, *, whole: bool = True, back: bool = False
) -> list[tuple[int, int, int]]:
    """(root, place, how many changes away) for all that had come of each root by that day, or gone into it."""
    links = _links()[1 if back else 0]
    found: list[tuple[int, int, int]] = []
    reached = {(root, root) for root in roots}
    # The bound only keeps a loop in wrong data from running for ever.
    for depth in range(1, LONGEST_CHAIN + 1):
        reached = {
            (root, link.from_id if back else link.to_id)
            for root, place_id in reached
            for link in links.get(place_id, ())
            if link.on <= on and (link.whole or not whole)
        }
        found += [(root, place_id, depth) for root, place_id in sorted(reached)]
    return found


def successors(place_id: int) -> list[Successor]:
    """Which places this one went into, whatever the day: empty while it is there."""
    query = (
        sa.select(PlaceChangeLink, PlaceChange)
        .join(PlaceChange, PlaceChange.id == PlaceChangeLink.change_id)
        .where(PlaceChangeLink.from_place_id == place_id)
        .order_by(PlaceChange.effective_on, PlaceChangeLink.to_place_id)
    )
    return [
        Successor(link.to_place_id, link.share, change.effective_on, change.legal_ref)
        for link, change in db.session.execute(query)
    ]


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Places as phones hold them: today's name, code and parent, and the place that it went or will go into whole.

    One that is still to come has those of its first day: phones are told of it once, and not again on that day.

    Anybody who reads a feed may see its places.
    """
    ids = [int(ref) for ref in refs]
    today = clock.today()
    into = {root: place_id for root, place_id, depth in _followed(ids, date.max) if depth == 1}
    query = sa.select(PlaceParent.place_id, PlaceParent.parent_id, PlaceParent.valid_from)
    query = query.where(PlaceParent.place_id.in_(ids), PlaceParent.tree == "admin").order_by(PlaceParent.valid_from)
    parents: dict[int, int] = {}
    for place_id, parent_id, start in db.session.execute(query):
        if start <= today or place_id not in parents:
            parents[place_id] = parent_id
    shown: dict[str, Document] = {}
    for place_id, versions in _versions(ids).items():
        now = rules.version_on(versions, today)
        shown[str(place_id)] = {
            "id": place_id,
            "code": now.code,
            "kind": now.kind,
            "name": now.names.as_dict(),
            "parent": parents.get(place_id),
            "from": min(version.period.start for version in versions).isoformat(),
            "to": _end(versions),
            "into": into.get(place_id),
        }
    return shown


def _end(versions: Sequence[Version]) -> str | None:
    last = max(versions, key=lambda version: version.period.start).period.end
    return None if last is None else last.isoformat()


def _holds(table: type[PlaceVersion] | type[PlaceParent], on: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.valid_from <= on, sa.or_(table.valid_to.is_(None), table.valid_to > on))


@Query
def _all_versions() -> Any:
    versions = VERSIONS.c
    wanted = sa.select(*versions).where(among(versions.place_id, "places"))
    return wanted.order_by(versions.place_id, versions.valid_from)


def _versions(place_ids: Collection[int]) -> dict[int, list[Version]]:
    found: dict[int, list[Version]] = defaultdict(list)
    for row in _all_versions.rows(places=set(place_ids)):
        called = Names(row.name_vi, row.name_en, row.name_km)
        found[row.place_id].append(Version(Period(row.valid_from, row.valid_to), row.code, row.kind, called))
    return dict(found)


@dataclass(frozen=True)
class Installed:
    """What an install did: the id of every place of the pack by its key, and which of them changed."""

    ids: dict[str, int]
    changed: frozenset[int]


def install(
    definitions: Collection[Definition], changes: Collection[Change] = (), gone: Collection[str] = ()
) -> Installed:
    """Makes places be as defined; what is so already is left alone. Check with `rules.faults` first.

    `gone`: the keys of reforms that are taken back, if they are there.
    """
    keys = [definition.key for definition in definitions]
    ids = {place.key: place.id for place in db.session.scalars(sa.select(Place).where(Place.key.in_(keys)))}
    added = [Place(key=key) for key in keys if key not in ids]
    db.session.add_all(added)
    db.session.flush()
    ids |= {place.key: place.id for place in added}
    stored = _versions(ids.values())
    changed = {ids[d.key] for d in definitions if sorted(d.versions, key=_start) != stored.get(ids[d.key], [])}
    for definition in definitions:
        if ids[definition.key] in changed:
            _replace_versions(ids[definition.key], definition.versions)
    changed |= _install_parents(definitions, ids)
    touched = _take_back(gone) | _install_changes(changes, ids)
    changed |= touched
    if touched or added or changed:
        structure_changed()
    db.session.flush()
    return Installed(ids, frozenset(changed))


def _start(version: Version) -> date:
    return version.period.start


def _replace_versions(place_id: int, versions: Iterable[Version]) -> None:
    db.session.execute(sa.delete(PlaceVersion).where(PlaceVersion.place_id == place_id))
    rows = [
        {
            "place_id": place_id,
            "valid_from": version.period.start,
            "valid_to": version.period.end,
            "code": version.code,
            "kind": version.kind,
            "name_vi": version.names.vi,
            "name_en": version.names.en,
            "name_km": version.names.km,
        }
        for version in versions
    ]
    db.session.execute(sa.insert(PlaceVersion), rows)


def _install_parents(definitions: Collection[Definition], ids: Mapping[str, int]) -> set[int]:
    stored: dict[int, set[tuple[str, date, date | None, int]]] = defaultdict(set)
    for row in db.session.scalars(sa.select(PlaceParent).where(PlaceParent.place_id.in_(sorted(ids.values())))):
        stored[row.place_id].add((row.tree, row.valid_from, row.valid_to, row.parent_id))
    changed = set()
    for definition in definitions:
        place_id = ids[definition.key]
        if {_parent_row(parent, ids) for parent in definition.parents} == stored[place_id]:
            continue
        changed.add(place_id)
        db.session.execute(sa.delete(PlaceParent).where(PlaceParent.place_id == place_id))
        for tree, start, end, parent_id in sorted(_parent_row(parent, ids) for parent in definition.parents):
            db.session.add(
                PlaceParent(place_id=place_id, tree=tree, valid_from=start, valid_to=end, parent_id=parent_id)
            )
    return changed


def _parent_row(parent: Parent, ids: Mapping[str, int]) -> tuple[str, date, date | None, int]:
    return parent.tree, parent.period.start, parent.period.end, ids[parent.key]


def _take_back(keys: Collection[str]) -> set[int]:
    """The places that a reform was to change which is taken back."""
    rows = list(db.session.scalars(sa.select(PlaceChange).where(PlaceChange.key.in_(sorted(keys)))))
    mine = PlaceChangeLink.change_id.in_([row.id for row in rows])
    ends = db.session.execute(sa.select(PlaceChangeLink.from_place_id, PlaceChangeLink.to_place_id).where(mine))
    touched = {place_id for link in ends for place_id in link}
    db.session.execute(sa.delete(PlaceChangeLink).where(mine))
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return touched


def _install_changes(changes: Iterable[Change], ids: Mapping[str, int]) -> set[int]:
    """Makes changes be as defined; the places of which something else becomes than was known, or into which they go."""
    touched: set[int] = set()
    for change in changes:
        row = db.session.scalar(sa.select(PlaceChange).where(PlaceChange.key == change.key))
        if row is None:
            row = PlaceChange(key=change.key)
            db.session.add(row)
        row.kind, row.effective_on, row.legal_ref = change.kind, change.effective_on, change.legal_ref
        wanted = {(ids[link.from_key], ids[link.to_key]): link.share for link in change.links}
        if db.session.is_modified(row):
            touched |= {place_id for link in wanted for place_id in link}
        db.session.flush()
        touched |= _install_links(row.id, wanted)
    return touched


def _install_links(change_id: int, wanted: dict[tuple[int, int], int]) -> set[int]:
    touched: set[tuple[int, int]] = set()
    for link in db.session.scalars(sa.select(PlaceChangeLink).where(PlaceChangeLink.change_id == change_id)):
        ends = (link.from_place_id, link.to_place_id)
        share = wanted.pop(ends, None)
        if share != link.share:
            touched.add(ends)
        if share is None:
            db.session.delete(link)
        else:
            link.share = share
    for (from_id, to_id), share in wanted.items():
        db.session.add(PlaceChangeLink(change_id=change_id, from_place_id=from_id, to_place_id=to_id, share=share))
    return {place_id for link in {*touched, *wanted} for place_id in link}


# ---------------------------------------------------------------- the tree as it is


def keys(place_ids: Collection[int]) -> dict[int, str]:
    """What packs call places."""
    return dict(db.session.execute(sa.select(Place.id, Place.key).where(Place.id.in_(sorted(place_ids)))).all())


def ids(named: Collection[str]) -> dict[str, int]:
    """The ids of the places that packs call so; what nobody knows is left out."""
    return dict(db.session.execute(sa.select(Place.key, Place.id).where(Place.key.in_(sorted(named)))).all())


def definitions() -> tuple[list[Definition], list[Change]]:
    """All places and reforms that there are, as they would be defined."""
    called = dict(db.session.execute(sa.select(Place.id, Place.key).order_by(Place.id)).all())
    parents: dict[int, list[Parent]] = defaultdict(list)
    for row in db.session.scalars(sa.select(PlaceParent).order_by(PlaceParent.valid_from)):
        parents[row.place_id].append(Parent(Period(row.valid_from, row.valid_to), called[row.parent_id], row.tree))
    versions = _versions(called)
    links: dict[int, list[Link]] = defaultdict(list)
    for link in db.session.scalars(sa.select(PlaceChangeLink)):
        links[link.change_id].append(Link(called[link.from_place_id], called[link.to_place_id], link.share))
    changes = [
        Change(row.key, row.kind, row.effective_on, row.legal_ref, tuple(links[row.id]))
        for row in db.session.scalars(sa.select(PlaceChange).order_by(PlaceChange.id))
    ]
    found = [Definition(key, tuple(versions[one]), tuple(parents[one])) for one, key in called.items()]
    return found, changes


def gained(after: date, until: date) -> set[int]:
    """The places into which others went on a day after the first and until the other."""
    found = {link.to_id for links in _links()[0].values() for link in links if after < link.on <= until}
    return set(heirs(found, until).values())
