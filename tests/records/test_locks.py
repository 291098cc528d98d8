"""What a push decides about stays as it was read until the push has committed, however many write at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from server.db import db
from sync import engine
from tests.records.conftest import World
from tests.tools.databases import PostgresServer


@pytest.fixture
def database_url(postgres: PostgresServer) -> Iterator[str]:
    """PostgreSQL: SQLite has one writer at a time."""
    with postgres.fresh() as url:
        yield url


def test_a_record_that_is_reviewed_merged_or_moved_is_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer, supervisor = world.phone("An"), world.phone("Chi", "GSV")
    one, two = (volunteer.sync(world.create(volunteer, n))["results"][0] for n in (1, 2))
    record, other = f"{volunteer.device}-1", f"{volunteer.device}-2"
    locked: list[str] = []
    whole = engine.plan

    def plan(*given: Any, **named: Any) -> Any:
        with db.engine.connect() as beside:
            free = beside.execute(sa.text("SELECT id FROM records FOR UPDATE SKIP LOCKED")).scalars().all()
        locked.extend({record, other} - set(free))
        return whole(*given, **named)

    monkeypatch.setattr(engine, "plan", plan)
    at = "2023-05-16T08:00:00+07:00"
    seen = {"record": record, "rev": 1, "at": at}
    merge = {"kind": "review", "hash": one["hash"], "decision": "merge", "into": other, "reason": None}
    assert supervisor.sync({"n": 1, **seen, **merge})["results"][0]["status"] == "applied"
    assert sorted(locked) == [record, other]
    locked.clear()
    move = {"n": 2, "kind": "move", **seen, "record": other, "from": world.place, "place": world.other_place}
    assert supervisor.sync(move)["results"][0]["status"] == "applied"
    assert locked == [other]
    assert two["rev"] == 1
