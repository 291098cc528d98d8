"""Who is asked for a decision, reminded of it, and who is told when nobody decides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server.reviews import reminding, rules
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock

DEATH = {"deaths_seen": 1}


def told(chain: Chain, phone: Any) -> list[tuple[str, str | None]]:
    """What a phone was told, in order: kind and record."""
    chain.work()
    found = sorted(chain.documents("message", phone), key=lambda one: int(one["id"]))
    return [(one["kind"], one["record"]) for one in found]


@pytest.fixture
def office(chain: Chain) -> Any:
    """The standing office's phone."""
    return chain.phone("Cúc", "TT", DISTRICT)


def test_who_answers_for_a_place_is_asked_once_a_day_however_much_waits(chain: Chain, clock: StillClock) -> None:
    elsewhere = chain.phone("Kim Bình", "GSV", OTHER_COMMUNE)
    for _ in range(3):
        chain.submit("TT-04")
    reminding.tick()
    reminding.tick()
    assert told(chain, chain.supervisor) == [("asked", None)]
    (message,) = chain.documents("message", chain.supervisor)
    assert message["place"] == chain.commune
    assert told(chain, elsewhere) == told(chain, chain.volunteer) == []
    clock.advance(days=1)
    chain.submit("TT-04")
    reminding.tick()
    assert told(chain, chain.supervisor) == [("asked", None), ("asked", None)]


def test_a_record_with_a_death_is_asked_about_by_itself(chain: Chain) -> None:
    sent = chain.submit("TNGT-01", **DEATH)
    reminding.tick()
    assert told(chain, chain.supervisor) == [("asked", sent["record"])]


def test_nobody_is_asked_about_records_of_their_own_alone(chain: Chain) -> None:
    chain.submit("RQ-07")
    reminding.tick()
    assert told(chain, chain.sender("RQ-07")) == []
    assert told(chain, chain.supervisor) == [("asked", None)]
    chain.submit("TT-04")
    chain.work()


@pytest.mark.parametrize(
    ("form", "answers", "hours"),
    [("TNGT-01", DEATH, 2), ("TNGT-01", {}, 24), ("TT-04", {}, 72)],
)
def test_they_are_reminded_when_the_time_has_passed_and_the_office_is_told_when_as_much_has_passed_again(
    chain: Chain, clock: StillClock, office: Any, form: str, answers: dict[str, Any], hours: int
) -> None:
    chain.submit(form, **answers)
    reminding.tick()
    clock.advance(hours=hours, seconds=-1)
    reminding.tick()
    assert [kind for kind, _ in told(chain, chain.supervisor)] == ["asked"]
    clock.advance(seconds=1)
    reminding.tick()
    reminding.tick()
    assert [kind for kind, _ in told(chain, chain.supervisor)] == ["asked", "overdue"]
    assert told(chain, office) == []
    clock.advance(days=5)  # the worker was away meanwhile
    reminding.tick()
    reminding.tick()
    assert [kind for kind, _ in told(chain, office)] == ["escalated"]
    assert [kind for kind, _ in told(chain, chain.supervisor)] == ["asked", "overdue"]


def test_what_was_decided_in_time_reminds_nobody(chain: Chain, clock: StillClock, office: Any) -> None:
    chain.review(chain.submit("TT-04"))
    clock.advance(days=30)
    reminding.tick()
    assert told(chain, chain.supervisor) == told(chain, office) == []


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2023-05-16T08:00+07:00", 3, "2023-05-19T08:00+07:00"),  # a Tuesday
        ("2023-05-18T08:00+07:00", 3, "2023-05-23T08:00+07:00"),  # over a weekend
        ("2023-05-20T08:00+07:00", 1, "2023-05-22T08:00+07:00"),  # written on a Saturday
        ("2023-05-19T23:30+07:00", 1, "2023-05-22T23:30+07:00"),  # a Friday there, and a Friday in UTC
        ("2023-05-19T00:30+07:00", 1, "2023-05-22T00:30+07:00"),  # a Friday there, a Thursday in UTC
    ],
)
def test_working_days_are_those_of_the_zone(since: str, days: int, due: str) -> None:
    found = rules.due_at({"working_days": days}, datetime.fromisoformat(since).astimezone(UTC), "Asia/Ho_Chi_Minh")
    assert found == datetime.fromisoformat(due)


def test_of_a_campaigns_lines_the_first_that_fits_counts() -> None:
    lines = [{"form": "A", "above_zero": "deaths", "hours": 2}, {"form": "A", "hours": 24}, {"working_days": 3}]
    assert rules.deadline_of(lines, "A", {"deaths": 1}) == lines[0]
    assert rules.deadline_of(lines, "A", {"deaths": 0}) == lines[1]
    assert rules.deadline_of(lines, "A", {}) == lines[1]
    assert rules.deadline_of(lines, "B", {"deaths": 1}) == lines[2]
    assert rules.deadline_of(lines[:2], "B", {}) is None
