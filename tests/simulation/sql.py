"""The product itself as the simulation's server: Flask, marshmallow and a database, asked through POST /api/sync.

What the office does by hand in the product (roles, phones taken back, ended sessions) is written into the tables from
the simulation's directory before the next request; records and all that hangs on them go through the product alone.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import current_thread
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from server import db as database
from server import feeds
from server.app import create_app
from server.campaigns import service as campaigns
from server.config import Settings
from server.db import db, snapshot, transaction
from server.epoch import current_epoch
from server.forms import service as forms
from server.forms.tables import FormVersion
from server.people import service as people
from server.people.rules import token_hash
from server.people.tables import Device, DeviceSession, Person, PersonRole
from server.places.rules import Definition, Names, Parent, Period, Version
from server.places.tables import Place
from server.records import service as records
from server.records import telling
from server.records.store import SqlStore, conflict_of, decision_of, revision_of
from server.records.tables import ConflictRow, MutationRow, QuarantineRow, RecordRow, ReviewRow, RevisionRow
from server.structure import changed
from tests.simulation.cut import HANDINS, SYNC, Cut
from tests.simulation.ledger import Broken
from tests.simulation.memory import moment
from tests.simulation.overlap import Died, OpenPush, Overlap
from tests.simulation.phone.loop import Offline, SignedOut
from tests.simulation.server import BAD, FIELDS, FORM, POLICIES, Answer, Directory, Item, Kept, ServerDown
from tests.tools.chain import PACK
from tests.tools.clocks import StillClock
from tests.tools.databases import PostgresServer, SqliteTemplates
from tests.tools.phones import Phone

OFFICE, OFFICE_DEVICE = 9, 9001
RENEWED = timedelta(days=80)  # a session ends by itself after 180 days; here only when its phone is signed out
BEGUN = date(2020, 1, 1)  # before any day that a server's clock says
# Records and the two long logs have no foreign keys: a table, a column that names something, and where that is.
NAMED = (
    (RecordRow, RecordRow.form_version_id, FormVersion.id),
    (RecordRow, RecordRow.place_id, Place.id),
    (RecordRow, RecordRow.author_id, Person.id),
    (RevisionRow, RevisionRow.record_id, RecordRow.id),
    (RevisionRow, RevisionRow.person_id, Person.id),
    (RevisionRow, RevisionRow.device_id, Device.id),
    (MutationRow, MutationRow.device_id, Device.id),
)
Rows = dict[str, list[dict[str, Any]]]


STORES = ("sqlite", "postgresql")


@contextmanager
def opened(store: str, directory: Path) -> Iterator[Landing]:
    """A landing on a fresh database of that kind, gone afterwards."""
    if store == "sqlite":
        with SqliteTemplates(directory).fresh(directory) as url:
            yield from _on(url, directory)
        return
    postgres = PostgresServer(directory)
    with postgres.fresh() as url:
        yield from _on(url, directory)
    postgres.stop()


def _on(database_url: str, directory: Path) -> Iterator[Landing]:
    landing = Landing(database_url, directory / "var")
    yield landing
    landing.close()


class Landing:
    """One application on one database, for many worlds one after the other."""

    def __init__(self, database_url: str, directory: Path) -> None:
        self.app = create_app(Settings(data_dir=directory, database_url=database_url, app_dir=directory / "no-app"))
        self.clock = StillClock(self.app)
        self.known: Kept | None = None  # what is kept, where nothing has been written since it was read
        with self.app.app_context():
            _install()
            _hush()
            current_epoch()
            self.empty = dump()
            self.store = db.engine.dialect.name
            self.overlap = Overlap(db.engine, self.forget)

    def forget(self) -> None:
        """What was read may stand no more."""
        self.known = None

    def server(self, page: int) -> SqlServer:
        """An empty server: what a world before this one left is gone."""
        return SqlServer(self, page)

    def close(self) -> None:
        """Lets the database go."""
        self.overlap.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


class SqlServer:
    """See `tests.simulation.server.Server`."""

    def __init__(self, landing: Landing, page: int) -> None:
        self.landing = landing
        self.page = page
        self.directory = Directory()
        self.numbers = 0
        self.told: Any = None  # what of the directory is in the tables
        self.renewed = moment(0)  # when that was written, by the server's clock
        self.restore(landing.empty)

    @property
    def app(self) -> Flask:
        """The application."""
        return self.landing.app

    @property
    def epoch(self) -> str:
        """Which life of the database this is."""
        with self.app.app_context():
            return current_epoch()

    # -- one round trip

    def sync(self, device: int, request: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """Push, then pull."""
        self.landing.clock.set(moment(now))
        if device in self.directory.signed_out:
            raise SignedOut
        if request["mutations"]:
            self.landing.known = None
        body = {"protocol": 1, "photos": [], **request}
        answer = self._answer(self._ask(device, "POST", SYNC, body, fault=fault))
        if fault == "after":
            raise ServerDown
        return answer | {"now": now}

    def hand_in(self, device: int, given: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """What this phone kept of another number of its person's."""
        self.landing.clock.set(moment(now))
        if device in self.directory.signed_out:
            raise SignedOut
        self.landing.known = None
        answer = self._answer(self._ask(device, "POST", HANDINS, dict(given), fault=fault))
        if fault == "after":
            raise ServerDown
        return answer | {"epoch": self.epoch}

    def cut(self, device: int, path: str, request: Mapping[str, Any], cut: Cut) -> bool:
        """What arrives of the body is refused as what no phone sends whole."""
        self.landing.known = None
        body = json.dumps({"protocol": 1, "photos": [], **request} if path == SYNC else dict(request)).encode()
        headers = {"Content-Encoding": "gzip"} if cut.packed else {}
        whole = gzip.compress(body, mtime=0) if cut.packed else body
        length = {"environ_overrides": {"CONTENT_LENGTH": str(len(whole))}} if cut.told else {}
        sent = {"data": cut.of(whole), "content_type": "application/json", "headers": headers, **length}
        response = self._ask(device, "POST", path, sent=sent)
        if response.status_code not in (400, 415):
            raise AssertionError(f"{response.status_code} for {cut}: {response.get_data(as_text=True)[:400]}")
        return False

    def _answer(self, response: TestResponse) -> Answer:
        if response.status_code == 200:
            return json.loads(response.get_data())  # type: ignore[no-any-return]
        slug = (response.get_json() or {}).get("slug", str(response.status_code))
        if slug == "storage-full":
            raise Offline
        raise AssertionError(f"{response.status_code}: {response.get_data(as_text=True)[:400]}")

    def _ask(
        self, device: int, method: str, path: str, body: Any = None, *,
        fault: str | None = None, page: int = 0, sent: Mapping[str, Any] | None = None,
    ) -> TestResponse:  # fmt: skip
        self._tell()
        before, usual = list(database.before_commit), records.PAGE
        records.PAGE = page or self.page
        if fault in FAULTS:
            database.before_commit.append(_only_here(FAULTS[fault]))
        try:
            with self.landing.overlap.beside():
                return self._phone(device).call(method, path, body, **(sent or {}))
        except Died:
            raise ServerDown from None
        finally:
            database.before_commit[:] = before
            records.PAGE = usual

    def _phone(self, device: int) -> Phone:
        phone = Phone(self.app)
        phone.device = device
        phone.client.set_cookie(f"ben-{device}", f"token-{device}", domain="localhost")
        return phone

    def record(self, device: int, record: str) -> dict[str, Any] | None:
        """GET /api/records/<id>."""
        response = self._ask(device, "GET", f"/api/records/{record}")
        found: dict[str, Any] | None = response.get_json()["record"] if response.status_code == 200 else None
        return found

    def documents(self, device: int) -> dict[tuple[str, str], dict[str, Any]]:
        """What a new reading of everything brings to this phone: by kind and id."""
        request: dict[str, Any] = {"epoch": None, "cursors": {}, "mutations": [], "saw": {}}
        found: dict[tuple[str, str], dict[str, Any]] = {}
        more = True
        while more:
            body = {"protocol": 1, "photos": [], **request}
            answer = self._answer(self._ask(device, "POST", SYNC, body, page=500))
            request["cursors"], more = answer["cursors"], answer["more"]
            told = [document for documents in answer["changes"].values() for document in documents]
            found |= {(document["k"], str(document["id"])): document for document in told if not document.get("gone")}
        return found

    def kept(self) -> Kept:
        """Everything that is kept; what the office has written is no later request's doing."""
        self._tell()
        if self.landing.known is None:
            with self.app.app_context():
                self.landing.known = _kept()
        return self.landing.known

    # -- two transactions at once

    def begin(self, device: int, request: Mapping[str, Any], now: float, where: int) -> bool:
        """A push that commits later, while others go on; False if there is nothing to wait for."""
        if device in self.directory.signed_out:
            raise SignedOut
        if request["epoch"] not in (None, self.epoch) or not request["mutations"]:
            return False
        self.finish()
        self.landing.clock.set(moment(now))
        self.landing.known = None
        self._tell()
        phone, body = self._phone(device), {"protocol": 1, "photos": [], **request}
        push = OpenPush(lambda: self._answer(phone.call("POST", SYNC, body)), early=where % 2 == 0)
        return self.landing.overlap.begin(push)

    def finish(self) -> None:
        """The open push commits."""
        self.landing.overlap.finish()

    # -- the office

    def move(self, record: str, place: int) -> None:
        """The office says that a record belongs to another place."""
        found = self.kept().records[record]
        if found.place == place:
            return
        move = {"kind": "move", "record": record, "rev": found.rev, "from": found.place, "place": place}
        self._office({**move, "at": self.landing.clock.now.isoformat()})

    def _office(self, mutation: dict[str, Any]) -> None:
        self.landing.known = None
        self.numbers += 1
        body = {"protocol": 1, "epoch": None, "cursors": {}, "photos": [], "saw": {}}
        mutations = [{"n": self.numbers, **mutation}]
        self._answer(self._ask(OFFICE_DEVICE, "POST", SYNC, body | {"mutations": mutations}))

    def settle(self, item: int, status: str, now: float) -> None:
        """The office releases or discards a held item, where it may."""
        self.landing.clock.set(moment(now))
        self.landing.known = None
        way = {"released": "release", "discarded": "discard"}[status]
        self._ask(OFFICE_DEVICE, "POST", f"/api/quarantine/{item}/{way}", {})

    def add_device(self, person: int) -> int:
        """The next number."""
        number = len(self.directory.devices) + 1
        self.directory.devices[number] = person
        return number

    def set_role(self, person: int, place: int, role: str | None) -> None:
        """Grants, changes or ends a role."""
        self.directory.roles.pop((person, place), None)
        if role is not None:
            self.directory.roles[person, place] = role
        self.directory.changed()

    def revoke(self, device: int) -> None:
        """Takes a phone's access back."""
        self.directory.revoked.add(device)
        self.directory.changed()

    # -- backups

    def backup(self) -> Rows:
        """What is committed."""
        with self.app.app_context():
            return dump()

    def restore(self, backup: Rows) -> None:
        """What is not in it is gone, and the server starts anew beside a file that says so."""
        self.landing.overlap.abandon()
        with self.app.app_context():
            put_back(backup)
            epoch = self.app.extensions["ben.epoch"]
            epoch.known = None
            epoch.path.write_text("restored", encoding="ascii")
            current_epoch()
        self.landing.known = self.told = None

    def _tell(self) -> None:
        """Writes the directory into the tables, if it has changed."""
        known = (dict(self.directory.roles), dict(self.directory.devices), set(self.directory.revoked))
        now = self.landing.clock.now
        if known != self.told or abs(now - self.renewed) > RENEWED:
            with self.landing.overlap.beside(), self.app.app_context():
                _write_directory(self.directory, now)
            self.told, self.renewed = known, now


def _die() -> None:
    raise Died


def _fill() -> None:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))


def _only_here(fault: Callable[[], None]) -> Callable[[], None]:
    """A push that is open in another thread commits all the same."""
    here = current_thread()
    return lambda: fault() if current_thread() is here else None


FAULTS: dict[str, Callable[[], None]] = {"before": _die, "full": _fill}


# -- the database


def dump() -> Rows:
    """Every row of every table."""
    with db.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in db.metadata.sorted_tables
        }


def put_back(rows: Rows) -> None:
    """Makes the tables hold exactly these."""
    options = {"writing": True} if db.engine.dialect.name == "sqlite" else {}
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(sa.delete(table))
        for table in db.metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(sa.insert(table), rows[table.name])


@transaction
def _install() -> None:
    """Places 1, 2 and 3 in one district, a campaign there and its form."""
    always = Period(BEGUN)
    communes = tuple(
        Definition(f"commune-{number}", (_named(always, number, "xa"),), (Parent(always, "district"),))
        for number in (1, 2, 3)
    )
    pack = campaigns.read_pack(PACK)
    district = Definition("district", (_named(always, 9, "huyen"),))
    plan = {**pack.campaign, "place": "district", "facts": {}}
    campaign = campaigns.install(replace(pack, places=(*communes, district), changes=(), campaign=plan, forms=()))
    installed = forms.install(campaign, _form(), "simulation.md", occurrence="day")
    assert (installed, forms.compiled(installed)["fields"][: len(FIELDS)]) == (FORM, FIELDS)


@transaction
def _hush() -> None:
    """Names of places would fill the small pages of a simulation, and say nothing about the rules."""
    db.session.execute(sa.text("DELETE FROM feed_rows WHERE kind <> 'form'"))


def _named(period: Period, number: int, kind: str) -> Version:
    return Version(period, str(number), kind, Names(*[f"Place {number}"] * 3))


def _form() -> str:
    titles = (
        "type | name | label::Tiếng Việt (vi) | relevant | required | constraint | constraint_message::Tiếng Việt (vi)"
    )
    lines = [f"| survey | {titles} | sync::merge |", "|---|---|---|---|---|---|---|---|---|"]
    lines += [
        f"| | text | {name} | {name} | | | not(starts-with(., '{BAD}')) | bad | {policy} |"
        for name, policy in POLICIES.items()
    ]
    lines += ["| | date | day | day | false() | yes | | | |", ""]
    lines += ["| settings | form_title | form_id | version | default_language |", "|---|---|---|---|---|"]
    return "\n".join([*lines, "| | Simulation | SIM-01 | 1 | Tiếng Việt (vi) |", ""])


@transaction
def _write_directory(directory: Directory, now: datetime) -> None:
    session = db.session
    devices = directory.devices | {OFFICE_DEVICE: OFFICE}
    for person in sorted({*devices.values(), *(who for who, _ in directory.roles)}):
        if session.get(Person, person) is None:
            session.add(Person(id=person, name=f"Person {person}", language="vi", created_at=now))
    session.flush()
    for device, person in devices.items():
        if session.get(Device, device) is None:
            session.add(Device(id=device, person_id=person, browser="", created_at=now, seen_at=now))
            session.flush()
            hashed = token_hash(f"token-{device}")
            session.add(DeviceSession(device_id=device, token_hash=hashed, created_at=now, expires_at=now))
            session.flush()
    session.execute(sa.update(DeviceSession).values(expires_at=now + timedelta(days=3650)))
    taken = sa.update(Device).where(Device.id.in_(directory.revoked), Device.revoked_at.is_(None))
    session.execute(taken.values(revoked_at=now))
    _write_roles(directory)
    changed()


def _write_roles(directory: Directory) -> None:
    district = people.places.by_key("district")
    wanted = {(person, place): role for (person, place), role in directory.roles.items()} | {(OFFICE, district): "GSV"}
    held = db.session.scalars(sa.select(PersonRole).where(PersonRole.valid_to.is_(None))).all()
    for row in held:
        if wanted.get((row.person_id, row.place_id)) == row.role:
            del wanted[row.person_id, row.place_id]
        else:
            row.valid_to = BEGUN  # over, whatever day the server's clock says
    for (person, place), role in wanted.items():
        db.session.add(PersonRole(person_id=person, place_id=place, role=role, valid_from=BEGUN))


def _names_what_is_there() -> None:
    """Records, revisions and answers name only what exists, though no foreign key says so."""
    for log, column, other in NAMED:
        known = sa.exists().where(other == column)
        lost = db.session.scalars(sa.select(column).select_from(log).where(column.is_not(None), ~known)).all()
        assert not lost, f"{column} names {lost}"


def _tells_what_is_so(ids: list[str]) -> None:
    """The words that stand in feeds are those that would be made now."""
    told = telling.told(telling.documents(telling.heads(ids)))
    homes = dict(db.session.execute(sa.select(RecordRow.id, RecordRow.place_id)).all())
    rows = feeds.FEED_ROWS.c
    for feed, ref, words, named in db.session.execute(
        sa.select(rows.feed, rows.ref, rows.told, rows.people).where(rows.kind == "record")
    ):
        if feed == f"p{homes.get(ref)}" and words is not None:
            if (words, named) != (told[ref].json, told[ref].people):
                raise Broken(3, f"{ref} is told {words}")
        elif words is not None:
            raise Broken(5, f"{ref} left {feed} and is told there")


@snapshot
def _kept() -> Kept:
    session = db.session
    ids = list(session.scalars(sa.select(RecordRow.id)))
    _names_what_is_there()
    _tells_what_is_so(ids)
    revisions = [revision_of(row) for row in session.scalars(sa.select(RevisionRow))]
    conflicts = [conflict_of(row) for row in session.scalars(sa.select(ConflictRow))]
    reviews = session.scalars(sa.select(ReviewRow).order_by(ReviewRow.record_id, ReviewRow.order))
    items = session.scalars(sa.select(QuarantineRow).order_by(QuarantineRow.id))
    positions = session.execute(sa.text("SELECT feed, kind, ref, position FROM feed_rows"))
    return Kept(
        SqlStore(datetime.now().astimezone()).records(ids),
        {(revision.record, revision.rev): revision for revision in revisions},
        {(conflict.record, conflict.number): conflict for conflict in conflicts},
        [decision_of(row) for row in reviews],
        [_item(row) for row in items],
        {(row.feed, row.kind, row.ref): row.position for row in positions},
    )


def _item(row: QuarantineRow) -> Item:
    return Item(
        row.id, row.device_id, row.n, row.person_id, row.place_id, row.record_id, row.reason, row.payload, row.hash,
        row.status,
    )  # fmt: skip
