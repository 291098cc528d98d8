"""The simulator finds what it is there to find: every planted bug, by the rule that it breaks."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.database_bugs import DATABASE_BUGS, LOCK_BUGS
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import kept, make, parse, run
from tests.simulation.sql import Landing

SCHEDULES = 600
RULES = range(1, 12)  # of `checks`


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_by_the_rule_that_it_breaks(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    schedules = [parse(bug.story)] if bug.story else chain(map(make, range(1, SCHEDULES + 1)), kept())
    found = next((broken for schedule in schedules if (broken := run(schedule, MemoryServer))), None)
    assert found is not None, f"{SCHEDULES} schedules saw nothing"
    assert found.rule in bug.rules, str(found)


@pytest.mark.parametrize("bug", DATABASE_BUGS, ids=lambda bug: bug.name)
def test_a_bug_planted_in_the_product_is_what_breaks_its_story(
    landing: Landing, bug: Bug, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(landing, bug, monkeypatch)


@pytest.mark.parametrize("landing", ["postgresql"], indirect=True)
@pytest.mark.parametrize("bug", LOCK_BUGS, ids=lambda bug: bug.name)
def test_a_lock_left_out_breaks_a_story_of_two_transactions_at_once(
    landing: Landing, bug: Bug, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(landing, bug, monkeypatch)


def breaks(landing: Landing, bug: Bug, patch: pytest.MonkeyPatch) -> None:
    """The story of a bug goes well until it is planted."""
    story = parse(bug.story)
    assert run(story, landing.server) is None
    bug.plant(patch)
    found = run(story, landing.server)
    assert found is not None, "it saw nothing"
    assert found.rule in bug.rules, str(found)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_bug_that_breaks_it_alone(rule: int) -> None:
    assert any(bug.rules == {rule} for bug in BUGS)
