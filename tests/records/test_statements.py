"""A push costs a fixed number of SQL statements, however much it carries; counted over the whole round trip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from server.db import db
from server.forms import rules
from tests.records.conftest import AT, World
from tests.tools.phones import Phone

SIZES = (1, 10, 100)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the driver meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


class Desk:
    """A supervisor's phone beside a volunteer's, with records that wait to be edited, decided on and reviewed."""

    def __init__(self, world: World, volunteer: Phone, supervisor: Phone) -> None:
        self.world = world
        self.volunteer = volunteer
        self.supervisor = supervisor
        self.typed = 0
        self.sent = 0
        self.cursors = supervisor.sync()["cursors"]

    def number(self) -> int:
        self.sent += 1
        return self.sent

    def landed(self, count: int) -> list[dict[str, Any]]:
        """New records of the volunteer: what was answered for each, with its id."""
        first = self.typed + 1
        self.typed += count
        created = [self.world.create(self.volunteer, n) for n in range(first, first + count)]
        results = self.volunteer.sync(*created)["results"]
        return [{**result, "record": one["record"]} for one, result in zip(created, results, strict=True)]

    def create(self, count: int) -> list[dict[str, Any]]:
        return [self.world.create(self.supervisor, self.number()) for _ in range(count)]

    def edit(self, count: int) -> list[dict[str, Any]]:
        return [self.world.edit(self.number(), one["record"], 1, hamlet="Chợ") for one in self.landed(count)]

    def resolve(self, count: int) -> list[dict[str, Any]]:
        """Decisions on conflicts: the volunteer has typed twice what the supervisor typed once."""
        records = [one["record"] for one in self.landed(count)]
        theirs = [self.world.edit(self.typed + n, record, 1, signed_count=31) for n, record in enumerate(records, 1)]
        self.typed += count
        self.volunteer.sync(*theirs)
        mine = [self.world.edit(self.number(), record, 1, signed_count=32) for record in records]
        assert {result["status"] for result in self.supervisor.sync(*mine)["results"]} == {"conflict"}
        resolution = {"kind": "resolve", "closes": [1]}
        return [self.world.edit(self.number(), record, 2, signed_count=32) | resolution for record in records]

    def review(self, count: int) -> list[dict[str, Any]]:
        common = {"kind": "review", "rev": 1, "decision": "approve", "at": AT}
        return [
            {**common, "n": self.number(), "record": one["record"], "hash": one["hash"]} for one in self.landed(count)
        ]

    def move(self, count: int) -> list[dict[str, Any]]:
        """Moves of records, of each of which something is held in the quarantine."""
        records = [one["record"] for one in self.landed(count)]
        wrong = [self.world.edit(self.typed + n, record, 1, signed_count=-1) for n, record in enumerate(records, 1)]
        self.typed += count
        assert {result["reason"] for result in self.volunteer.sync(*wrong)["results"]} == {"not-valid"}
        common = {"kind": "move", "rev": 1, "from": self.world.place, "place": self.world.other_place, "at": AT}
        return [{**common, "n": self.number(), "record": record} for record in records]

    def refused(self, count: int) -> list[dict[str, Any]]:
        """What will be held."""
        return [self.world.create(self.supervisor, self.number(), signed_count=99) for _ in range(count)]

    def mixed(self, count: int) -> list[dict[str, Any]]:
        """About as many, of every kind: what changed fits on one page, whose end would cost one statement more."""
        each = max(1, count // 6)
        made = [one(each) for one in (self.create, self.edit, self.resolve, self.review, self.move, self.refused)]
        return sorted((item for batch in made for item in batch), key=lambda item: item["n"])

    def statements(self, kind: str, count: int) -> list[str]:
        """What a batch of a kind costs. AssertionError unless all was done as meant."""
        batch = getattr(self, kind)(count)
        self.cursors = self.supervisor.sync(cursors=self.cursors)["cursors"]
        with counted() as found:
            answer = self.supervisor.sync(*batch, cursors=self.cursors)
        statuses = {result["status"] for result in answer["results"]}
        expected = {"refused": {"quarantined"}, "mixed": {"applied", "quarantined"}}.get(kind, {"applied"})
        assert statuses == expected, answer["results"]
        return found


@pytest.fixture
def desk(world: World, volunteer: Phone, supervisor: Phone) -> Desk:
    made = Desk(world, volunteer, supervisor)
    made.statements("mixed", 1)  # what a process reads once and keeps, forms above all
    return made


@pytest.mark.parametrize("kind", ["create", "edit", "resolve", "review", "move", "refused", "mixed"])
def test_a_batch_of_a_hundred_takes_as_many_statements_as_a_batch_of_one(desk: Desk, kind: str) -> None:
    taken = {count: desk.statements(kind, count) for count in SIZES}
    assert {count: len(found) for count, found in taken.items()} == dict.fromkeys(SIZES, len(taken[1])), taken[1]


def test_a_new_record_is_checked_by_its_form_before_the_transaction_in_which_others_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = world.phone("An")
    whole, open_meanwhile = rules.validate, []

    def validate(*given: Any, **named: Any) -> Any:
        open_meanwhile.append(bool(db.session().info.get("depth")))
        return whole(*given, **named)

    monkeypatch.setattr(rules, "validate", validate)
    wrong = world.create(phone, 2, signed_count=-1)
    results = phone.sync(world.create(phone, 1), wrong)["results"]
    assert [result["status"] for result in results] == ["applied", "quarantined"]
    assert open_meanwhile == [False, False]
    assert phone.sync(world.edit(3, f"{phone.device}-1", 1, signed_count=31))["results"][0]["status"] == "applied"
    assert open_meanwhile == [False, False, True]


def test_a_record_of_which_more_is_offered_at_once_is_asked_about_as_each_item_left_it(world: World) -> None:
    phone = world.phone("An")
    record = f"{phone.device}-1"
    wrong = world.edit(2, record, 0, signed_count=-1) | {"after": [1]}
    right = world.edit(3, record, 0, signed_count=31) | {"after": [1, 2]}
    results = phone.sync(world.create(phone, 1), wrong, right)["results"]
    assert [result["status"] for result in results] == ["applied", "quarantined", "applied"]
    (document,) = [each for told in phone.sync()["changes"].values() for each in told if each["id"] == record]
    assert 31 in document["values"]


def test_a_poll_that_finds_nothing_is_one_statement_and_the_next_one_finds_what_was_written(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    cursors = supervisor.sync()["cursors"]
    supervisor.sync(cursors=cursors)  # what a process reads once and keeps
    with counted() as found:
        nothing = supervisor.sync(cursors=cursors)
    assert (nothing["changes"], nothing["cursors"], len(found)) == ({}, cursors, 1)
    created = world.create(volunteer, 1)
    volunteer.sync(created)
    told = [document for changed in supervisor.sync(cursors=cursors)["changes"].values() for document in changed]
    assert created["record"] in {document["id"] for document in told}


def test_a_feed_that_the_phone_has_no_cursor_for_is_read_though_it_asked_for_others(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    created = world.create(volunteer, 1)
    volunteer.sync(created)
    cursors = supervisor.sync()["cursors"]
    feed = f"p{created['place']}"
    missing = {key: position for key, position in cursors.items() if key != feed}
    assert set(supervisor.sync(cursors=missing)["changes"]) == {feed}
