"""A real installation for the schedules: gunicorn, a database, a commune's people and the phones in their hands."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.app import create_app
from server.campaigns import service as campaigns
from server.config import from_environment
from server.db import db, snapshot, transaction
from server.forms import service as forms
from server.people import service as people
from server.places import service as places
from tests.forms.forms import source
from tests.simulation_client.gate import Gate
from tests.simulation_client.phone import NodePhone
from tests.tools.landing import Landing

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
COMMUNES = ("xa-ngai-xuyen", "xa-thanh-son", "xa-dinh-an", "xa-dai-an", "xa-an-quang-huu", "xa-kim-son", "xa-tan-hiep")
ASKING = ("a", "b", "c")
FIELDS = (*ASKING, "d")


@dataclass
class Hand:
    """A phone in somebody's hand, and what the world remembers of having typed into it."""

    name: str
    person: int
    phone: NodePhone
    reviews: bool = False
    device: int = 0
    revoked: bool = False
    # What is typed in drafts that are still open: {draft id: {path: value}}.
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    underway: Any = None

    @property
    def gate(self) -> Gate:
        """Its network."""
        return self.phone.gate


class Town:
    """One installation with the campaign and a form of four questions: three whose conflicts a person decides."""

    def __init__(self, directory: Path, database_url: str, script: Path) -> None:
        self.script = script
        self.database_url = database_url
        self.landing = Landing(directory, database_url=database_url)
        self.data = directory / "var"
        self.app = create_app(from_environment(self.landing.environment))
        self.numbers = itertools.count(1)
        self._hands: list[Hand] = []
        self._backup = directory / "backup.db"
        with self.app.app_context():
            self.form, self.places = self._install()
        self.landing.start_server()

    def _install(self) -> tuple[int, dict[str, int]]:
        pack = campaigns.read_pack(PACK)
        asking = [{"type": "text", "name": name} for name in ASKING]
        text = source(*asking, {"type": "text", "name": "d", "sync::merge": "latest"})

        @transaction
        def install() -> int:
            campaign = campaigns.install(pack)
            return forms.install(campaign, text, "thu.md", occurrence="day")

        return install(), {key: snapshot(places.by_key)(key) for key in COMMUNES}

    @property
    def can_restore(self) -> bool:
        """Whether `backup` and `restore` work here."""
        return self.database_url.startswith("sqlite")

    # -- people and phones

    def person(self, name: str, role: str, commune: str) -> int:
        """Somebody new in a commune."""
        with self.app.app_context():
            return people.install_person({"name": name, "role": role, "place": commune, "language": "vi"})

    def hand(self, name: str, person: int, *, reviews: bool = False) -> Hand:
        """A phone that this person has just enrolled."""
        with self.app.app_context():
            token = people.install_link(person)["url"].rpartition("/")[2]
        hand = self._new(name, person, reviews)
        hand.device = hand.phone.ask("enrol", token=token)["device"]
        return hand

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
        """Ends all phones."""
        for hand in self._hands:
            hand.phone.kill()
            hand.gate.close()
        self._hands.clear()

    # -- the server

    def kill(self) -> None:
        """The server's processes are gone from one moment to the next."""
        self.landing.kill_server()

    def start(self) -> None:
        """Starts the server unless it runs."""
        if self.landing.server is None:
            self.landing.start_server()

    def backup(self) -> None:
        """A copy of the database while the server runs."""
        with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(self._backup)) as target:
            source.backup(target)

    def restore(self) -> None:
        """The server's database is what it was at the backup, put back as docs/operations.md says."""
        self.kill()
        self._let_go()
        for suffix in ("-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._backup, self._file)
        (self.data / "epoch").write_text("restored", encoding="ascii")
        self.start()

    @property
    def _file(self) -> str:
        return self.database_url.removeprefix("sqlite:///")

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def end(self) -> None:
        """Ends everything."""
        self.put_away()
        self.landing.stop()
        self._let_go()
