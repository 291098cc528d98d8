"""A disk that fills up while eight phones push: what was acknowledged is there, the rest lands once there is room."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.running.conftest import Site, on_postgresql, on_sqlite
from tests.running.test_writers import WRITERS, at_once
from tests.tools.databases import PostgresServer
from tests.tools.field_phone import FieldPhone
from tests.tools.full_disk import limit_files, longest

BATCH = 50
REFUSALS = 3
# No page of a database ends here: the last write is cut in its midst, as a disk does it.
ROOM = 100_000
MOST = 20_000  # records of one phone: by then every disk is full
# What is refused so and not by a disk that is full, SQLite calls an input/output error.
TOLD = {"sqlite": {503}, "postgresql": {507}}


@dataclass
class Cramped:
    """An installation and how much room its database has."""

    site: Site
    files: Path
    parents: tuple[int, ...]

    def fill(self) -> None:
        """From here on there is room for some hundreds of records more."""
        limit_files(longest(self.files) + ROOM, *self.parents)

    def make_room(self) -> None:
        """Somebody has deleted old things."""
        limit_files(None, *self.parents)

    def processes(self) -> set[int]:
        """Those of the server that answer."""
        return {process.pid for process in psutil.Process(self.parents[0]).children()}


@pytest.fixture(params=["sqlite", "postgresql"])
def cramped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cramped]:
    """A running installation on each database; on PostgreSQL with a server of its own, since that too has no room."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            site = stack.enter_context(on_sqlite(tmp_path, request.getfixturevalue("sqlite_templates")))
            files, others = tmp_path / "var", ()
        else:
            server = PostgresServer(tmp_path / "postgres", durable=True, own=True)
            stack.callback(server.stop)
            server.shorten_log_files()
            site = stack.enter_context(on_postgresql(tmp_path, server))
            files, others = server.place, (server.process,)
        site.landing.environment["GUNICORN_CMD_ARGS"] = "--workers 4"
        site.landing.start_server()
        assert site.landing.server is not None
        made = Cramped(site, files, (site.landing.server.pid, *others))
        stack.callback(made.make_room)
        yield made


def stored(site: Site, phone: FieldPhone) -> set[str]:
    return {row[0] for row in site.evidence.rows("SELECT id FROM records WHERE id LIKE :own", own=f"{phone.device}-%")}


def write(site: Site, ended: list[int], phone: FieldPhone) -> None:
    """Sends batch after batch until it was refused some times; looks each time whether what it was told is stored."""
    try:
        while len(phone.lost) < REFUSALS:
            for _ in range(BATCH):
                phone.create()
            phone.once()
            missing = {mutation["record"] for mutation in phone.kept.values()} - stored(site, phone)
            assert not missing, f"acknowledged and not stored: {missing}"
            assert len(phone.kept) < MOST, "the disk never was full"
    finally:
        ended.append(phone.device)


def read_on(reader: FieldPhone, writers: Sequence[FieldPhone], ended: list[int]) -> int:
    """Reads everything again and again while the others write; how often that was while there was no room."""
    meanwhile = 0
    while len(ended) < len(writers) or not meanwhile:
        full = any(phone.lost for phone in writers)
        found = reader.records()
        assert reader.get(f"/api/records/{next(iter(found))}")["history"]
        meanwhile += full
    return meanwhile


def test_a_disk_that_fills_up_costs_those_it_has_no_room_for_a_second_try_only(cramped: Cramped) -> None:
    site = cramped.site
    *writers, reader = (FieldPhone(site.port, token) for token in site.tokens(WRITERS + 1))
    writers[0].create()
    writers[0].land()
    before, ended = cramped.processes(), list[int]()
    cramped.fill()
    at_once([*(partial(write, site, ended, phone) for phone in writers), partial(read_on, reader, writers, ended)])
    told = {getattr(error, "status", None) for phone in writers for error in phone.lost}
    assert told == TOLD[site.evidence.engine.dialect.name]
    assert all(phone.outbox for phone in writers)

    cramped.make_room()
    at_once([phone.land for phone in writers])
    sent = [mutation["record"] for phone in writers for mutation in phone.kept.values()]
    assert {status for phone in writers for status in phone.statuses()} == {"applied"}
    assert site.evidence.revisions() == {record: [1] for record in sent}
    assert site.evidence.count("revisions") == site.evidence.count("mutations") == len(sent)
    assert set().union(*(phone.typed for phone in writers)) <= site.evidence.texts()
    assert set(reader.records()) == set(sent)
    assert before <= cramped.processes()
