"""A real installation for the schedules: gunicorn, a database, a commune's people and the phones in their hands."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from server import backup
from server.app import create_app
from server.campaigns import service as campaigns
from server.config import from_environment
from server.db import db, snapshot, transaction
from server.forms import service as forms
from server.people import granting
from server.people import service as people
from server.places import service as places
from server.records import orphans
from server.records.tables import QuarantineRow
from tests.forms.forms import source
from tests.simulation_client.gate import Gate
from tests.simulation_client.phone import NodePhone
from tests.tools.databases import PostgresServer, SqliteTemplates
from tests.tools.landing import REHEARSAL, Landing

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
COMMUNES = ("xa-ngai-xuyen", "xa-thanh-son", "xa-dinh-an", "xa-dai-an", "xa-an-quang-huu", "xa-kim-son", "xa-tan-hiep")
ASKING = ("a", "b", "c")
FIELDS = (*ASKING, "d")
STORES = ("sqlite", "postgresql")


@contextmanager
def opened(store: str, directory: Path, script: Path) -> Iterator[Town]:
    """A town on a fresh database of that kind, gone afterwards."""
    if store == "sqlite":
        with SqliteTemplates(directory).fresh(directory) as url, standing(directory, url, script) as town:
            yield town
        return
    server = PostgresServer(directory)
    try:
        with server.fresh() as url, standing(directory, url, script, server.programs) as town:
            yield town
    finally:
        server.stop()


@contextmanager
def standing(directory: Path, database_url: str, script: Path, programs: str = os.environ["PATH"]) -> Iterator[Town]:
    """A town on this database, ended afterwards; `programs` is where the database's own tools are found."""
    town = Town(directory, database_url, script, programs)
    try:
        yield town
    finally:
        town.end()


@dataclass
class Hand:
    """A phone in somebody's hand, and what the world remembers of having typed into it."""

    name: str
    person: int
    phone: NodePhone
    reviews: bool = False
    device: int = 0
    revoked: bool = False
    # Nothing can be written on it; its clock is wrong by so many milliseconds.
    full: bool = False
    skew: int = 0
    # What is typed in drafts that are still open: {draft id: {path: value}}.
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    underway: Any = None

    @property
    def gate(self) -> Gate:
        """Its network."""
        return self.phone.gate


class Town:
    """One installation with the campaign and a form of four questions: three whose conflicts a person decides."""

    def __init__(self, directory: Path, database_url: str, script: Path, programs: str) -> None:
        self.script = script
        self.landing = Landing(directory, database_url=database_url, PATH=programs)
        self.pack = campaigns.read_pack(PACK)
        self.app = self._application()
        self.numbers = itertools.count(1)
        self._hands: list[Hand] = []
        self._archive = directory / "backup.tar.gz"
        with self.app.app_context():
            self.form = self._install()
            self.places = snapshot(places.ids)([place.key for place in self.pack.places])
        self.landing.start_server()

    def _application(self) -> Flask:
        """The application in this process, for what an operator's commands do, at the server's time."""
        return create_app(from_environment(self.landing.environment))

    def _install(self) -> int:
        asking = [{"type": "text", "name": name} for name in ASKING]
        text = source(*asking, {"type": "text", "name": "d", "sync::merge": "latest"})

        @transaction
        def install() -> int:
            campaign = campaigns.install(self.pack)
            return forms.install(campaign, text, "thu.md", occurrence="day")

        return install()

    # -- people and phones

    def person(self, name: str, role: str, commune: str) -> int:
        """Somebody new in a commune."""
        with self.app.app_context():
            return people.install_person({"name": name, "role": role, "place": commune, "language": "vi"})

    def give_role(self, person: int, role: str, commune: str, start: date) -> None:
        """Another role from that day on."""
        with self.app.app_context():
            granting.install_role(person, {"role": role, "place": commune, "start": start})

    def end_role(self, person: int, role: str, commune: str) -> None:
        """From today on it is no more."""
        with self.app.app_context():
            assert granting.operator_end_role(person, {"role": role, "place": commune}) > 0

    def hand(self, name: str, person: int, *, reviews: bool = False) -> Hand:
        """A phone that this person has just enrolled."""
        hand = self._new(name, person, reviews)
        self.enrol(hand)
        return hand

    def enrol(self, hand: Hand) -> None:
        """This phone uses a link of its person's. Raises `AppError`."""
        with self.app.app_context():
            token = people.install_link(hand.person)["url"].rpartition("/")[2]
        hand.device = hand.phone.ask("enrol", token=token)["device"]

    def knows(self, device: int) -> bool:
        """Whether the server has this number: one that came after a backup is lost by its restore."""
        with self.app.app_context():
            return snapshot(people.owner)(device) is not None

    def revoke(self, device: int) -> None:
        """Takes a phone's access back."""
        with self.app.app_context():
            people.operator_revoke(device)

    def work(self) -> int:
        """What the worker does about what is held of records that have come since; how much it let in."""
        with self.app.app_context():
            return orphans.adopt()

    def held_nowhere(self) -> list[Any]:
        """What is held of authors who, by the server's clock, never had a part anywhere: no supervisor is asked."""
        with self.app.app_context():
            query = sa.select(QuarantineRow.payload).where(QuarantineRow.place_id.is_(None))
            return snapshot(lambda: list(db.session.scalars(query)))()

    def clone(self, original: Hand) -> Hand:
        """Another phone with a copy of this one's storage."""
        dumped = original.phone.ask("dump")
        copy = self._new(f"{original.name}'s copy", original.person, original.reviews)
        copy.phone.ask("load", **dumped)
        copy.device, copy.revoked = original.device, original.revoked
        copy.drafts = {draft: dict(values) for draft, values in original.drafts.items()}
        return copy

    def _new(self, name: str, person: int, reviews: bool) -> Hand:
        gate = Gate(self.landing.port, self.kill)
        hand = Hand(name, person, NodePhone(self.script, gate), reviews)
        self._hands.append(hand)
        return hand

    def put_away(self) -> None:
        """Ends all phones; what a story did to the server's clock is over."""
        for hand in self._hands:
            hand.phone.kill()
            hand.gate.close()
        self._hands.clear()
        self.set_day(date.fromisoformat(REHEARSAL))

    # -- the server

    def kill(self) -> None:
        """The server's processes are gone from one moment to the next."""
        self.landing.kill_server()

    def start(self) -> None:
        """Starts the server unless it runs."""
        if self.landing.server is None:
            self.landing.start_server()

    @property
    def day(self) -> date:
        """The day by the server's clock."""
        return date.fromisoformat(self.landing.environment["BEN_REHEARSE"])

    def set_day(self, day: date) -> None:
        """The server's clock jumps: it is morning of that day."""
        if day != self.day:
            self.kill()
            self.landing.environment["BEN_REHEARSE"] = day.isoformat()
            self._begin_anew()
        self.start()

    def backup(self) -> None:
        """A backup while the server runs, in place of the one before."""
        with self._operating():
            backup.make(self._archive)

    def restore(self) -> None:
        """The server's database is what it was at the backup."""
        self.kill()
        with self._operating():
            backup.restore(self._archive, replace=True)
        self._begin_anew()
        self.start()

    @contextmanager
    def _operating(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch, self.app.app_context():
            patch.setenv("PATH", self.landing.environment["PATH"])
            yield
            db.session.remove()

    def _begin_anew(self) -> None:
        self._let_go()
        self.app = self._application()

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def end(self) -> None:
        """Ends everything."""
        for hand in self._hands:
            hand.phone.kill()
            hand.gate.close()
        self.landing.stop()
        self._let_go()
