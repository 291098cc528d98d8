"""The command runs what failed once before all else, and a failure says how it is kept."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.simulation.__main__ import arguments, chosen, report
from tests.simulation.bugs import saved_before_it_is_written
from tests.simulation.ledger import Broken
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import SEEDS, kept, make, parse, run


@pytest.mark.parametrize("asked", [[], ["--seconds", "1"], ["--first-seed", "7"]], ids=" ".join)
def test_what_failed_once_is_run_before_all_else(asked: list[str]) -> None:
    assert [schedule for _, schedule in islice(chosen(arguments(asked)), len(kept()))] == kept()


def test_one_schedule_that_is_asked_for_is_run_alone() -> None:
    assert list(chosen(arguments(["--seed", "7"]))) == [(7, make(7))]
    assert list(chosen(arguments(["--schedule", make(7).text()]))) == [(None, make(7))]


def test_a_failure_says_the_line_that_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    saved_before_it_is_written(monkeypatch)
    found = ((seed, run(make(seed), MemoryServer)) for seed in range(1, 20))
    seed, broken = next((seed, broken) for seed, broken in found if broken)
    *_, line = report(seed, make(seed), broken, MemoryServer, tries=50).splitlines()
    asked, _, schedule = line.partition(": what it showed: ")
    again = run(parse(schedule), MemoryServer)
    assert (asked, again and again.rule) == (f"add to {SEEDS}", broken.rule)


def test_a_failure_of_what_is_kept_names_it_and_asks_for_no_second_line() -> None:
    told = report(None, kept()[0], Broken(1, "lost"), MemoryServer, tries=0)
    assert kept()[0].name in told
    assert str(SEEDS) not in told
