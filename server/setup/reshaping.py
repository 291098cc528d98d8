"""What the office does with places, done to what packs say of them. Pure.

1. What the office did is kept as it was meant (`add`, `rename`, `end`, `merge`) and done again, in its order, to what
   the packs say now: a name that a pack corrects later is corrected also where the place was merged since.
2. A merge cuts a place on its day. What lies in it lies in the one it went into from then on, and what was to become of
   it later becomes of that one. Nothing of before that day changes: history stays with the place that it happened in.
3. A place lasts no longer than the one that it is put into.
4. Whatever can't be done to what packs say now is refused with a word for why (`WORDS`); nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server.folding import folded
from server.places.rules import WHOLE, Change, Definition, Link, Names, Parent, Period, Version

Document = dict[str, Any]
# why: what is said to whoever loads a pack
WORDS: Mapping[str, str] = {
    "unknown": "no such place is known",
    "not-there": "a place is not there on that day, or begins on it",
    "later": "a place is changed again on a later day",
    "apart": "the places are to go into different places later",
    "itself": "a place can't go into itself, nor what lies in it",
    "code": "another place has this code at that time",
    "parents": "the places lie in different places: say into which place they go",
    "below": "other places lie in it: they go first",
}


class Unfit(Exception):
    """Something can't be done to what packs say; `why` is one of `WORDS`."""

    def __init__(self, why: str, key: str = "") -> None:
        super().__init__(why, key)
        self.why = why
        self.key = key


@dataclass(frozen=True)
class Tree:
    """Places and reforms by their keys."""

    places: Mapping[str, Definition]
    changes: Mapping[str, Change]

    def over(self, other: Tree) -> Tree:
        """This one, and of the other what this one doesn't say."""
        return Tree({**other.places, **self.places}, {**other.changes, **self.changes})


def tree_of(places: Iterable[Definition], changes: Iterable[Change]) -> Tree:
    """A tree of what a pack says."""
    return Tree({place.key: place for place in places}, {change.key: change for change in changes})


def own_key(entry: str, name: str) -> str:
    """The key of a place that the office adds: by what it did, and what the place is called without diacritics."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")
    return f"{entry.lower()}-{plain}"[:64].rstrip("-")


def reform_key(entry: str) -> str:
    """The key of a reform that the office entered."""
    return f"office-{entry.lower()}"


def replay(tree: Tree, done: Iterable[tuple[str, Mapping[str, Any]]]) -> Tree:
    """What has become of places by all that the office did, by entry; raises `Unfit`, its `key` then the entry."""
    for entry, value in done:
        try:
            tree = make(tree, entry, value)
        except Unfit as unfit:
            raise Unfit(unfit.why, entry) from None
    return tree


def make(tree: Tree, entry: str, value: Mapping[str, Any]) -> Tree:
    """One thing done; raises `Unfit` with the key of the place that it is about."""
    on = None if value.get("on") is None else date.fromisoformat(value["on"])
    if value["do"] == "rename":
        return _renamed(tree, value, on)
    if on is None:
        raise Unfit("not-there")
    if value["do"] == "add":
        return _added(tree, value, on)
    return _ended(tree, value["place"], on) if value["do"] == "end" else _merged(tree, entry, value, on)


def _names(given: Mapping[str, str]) -> Names:
    """What nobody wrote in a language is called as in Vietnamese."""
    return Names(given["vi"], given.get("en") or given["vi"], given.get("km") or given["vi"])


def _place(tree: Tree, key: str) -> Definition:
    if key not in tree.places:
        raise Unfit("unknown", key)
    return tree.places[key]


def _version(place: Definition, on: date) -> Version:
    """The version in force on a day; there must be no later one."""
    found = next((version for version in place.versions if version.period.holds(on)), None)
    if found is None:
        raise Unfit("not-there", place.key)
    if any(version.period.start > on for version in place.versions):
        raise Unfit("later", place.key)
    return found


def _with(tree: Tree, *places: Definition) -> Tree:
    return replace(tree, places={**tree.places, **{place.key: place for place in places}})


def _check_code(tree: Tree, key: str, version: Version) -> None:
    for place in tree.places.values():
        for other in place.versions if place.key != key and version.code is not None else ():
            if other.code == version.code and other.period.overlaps(version.period):
                raise Unfit("code", place.key)


def _added(tree: Tree, value: Mapping[str, Any], on: date) -> Tree:
    period = Period(on, _version(_place(tree, value["parent"]), on).period.end)
    version = Version(period, value.get("code"), value["kind"], _names(value["name"]))
    _check_code(tree, value["key"], version)
    return _with(tree, Definition(value["key"], (version,), (Parent(period, value["parent"]),)))


def _renamed(tree: Tree, value: Mapping[str, Any], on: date | None) -> Tree:
    place = _place(tree, value["place"])
    ordered = sorted(place.versions, key=lambda version: version.period.start)
    old = ordered[-1] if on is None else next((one for one in ordered if one.period.holds(on)), None)
    if old is None:
        raise Unfit("not-there", place.key)
    code = value.get("code", old.code)
    kind = value.get("kind") or old.kind
    made: tuple[Version, ...]
    if on is None or on == old.period.start:
        made = (replace(old, names=_names(value["name"]), code=code, kind=kind),)
    else:
        before = replace(old, period=Period(old.period.start, on))
        made = (before, Version(Period(on, old.period.end), code, kind, _names(value["name"])))
    _check_code(tree, place.key, made[-1])
    versions = tuple(one for each in ordered for one in (made if each is old else (each,)))
    return _with(tree, replace(place, versions=versions))


def _cut(place: Definition, on: date) -> Definition:
    """A place that ends on a day."""
    version = _version(place, on)
    if version.period.start >= on:
        raise Unfit("not-there", place.key)
    last = replace(version, period=Period(version.period.start, on))
    parents = [replace(one, period=Period(one.period.start, _earlier(one.period.end, on))) for one in place.parents]
    kept = [version for version in place.versions if version.period.end is not None and version.period.end <= on]
    shorter = tuple(one for one in parents if one.period.end is None or one.period.start < one.period.end)
    return replace(place, versions=(*kept, last), parents=shorter)


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


def _planned(tree: Tree, key: str, on: date) -> set[tuple[str, str, int]]:
    """What is to become of a place after a day: by which reform, into which place, which share."""
    later = [change for change in tree.changes.values() if change.effective_on >= on]
    return {(change.key, link.to_key, link.share) for change in later for link in change.links if link.from_key == key}


def _lying_in(tree: Tree, key: str, on: date) -> list[Definition]:
    there = Period(on)
    return [
        place
        for place in tree.places.values()
        if any(parent.key == key and parent.period.overlaps(there) for parent in place.parents)
    ]


def _ended(tree: Tree, key: str, on: date) -> Tree:
    place = _cut(_place(tree, key), on)
    if _planned(tree, key, on):
        raise Unfit("later", key)
    if _lying_in(tree, key, on):
        raise Unfit("below", key)
    return _with(tree, place)


def _merged(tree: Tree, entry: str, value: Mapping[str, Any], on: date) -> Tree:
    sources = [_place(tree, key) for key in value["places"]]
    into = _place(tree, value["into"])
    target = _version(into, on)
    if into in sources or any(_is_within(tree, into.key, source.key, on) for source in sources):
        raise Unfit("itself", into.key)
    ended = [_cut(source, on) for source in sources]
    plans = [_planned(tree, source.key, on) for source in sources]
    mine = _planned(tree, into.key, on)
    ends = {_version(source, on).period.end for source in sources}
    fresh = not mine and target.period.start == on and target.period.end in {None, *ends}
    if any(plan != plans[0] for plan in plans) or not (fresh or plans[0] == mine):
        raise Unfit("apart", into.key)
    if fresh and plans[0]:
        into = _lasting(into, target, next(iter(ends)))
    keys = {source.key for source in sources}
    made = _with(tree, *ended, into)
    made = _with(made, *(_under(one, keys, into.key, on) for one in _all_in(tree, sources, on)))
    later = {key: change for key, change in made.changes.items() if change.effective_on >= on}
    handed = {key: _handed_on(change, keys, into.key, plans[0]) for key, change in later.items()}
    links = tuple(Link(source.key, into.key, WHOLE) for source in sources)
    reform = Change(reform_key(entry), "merge", on, value.get("law") or "", links)
    return replace(made, changes={**made.changes, **handed, reform.key: reform})


def _all_in(tree: Tree, sources: Sequence[Definition], on: date) -> list[Definition]:
    found = {place.key: place for source in sources for place in _lying_in(tree, source.key, on)}
    return list(found.values())


def _lasting(place: Definition, version: Version, end: date | None) -> Definition:
    """A new place that lasts as long as those that go into it would have."""
    period = Period(version.period.start, end)
    parents = tuple(replace(one, period=Period(one.period.start, end)) for one in place.parents)
    versions = tuple(replace(one, period=period) if one == version else one for one in place.versions)
    return replace(place, versions=versions, parents=parents)


def _under(place: Definition, sources: Iterable[str], into: str, on: date) -> Definition:
    """What lay in a place that went into another lies in that one from then on."""
    gone, parents = set(sources), []
    for parent in place.parents:
        if parent.key not in gone or not parent.period.overlaps(Period(on)):
            parents.append(parent)
            continue
        if parent.period.start < on:
            parents.append(replace(parent, period=Period(parent.period.start, on)))
        parents.append(replace(parent, period=Period(max(on, parent.period.start), parent.period.end), key=into))
    return replace(place, parents=tuple(parents))


def _handed_on(change: Change, sources: set[str], into: str, plan: Iterable[tuple[str, str, int]]) -> Change:
    """A later reform, of which what was to become of the places becomes of the one that they went into."""
    links = [link for link in change.links if link.from_key not in sources]
    known = {(link.from_key, link.to_key) for link in links}
    mine = [Link(into, to, share) for key, to, share in sorted(plan) if key == change.key]
    return replace(change, links=(*links, *(one for one in mine if (one.from_key, one.to_key) not in known)))


def _is_within(tree: Tree, key: str, above: str, on: date) -> bool:
    """Whether a place lies in another on a day."""
    seen: set[str] = set()
    at = [key]
    while at:
        place = tree.places.get(at.pop())
        if place is None or place.key in seen:
            continue
        seen.add(place.key)
        here = [parent.key for parent in place.parents if parent.tree == "admin" and parent.period.holds(on)]
        if above in here:
            return True
        at += here
    return False


def below(tree: Tree, root: str) -> set[str]:
    """The keys of all places that lie in one, or once did, or will."""
    inside: dict[str, set[str]] = {}
    for place in tree.places.values():
        for parent in place.parents:
            if parent.tree == "admin":
                inside.setdefault(parent.key, set()).add(place.key)
    found: set[str] = set()
    at = [root]
    while at:
        fresh = inside.get(at.pop(), set()) - found
        found |= fresh
        at += fresh
    return found


def parent_of(tree: Tree, keys: Iterable[str], day: str) -> str:
    """The place that all of these lie in on a day; raises `Unfit` where there isn't one."""
    on = date.fromisoformat(day)
    found = {
        parent.key
        for key in keys
        for parent in _place(tree, key).parents
        if parent.tree == "admin" and parent.period.holds(on)
    }
    if len(found) != 1:
        raise Unfit("parents" if found else "not-there")
    return found.pop()


# ---------------------------------------------------------------- as it is kept


def plain(tree: Tree) -> list[Document]:
    """A tree as JSON keeps it: places, then reforms (they have `links`)."""
    return [*map(_plain_place, tree.places.values()), *map(_plain_change, tree.changes.values())]


def of_plain(kept: Iterable[Mapping[str, Any]]) -> Tree:
    """The tree that was kept."""
    kept = list(kept)
    places = [_place_of(one) for one in kept if "links" not in one]
    return tree_of(places, [_change_of(one) for one in kept if "links" in one])


def _plain_place(place: Definition) -> Document:
    versions = [
        {**_span(one.period), "code": one.code, "kind": one.kind, "name": one.names.as_dict()} for one in place.versions
    ]
    parents = [{**_span(one.period), "tree": one.tree, "key": one.key} for one in place.parents]
    return {"key": place.key, "versions": versions, "parents": parents}


def _plain_change(change: Change) -> Document:
    links = [{"from": link.from_key, "to": link.to_key, "share": link.share} for link in change.links]
    said = {"key": change.key, "kind": change.kind, "law": change.legal_ref}
    return {**said, "on": change.effective_on.isoformat(), "links": links}


def _span(period: Period) -> Document:
    return {"from": period.start.isoformat(), "to": None if period.end is None else period.end.isoformat()}


def _period(span: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(span["from"]), None if span["to"] is None else date.fromisoformat(span["to"]))


def _place_of(kept: Mapping[str, Any]) -> Definition:
    versions = [Version(_period(one), one["code"], one["kind"], Names(**one["name"])) for one in kept["versions"]]
    parents = [Parent(_period(one), one["key"], one["tree"]) for one in kept["parents"]]
    return Definition(kept["key"], tuple(versions), tuple(parents))


def _change_of(kept: Mapping[str, Any]) -> Change:
    links = tuple(Link(one["from"], one["to"], one["share"]) for one in kept["links"])
    return Change(kept["key"], kept["kind"], date.fromisoformat(kept["on"]), kept["law"], links)
