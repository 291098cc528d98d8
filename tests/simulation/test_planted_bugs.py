"""The simulator finds what it is there to find: every planted bug, by the rule that it breaks."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import kept, make, run

SCHEDULES = 600
RULES = range(1, 12)  # of `checks`


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_by_the_rule_that_it_breaks(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    schedules = chain((make(seed) for seed in range(1, SCHEDULES + 1)), kept())
    found = next((broken for schedule in schedules if (broken := run(schedule, MemoryServer))), None)
    assert found is not None, f"{SCHEDULES} schedules saw nothing"
    assert found.rule in bug.rules, str(found)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_bug_that_breaks_it_alone(rule: int) -> None:
    assert any(bug.rules == {rule} for bug in BUGS)
