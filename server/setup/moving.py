"""The office's work with a campaign's places: what there is, what doing something will change, and doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.db import db
from server.indicators import service as indicators
from server.people import roles, sessions
from server.people import service as people
from server.people.rules import Actor, Held
from server.places import service as places
from server.problems import Problem
from server.records import service as records
from server.setup import placing, reshaping
from server.setup.reshaping import Unfit
from server.setup.tables import ChangeRow

Document = dict[str, Any]
# So many people are named whose role goes with a place; all are counted.
MOST_NAMED = 50


# ---------------------------------------------------------------- what there is


def listed(campaign: Campaign) -> list[Document]:
    """The campaign's places, those that have ended too, as phones have them; inside a transaction or snapshot.

    With each its key, whether the office may change it, and how many hold a role there.
    """
    mine, ids = _places_of(campaign)
    called = places.keys(ids)
    held: dict[int, set[int]] = {}
    for person_id, _, place_id in people.on_places(ids):
        held.setdefault(place_id, set()).add(person_id)
    found = places.documents([str(one) for one in ids], None)
    return [
        {**one, "key": called[one["id"]], "mine": called[one["id"]] in mine, "people": len(held.get(one["id"], ()))}
        for one in found.values()
    ]


def _places_of(campaign: Campaign) -> tuple[set[str], list[int]]:
    """The keys of the places that are the office's to change, and the ids of all that it sees."""
    root = places.keys([campaign.place_id])[campaign.place_id]
    mine = reshaping.below(reshaping.tree_of(*places.definitions()), root)
    return mine, sorted({*campaigns.shown_places(campaign.id), *places.ids(mine).values()})


# ---------------------------------------------------------------- doing something


def write(actor: Actor, campaign: Campaign, given: Sequence[Mapping[str, Any]]) -> None:
    """Does things to places, all or none, and writes them down.

    Problem 'invalid' with `refused`: which of them (`at`) can't be done, and `why`: a word of `reshaping.WORDS`, or
    'future' (on a day to come), 'used' (people or records are there), 'whole' (not with the others).
    """
    placing.keep_what_is(campaign.id)
    doing = _Doing(actor, campaign)
    refused = []
    for index, one in enumerate(given):
        try:
            doing.do(one["code"], one["value"])
        except Unfit as unfit:
            refused.append({"at": index, "why": unfit.why, "place": unfit.key or None})
    if not refused and placing.faults_of(doing.tree):
        refused.append({"at": 0, "why": "whole", "place": None})
    if refused:
        raise Problem("invalid", errors={"places": [one["why"] for one in refused]}, refused=refused)
    db.session.flush()
    placing.apply(doing.tree)


class _Doing:
    """Things done one after the other, over what packs and earlier ones say."""

    def __init__(self, actor: Actor, campaign: Campaign) -> None:
        self._actor, self._campaign = actor, campaign
        self._root = places.keys([campaign.place_id])[campaign.place_id]
        self._number = placing.named()
        self._done = placing.done()
        self.tree = placing.replayed(self._done)

    def do(self, entry: str | None, value: Mapping[str, Any] | None) -> None:
        if value is None:
            self._take_back(entry or "")
            return
        self._check(value)
        for step in self._steps(value):
            name = f"W{self._number + 1}"
            own = {"key": reshaping.own_key(name, step["name"]["vi"])} if step["do"] == "add" else {}
            one = {**step, **own}
            self.tree = reshaping.make(self.tree, name, one)
            self._number += 1
            self._done.append((name, one))
            self._keep(name, one)

    def _steps(self, value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Going into a new place is two things: the place is added, the others go into it."""
        if value["do"] != "merge" or value.get("into"):
            yield value
            return
        key = reshaping.own_key(f"W{self._number + 1}", value["new"]["name"]["vi"])
        parent = reshaping.parent_of(self.tree, value["places"], value["on"])
        yield {**value["new"], "do": "add", "parent": parent, "on": value["on"]}
        yield {name: one for name, one in value.items() if name != "new"} | {"into": key}

    def _take_back(self, entry: str) -> None:
        known = dict(self._done)
        # A place that was added may be in use: it is ended, or goes into another.
        if entry not in known or known[entry]["do"] == "add":
            raise Unfit("unknown")
        left = [(name, value) for name, value in self._done if name != entry]
        try:
            self.tree = placing.replayed(left)
        except Unfit:
            raise Unfit("later") from None
        self._done = left
        self._keep(entry, None)

    def _check(self, value: Mapping[str, Any]) -> None:
        mine = reshaping.below(self.tree, self._root)
        renamed = {self._root} if value["do"] == "rename" else set()
        named = {*value.get("places", ()), *filter(None, (value.get("place"), value.get("into")))}
        if strange := named - mine - renamed:
            raise Unfit("unknown", min(strange))
        if value["do"] == "add" and value["parent"] not in {self._root, *mine}:
            raise Unfit("unknown", value["parent"])
        day = value.get("on")
        if value["do"] != "merge" and day and date.fromisoformat(day) > clock.today(self._campaign.zone):
            raise Unfit("future")
        if value["do"] == "end":
            there = list(places.ids([value["place"]]).values())
            if records.counts(there) or roles.lasting_on(there):
                raise Unfit("used", value["place"])

    def _keep(self, entry: str, value: Mapping[str, Any] | None) -> None:
        row = ChangeRow(campaign_id=self._campaign.id, part=placing.PART, entry=entry, value=value)
        row.changed_by, row.at = self._actor.person_id, clock.now()
        db.session.add(row)


# ---------------------------------------------------------------- what that did


@dataclass(frozen=True)
class State:
    """Places, who is responsible where, and what waits there."""

    places: Mapping[int, Document]
    held: Mapping[int, Sequence[Held]]
    waiting: Mapping[int, int]
    deciding: Mapping[int, int]


def state(campaign: Campaign) -> State:
    """How things stand with a campaign's places; inside a transaction."""
    shown = places.documents([str(one) for one in _places_of(campaign)[1]], None)
    waiting = records.counts(campaigns.covered_places(campaign.id), waiting=True)
    deciding = {place_id: len(people.holders("review", place_id)) for place_id in waiting}
    return State({one["id"]: one for one in shown.values()}, roles.everybody(), waiting, deciding)


def compared(campaign: Campaign, before: State, after: State) -> Document:
    """What is otherwise: places, whose role goes with one, whose phones get or lose places, what waits there."""
    moved: list[Document] = [
        {"id": place_id, "before": before.places.get(place_id), "after": one}
        for place_id, one in after.places.items()
        if before.places.get(place_id) != one
    ]
    ended = [one["id"] for one in moved if one["before"] and one["before"]["to"] != one["after"]["to"]]
    went = list(_went(before.held, after.held))
    reaching = [
        person for person, held in after.held.items() if _reached(held) != _reached(before.held.get(person, ()))
    ]
    called = people.names({one["person"] for one in went[:MOST_NAMED]})
    kept = records.counts(ended)
    targets = [
        {"code": code, "place": place_id}
        for code, one in indicators.described(campaign.id).items()
        for place_id in ended
        if str(place_id) in one.targets
    ]
    return {
        "moved": moved,
        "roles": [{**one, "name": called[one["person"]]} for one in went[:MOST_NAMED]],
        "role_count": len(went),
        "people": len(reaching),
        "phones": sessions.living_phones(reaching),
        "records": sum(kept.values()),
        "waiting": [
            {
                "place": place_id,
                "count": count,
                "before": before.deciding.get(place_id, 0),
                "after": after.deciding.get(place_id, 0),
            }
            for place_id, count in after.waiting.items()
            if place_id in ended
        ],
        "targets": targets,
    }


def _went(before: Mapping[int, Sequence[Held]], after: Mapping[int, Sequence[Held]]) -> Iterator[Document]:
    """Roles that go with their place into another."""
    was = {role.id: role.place_id for held in before.values() for role in held}
    for person_id, held in after.items():
        for role in held:
            if was.get(role.id, role.place_id) != role.place_id:
                yield {"person": person_id, "role": role.role, "before": was[role.id], "after": role.place_id}


def _reached(held: Sequence[Held]) -> set[tuple[str, int]]:
    return {(role.role, place_id) for role in held for place_id in role.covers}
