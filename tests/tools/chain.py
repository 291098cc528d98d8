"""A campaign at work: records sent and decided on through the API, and what the worker makes of them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from server import events
from server.app import create_app
from server.campaigns import service as campaigns
from server.clock import random_id
from server.config import Settings
from server.db import db, snapshot, transaction
from server.epoch import installation
from server.forms import service as forms
from server.people import service as people
from server.places import service as places
from server.setup.loading import load
from tests.tools.clocks import StillClock
from tests.tools.databases import migrate
from tests.tools.phones import Phone

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
AT = "2023-05-16T07:30:00+07:00"
COMMUNE = "xa-ngai-xuyen"
OTHER_COMMUNE = "xa-dai-an"
DISTRICT = "huyen-tra-cu"

VALID: dict[str, dict[str, Any]] = {
    "CK-05": {
        "signed_on": "2023-05-10",
        "pledge_type": "helmet",
        "group": "pupils",
        "target_count": 100,
        "signed_count": 30,
        "organisation": "THCS Ngãi Xuyên",
    },
    "TT-04": {
        "held_on": "2023-05-10",
        "venue_type": "pagoda",
        "topics": ["alcohol"],
        "language": ["vi"],
        "attendees_total": 60,
        "lead_org": "Ban ATGT xã",
    },
    "TNGT-01": {
        "occurred_at": "2023-05-10T18:00:00.000+07:00",
        "mode": "road",
        "vehicles": ["motorbike"],
        "deaths_seen": 0,
        "injured_seen": 1,
        "emergency_called": ["ambulance_115"],
    },
    "TNGT-02": {
        "occurred_at": "2023-05-10T18:00:00.000+07:00",
        "mode": "road",
        "deaths_male": 0,
        "deaths_female": 0,
        "injured_male": 1,
        "injured_female": 0,
        "missing_male": 0,
        "missing_female": 0,
        "deaths": 0,
        "injured": 1,
        "alcohol_confirmed": "no",
        "drug_confirmed": "no",
        "cause_primary": "speed",
        "road_class": "national",
        "severity_final": "int",
        "scale_version": "tt58_2009",
        "counts_in_stats": "yes",
    },
    "NCO-03": {
        "found_on": "2023-05-02",
        "location": "9.6836 106.2604 3.5 12",
        "hazard_type": "pothole",
        "danger": 2,
        "photo": f"{'a' * 64}.jpg",
        "status": "forwarded",
        "due_date": "2023-05-10",
    },
    "QS-06": {
        "site": "Cổng trường",
        "started_at": "2023-05-10T07:00:00.000+07:00",
        "ended_at": "2023-05-10T07:30:00.000+07:00",
        "riders_total": 100,
        "helmet_ok": 96,
    },
    "RQ-07": {
        "held_on": "2023-05-10",
        "kind": "patrol",
        "lead_org": "Ban ATGT xã",
        "participants": 12,
        "police_took_part": "no",
    },
    "BC-09": {"period_end": "2023-05-14", "accidents": "none", "none_attested": "OK"},
    "DX-08": {
        "proposed_on": "2023-05-12",
        "nominee_type": "person",
        "list_ref": "Số 3, văn phòng UBND xã",
        "sex": "male",
        "organisation": "Chi đoàn ấp Chợ",
        "achievement": "Hai năm liền dẫn đầu phong trào; tổ chức 12 buổi tuyên truyền, vận động 230 hộ ký cam kết. "
        "Không để xảy ra tai nạn trên địa bàn ấp.",
        "proposed_form": "commune",
        "nominee_consent": "yes",
    },
}
# Who begins a record of a form that isn't a volunteer's.
SENDERS = {
    "TNGT-02": ("Lâm Dũng", "CAX"),
    "RQ-07": ("Kim Sa Rinh", "GSV"),
    "BC-09": ("Kim Sa Rinh", "GSV"),
    "DX-08": ("Kim Sa Rinh", "GSV"),
}


@functools.cache
def pack() -> campaigns.Pack:
    """The pack of Trà Cú, read once a run: nothing changes it, and reading it is a quarter of a campaign's loading."""
    return campaigns.read_pack(PACK)


def with_campaign(database_url: str, data_dir: Path) -> None:
    """Prepares a database in which the campaign was loaded on 16 May 2023, and what that began has been done."""
    migrate(database_url, data_dir)
    app = create_app(Settings(data_dir=data_dir, database_url=database_url))
    with app.app_context():
        StillClock(app)
        load(pack())
        sum(iter(events.run_next, 0))
        db.session.remove()
        db.engine.dispose()


@transaction
def _own_epoch() -> None:
    """A copy of a prepared database is one of its own: nothing that a process remembers of another is its."""
    installation().epoch = random_id()


class Chain:
    """Trà Cú's campaign, loaded, with phones of its people by name."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        known = snapshot(campaigns.find_by_key)(pack().campaign["key"])
        self.campaign = load(pack()) if known is None else known.id
        _own_epoch()
        self.district = places.by_key(DISTRICT)
        self.commune = places.by_key(COMMUNE)
        self.other_commune = places.by_key(OTHER_COMMUNE)
        self.versions = forms.current_versions(self.campaign)
        self.work()
        self.at = AT  # the time by the phones' clocks
        self._numbers = itertools.count(1)
        self._senders: dict[str, Phone] = {}
        self._sheets: set[str] = set()
        self.volunteer = self.phone("Thạch Thị An")
        self.supervisor = self.phone("Sơn Chi", "GSV")

    def phone(self, name: str, role: str = "TNV", place: str = COMMUNE, language: str = "vi") -> Phone:
        """An enrolled phone of a person (added if new)."""
        person = people.install_person({"name": name, "role": role, "place": place, "language": language})
        token = people.install_link(person)["url"].rpartition("/")[2]
        return Phone(self.app).enrol(token, language)

    def work(self) -> int:
        """Handles every event that is due, as the worker does; how many there were. AssertionError if one failed."""
        count = sum(iter(events.run_next, 0))
        assert self._failures() == []
        return count

    @staticmethod
    @snapshot
    def _failures() -> list[tuple[str, str | None]]:
        query = sa.select(events.Event.kind, events.Event.error).where(events.Event.error.is_not(None))
        return [tuple(row) for row in db.session.execute(query)]

    def submit(self, form: str, phone: Phone | None = None, place: int | None = None, **changes: Any) -> dict[str, Any]:
        """A record sent by a volunteer: {record, rev, hash}. AssertionError unless it was applied."""
        phone = phone or self.sender(form)
        n = next(self._numbers)
        record = f"{phone.device}-{n}"
        whole = {"n": n, "kind": "edit", "record": record, "base": 0, "form": self.versions[form], "at": self.at}
        whole |= {"place": place or self.commune, "set": self.positions(form, {**VALID[form], **changes})}
        if form == "TNGT-02":
            self._sheets.add(record)
        return {"record": record, **self._applied(phone, whole)}

    def sender(self, form: str) -> Phone:
        """The phone of somebody who may begin a record with a form."""
        if form not in SENDERS:
            return self.volunteer
        name, role = SENDERS[form]
        if name not in self._senders:
            self._senders[name] = self.phone(name, role)
        return self._senders[name]

    def edit(self, form: str, before: dict[str, Any], phone: Phone | None = None, **changes: Any) -> dict[str, Any]:
        """A later revision of a record."""
        edit = {"n": next(self._numbers), "kind": "edit", "record": before["record"], "base": before["rev"]}
        edit["at"] = self.at
        edit["set"] = self.positions(form, changes)
        return {"record": before["record"], **self._applied(phone or self.sender(form), edit)}

    def review(
        self, sent: dict[str, Any], decision: str = "approve", phone: Phone | None = None, reason: str = ""
    ) -> None:
        """The supervisor's decision on the revision that was sent."""
        review = {"n": next(self._numbers), "kind": "review", "record": sent["record"], "rev": sent["rev"]}
        review |= {"at": self.at, "hash": sent["hash"], "decision": decision, "reason": reason or None}
        self._applied(phone or self.supervisor, review)
        if decision == "approve" and sent["record"] in self._sheets and phone is None:
            self.review(sent, "confirm", self.confirming)

    @functools.cached_property
    def confirming(self) -> Phone:
        """The phone of a police officer who confirms what another one wrote."""
        return self.phone("Ngô Hải", "CAX")

    def supervisor_merges(self, sent: dict[str, Any], into: str) -> None:
        """A report of the same thing is merged into another."""
        review = {"n": next(self._numbers), "kind": "review", "record": sent["record"], "rev": sent["rev"], "at": AT}
        self._applied(self.supervisor, review | {"hash": sent["hash"], "decision": "merge", "into": into})

    def approved(self, form: str, **changes: Any) -> dict[str, Any]:
        """A record sent and approved, and all that follows from it."""
        sent = self.submit(form, **changes)
        self.review(sent)
        self.work()
        return sent

    def positions(self, form: str, values: dict[str, Any]) -> list[list[Any]]:
        """Answers by name as they travel: [[position, value], …]."""
        fields = forms.compiled(self.versions[form])["fields"]
        by_name = {path.rpartition("/")[2]: position for position, path in enumerate(fields)}
        return [[by_name[name], value] for name, value in values.items()]

    def _applied(self, phone: Phone, mutation: dict[str, Any]) -> dict[str, Any]:
        (result,) = phone.sync(mutation)["results"]
        assert result["status"] in ("applied", "merged", "conflict"), result
        return {"rev": result.get("rev"), "hash": result.get("hash")}

    def documents(self, kind: str, phone: Phone | None = None) -> list[dict[str, Any]]:
        """Every document of a kind that a phone is sent, read from the start."""
        found: list[dict[str, Any]] = []
        cursors: dict[str, int] = {}
        more = True
        while more:
            answer = (phone or self.volunteer).sync(cursors=cursors)
            cursors, more = answer["cursors"], answer["more"]
            found += [item for page in answer["changes"].values() for item in page if item["k"] == kind]
        return found

    def indicator(self, code: str, place: int | None = None) -> dict[str, Any] | None:
        """An indicator at a place (the district) as phones see it, None where they see none."""
        return _of(self.documents("indicator"), code, place or self.district)

    def milestone(self, code: str, place: int | None = None) -> dict[str, Any] | None:
        """A milestone at a place (the district) as phones see it, None where they see none."""
        return _of(self.documents("milestone"), code, place or self.district)


def _of(documents: Iterable[dict[str, Any]], code: str, place: int) -> dict[str, Any] | None:
    found = [item for item in documents if item.get("code") == code and item.get("place") == place]
    assert len(found) <= 1
    return found[0] if found else None
