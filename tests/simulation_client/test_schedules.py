"""Seeded stories of phones, people, networks and a server: the real client, the real server, real HTTP between them.

The first seeds tell one kind of story each; some more are drawn afresh on each run. A story that fails is printed, with
the command that tells it again and alone; the same command tells more of them (see `__main__.py`, which also says why
no seeds are kept).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation_client.__main__ import Failed, fresh, tell
from tests.simulation_client.story import FLAVOURS
from tests.simulation_client.town import Town

# What the two databases do in one way is told on the faster one.
OF_DATABASES = {"kill", "restore", "move"}
ON_BOTH = [seed for seed, flavour in enumerate(FLAVOURS) if OF_DATABASES & flavour.keys()]
STORIES = [*(("sqlite", seed) for seed in range(len(FLAVOURS))), *(("postgresql", seed) for seed in ON_BOTH)]
FRESH = {"sqlite-fresh": "sqlite", "sqlite-fresh-too": "sqlite", "postgresql-fresh": "postgresql"}


@pytest.mark.parametrize(("database", "seed"), STORIES, ids=[f"{database}-{seed}" for database, seed in STORIES])
def test_whatever_happens_every_promise_holds(town_on: Callable[[str], Town], database: str, seed: int) -> None:
    told(town_on(database), database, seed)


@pytest.mark.parametrize("name", FRESH)
def test_what_nobody_has_told_before_holds_every_promise_too(town_on: Callable[[str], Town], name: str) -> None:
    told(town_on(FRESH[name]), FRESH[name], fresh())


def told(town: Town, database: str, seed: int) -> None:
    """Tells a story; what pytest shows of one that fails is the story and not where this suite noticed it."""
    try:
        tell(town, database, seed)
    except Failed as failed:
        pytest.fail(str(failed), pytrace=False)
