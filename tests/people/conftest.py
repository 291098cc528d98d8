"""A district with two communes, its office and a supervisor and a volunteer of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from server.db import transaction
from server.people import service as people
from server.places import service as places
from server.places.rules import Definition, Names, Parent, Period, Version
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def unit(key: str, parent: str = "") -> Definition:
    """A place that is there for ever."""
    period = Period(date(2020, 1, 1))
    parents = (Parent(period, parent),) if parent else ()
    return Definition(key, (Version(period, key, "xa", Names(key, key, key)),), parents)


@dataclass
class Village:
    """Ids of places and people, and what makes an enrolled phone of theirs."""

    places: dict[str, int]
    people: dict[str, int]
    phone: Callable[[], Phone]

    def token(self, who: str) -> str:
        """A fresh token for one of the people."""
        url: str = people.install_link(self.people[who])["url"]
        return url.rpartition("/")[2]

    def enrolled(self, who: str) -> Phone:
        """A phone of theirs."""
        return self.phone().enrol(self.token(who))


@pytest.fixture
def village(app: Flask, clock: StillClock, phone: Callable[[], Phone]) -> Village:
    """See above."""
    tree = [unit("district"), unit("commune", "district"), unit("other", "district")]
    ids = transaction(lambda: places.install(tree))().ids
    held = {
        "office": ("TT", "district"),
        "supervisor": ("GSV", "commune"),
        "volunteer": ("TNV", "commune"),
        "stranger": ("TNV", "other"),
    }
    made = {
        name: people.install_person({"name": name, "role": role, "place": place, "language": "vi"})
        for name, (role, place) in held.items()
    }
    return Village(ids, made, phone)
