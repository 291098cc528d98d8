"""Whatever the network, the phones, the server and the office do: the eleven rules hold after every schedule."""

from __future__ import annotations

import os

import pytest

from tests.simulation.__main__ import report
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import Make, Schedule, kept, make, run
from tests.simulation.sql import Landing

CHUNKS = 40
SCHEDULES = 250
SQL_CHUNKS = 10
SQL_SCHEDULES = 30


@pytest.mark.parametrize("schedule", kept(), ids=lambda schedule: schedule.name)
def test_what_failed_once_never_fails_again(schedule: Schedule) -> None:
    assert run(schedule, MemoryServer) is None


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fresh_schedules_keep_the_rules(chunk: int) -> None:
    fresh(SCHEDULES, MemoryServer)


@pytest.mark.parametrize("schedule", kept(), ids=lambda schedule: schedule.name)
def test_what_failed_once_never_fails_in_a_database(landing: Landing, schedule: Schedule) -> None:
    assert run(schedule, landing.server) is None


@pytest.mark.parametrize("chunk", range(SQL_CHUNKS))
def test_fresh_schedules_keep_the_rules_in_a_database(landing: Landing, chunk: int) -> None:
    fresh(SQL_SCHEDULES, landing.server, tries=200)


def fresh(schedules: int, server: Make, tries: int = 2_000) -> None:
    """Schedules that nobody has run before."""
    first = int.from_bytes(os.urandom(5), "big")
    for seed in range(first, first + schedules):
        broken = run(make(seed), server)
        if broken is not None:
            pytest.fail(report(seed, make(seed), broken, server, tries))
