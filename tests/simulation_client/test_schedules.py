"""Seeded stories of phones, people, networks and a server: the real client, the real server, real HTTP between them.

A failing story prints its seed and what happened. It is told again by

    pytest "tests/simulation_client/test_schedules.py::test_whatever_happens_every_promise_holds[sqlite-17]"

CLIENT_SEEDS=100-199 plays those instead, on both databases.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.simulation_client import promises
from tests.simulation_client.schedule import Schedule
from tests.simulation_client.town import Town


def seeds(usual: int) -> range:
    """The seeds of this run."""
    first, _, last = os.environ.get("CLIENT_SEEDS", f"0-{usual - 1}").partition("-")
    return range(int(first), int(last) + 1)


STORIES = [("sqlite", seed) for seed in seeds(8)] + [("postgresql", seed) for seed in seeds(3)]


@pytest.mark.parametrize(("database", "seed"), STORIES, ids=[f"{database}-{seed}" for database, seed in STORIES])
def test_whatever_happens_every_promise_holds(town_on: Callable[[str], Town], database: str, seed: int) -> None:
    schedule = Schedule(town_on(database), seed)
    try:
        schedule.play()
        promises.check(schedule)
    except BaseException:
        print("\n".join([f"seed {seed} on {database}:", *schedule.told]))  # noqa: T201  # pytest shows it
        raise
    finally:
        schedule.town.put_away()
