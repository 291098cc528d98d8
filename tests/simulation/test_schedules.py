"""Whatever the network, the phones, the server and the office do: the eleven rules hold after every schedule."""

from __future__ import annotations

import os

import pytest

from tests.simulation.__main__ import report
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import Schedule, kept, make, run

CHUNKS = 40
SCHEDULES = 250


@pytest.mark.parametrize("schedule", kept(), ids=lambda schedule: schedule.name)
def test_what_failed_once_never_fails_again(schedule: Schedule) -> None:
    assert run(schedule, MemoryServer) is None


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fresh_schedules_keep_the_rules(chunk: int) -> None:
    first = int.from_bytes(os.urandom(5), "big")
    for seed in range(first, first + SCHEDULES):
        broken = run(make(seed), MemoryServer)
        if broken is not None:
            pytest.fail(report(seed, make(seed), broken, MemoryServer))
