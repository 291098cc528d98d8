"""Everybody on stage: people with their devices, and records in each state that a screen has to show."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, expect

from tests.tools import pins, screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.kept_media import picture_record, wait_for_media
from tests.tools.landing import ROOT, Landing
from tests.tools.pictures import camera_photo

SHARING = ("Thạch Sa Rây", "Kim Sô Phia")
PIN = "2580"
IPHONE = (
    'Object.defineProperty(navigator, "userAgent", '
    '{ get: () => "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari" })'
)
LOCAL = timezone(timedelta(hours=7))
INJURED = "consequences/injured_seen"
REPORT = {
    "occurred_at": "2023-05-16T06:40:00+07:00",
    "mode": "road",
    "vehicles": ["motorbike", "bicycle"],
    "consequences/deaths_seen": 0,
    "consequences/injured_seen": 1,
    "emergency_called": ["ambulance_115"],
}
SESSION = {
    "held_on": "2023-05-15",
    "venue_type": "pagoda",
    "topics": ["helmet"],
    "language": ["km"],
    "attendees_total": 120,
    "lead_org": "Ban ATGT xã",
}
HAZARD = {
    "found_on": "2023-05-15",
    "location": "9.68361 106.26041 3 12",
    "hazard_type": "pothole",
    "danger": 2,
    "photo": f"{'a' * 64}.jpg",
    "handling/status": "new",
}
NOMINATION = {
    "proposed_on": "2023-05-15",
    "nominee_type": "group",
    "list_ref": "Số 3, văn phòng UBND xã",
    "members": 10,
    "women": 8,
    "organisation": "Tổ tự quản ấp Chợ",
    "achievement": "Hai năm liền dẫn đầu phong trào; tổ chức 12 buổi tuyên truyền, vận động 230 hộ ký cam kết. "
    "Không để xảy ra tai nạn trên địa bàn ấp.",
    "proposed_form": "commune",
    "nominee_consent": "yes",
}


class Hand(HttpPhone):
    """Somebody at work without a browser, so that much can happen quickly."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        self.forms = {form["key"]: form for form in self.documents("form")}
        self.done = 0

    def _do(self, **mutation: Any) -> None:
        self.done += 1
        now = datetime.fromisoformat(self.sync([])["now"]).astimezone(LOCAL).isoformat(timespec="seconds")
        (result,) = self.sync([{"n": self.done, "at": now, **mutation}])["results"]
        assert result["status"] in ("applied", "merged", "conflict"), result

    def _set(self, form: str, values: Mapping[str, Any]) -> list[list[Any]]:
        fields = self.forms[form]["compiled"]["fields"]
        return sorted([fields.index(path), value] for path, value in values.items())

    def write(self, values: Mapping[str, Any], form: str = "TNGT-01") -> str:
        """A new record; its number."""
        number = f"{self.device}-{self.done + 1}"
        new = {"record": number, "base": 0, "form": self.forms[form]["id"], "place": self.place}
        self._do(kind="edit", **new, set=self._set(form, values))
        return number

    def correct(self, number: str, base: int, values: Mapping[str, Any]) -> None:
        """Another answer to some questions of an accident report."""
        self._do(kind="edit", record=number, base=base, set=self._set("TNGT-01", values))

    def decide(self, number: str, decision: str, reason: str | None = None) -> None:
        """A review of what is there now."""
        record = next(each for each in self.documents("record") if each["id"] == number)
        seen = {"record": number, "rev": record["rev"], "hash": record["hash"]}
        self._do(kind="review", **seen, decision=decision, reason=reason)


class Stage:
    """An installation that has lived for a while; each device is in a state of its own.

    `volunteer`, `supervisor` and `office` work; `guest` has opened a link and not agreed yet, `newcomer` has nothing,
    nothing waits in the inbox of `elsewhere`, `offline` has lost the network with a record waiting, `signed_out` and
    `revoked` have lost their access (`revoked` with a photo that was never sent), `replaced` is the second phone of the
    person whose phone was revoked. `update` makes another version of the app wait. `shared` is an iPhone that two
    persons share; nobody has taken it up.
    """

    def __init__(self, directory: Path, playwright: Playwright) -> None:
        self.playwright = playwright
        self.directory = directory
        self.devices: list[Handset] = []
        self.app = Path(shutil.copytree(ROOT / "pwa" / "dist", directory / "app"))
        self.photo = camera_photo(directory / "photo.jpg")
        self.paper = directory / "bien-ban.pdf"
        self.paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
        self.landing = Landing(directory, rich=True, BEN_APP_DIR=str(self.app)).prepare().start()

    def play(self) -> Stage:
        """Has the whole story happen."""
        tokens = self.landing.tokens()
        self._work()
        self.volunteer = self.enrol(tokens[0])
        self.pictured = picture_record(self.volunteer.page, self.photo, self.paper)
        screens.landed(self.volunteer.page)
        self.supervisor, self.office = (self.enrol(token) for token in tokens[1:])
        screens.show(self.volunteer.page, "")
        screens.begin(self.volunteer.page, screens.OUTREACH)
        screens.fill(self.volunteer.page, {"venue_type": "Chùa"})
        self._trouble()
        self.guest = self.device()
        self.guest.enrol(self.link_for("Lâm Thị Bé"))
        self.newcomer = self.enrol(self.link_for("Lê Văn Tám"))
        self.elsewhere = self.enrol(self.landing.another_link(self.person("Thạch Thị Hoa", "GSV", "xa-ham-giang")))
        self._share()
        return self

    def _share(self) -> None:
        """The first of two is not there when the second one comes, so they have no PIN yet."""
        self.shared = self.device()
        self.shared.before = IPHONE
        page = self.shared.enrol(self.link_for(SHARING[0]))
        screens.join(page)
        screens.wait_for_worker(page)
        screens.wait_for_languages(page)
        pins.join_others(page, self.link_for(SHARING[1]))
        page.locator(".pin > button[data-kind=quiet]").click()
        pins.choose_pin(page, SHARING[1], PIN)
        expect(page.locator("h1")).to_contain_text(SHARING[1])
        pins.put_down(page)
        self.joining = self.link_for("Sơn Ngọc Hà")

    def end(self) -> None:
        """Closes every device and stops the installation."""
        for device in self.devices:
            device.end()
        self.landing.stop()

    # -- people

    def device(self) -> Handset:
        """One more device."""
        made = Handset(self.playwright, self.directory / f"device-{len(self.devices)}", self.landing.port)
        self.devices.append(made)
        return made

    def enrol(self, token: str) -> Handset:
        """A device whose owner has used a link, with all it needs to work without network."""
        made = self.device()
        page = made.enrol(token)
        screens.join(page)
        screens.wait_for_worker(page)
        screens.wait_for_languages(page)
        return made

    def person(self, name: str, role: str = "TNV", place: str = "xa-ngai-xuyen") -> int:
        """The number of somebody new: a volunteer in Ngãi Xuyên, if nothing else is said."""
        added = ["people", "add", "--name", name, "--role", role, "--place", place]
        return int(self.landing.flask(*added).split()[-1])

    def link_for(self, name: str) -> str:
        """A link for a new volunteer of Ngãi Xuyên."""
        return self.landing.another_link(self.person(name))

    # -- records

    def _work(self) -> None:
        """A morning's records: one in each state."""
        kha, lanh = (Hand(self.landing.port, self.landing.another_link(person)) for person in (1, 2))
        nguyet = Hand(self.landing.port, self.link_for("Kim Thị Ánh Nguyệt"))
        self.disputed = kha.write(REPORT)
        kha.correct(self.disputed, 1, {INJURED: 2, "collision_type": "head_on"})
        nguyet.correct(self.disputed, 1, {INJURED: 3, "collision_type": "side"})
        self.returned = kha.write(REPORT)
        lanh.decide(self.returned, "return", "Số liệu chưa khớp, hãy kiểm tra lại.")
        self.approved = kha.write(REPORT)
        lanh.decide(self.approved, "approve")
        self.corrected = kha.write(REPORT)
        lanh.decide(self.corrected, "return", "Thiếu tên đường.")
        kha.correct(self.corrected, 1, {INJURED: 2, "road_name": "QL 53"})
        session = kha.write(SESSION, "TT-04")
        lanh.decide(session, "approve")
        self.locked = self._session(kha, lanh, "2023-05-10")
        self._close(Hand(self.landing.port, self.landing.another_link(3)))
        self.late = self._session(kha, lanh, "2023-05-11")
        self._nominate(lanh, session)
        self._hazards(kha, lanh)
        self.urgent = kha.write({**REPORT, "consequences/deaths_seen": 1, "location": "9.69017 106.27112 3 8"})
        self.pending = kha.write({**REPORT, "location": "9.67544 106.25236 3 20"})

    def _hazards(self, author: Hand, reviewer: Hand) -> None:
        """Three hazards that are on the map: a new one, one that is being mended, one that is late."""
        work = {"handling/status": "in_work", "handling/due_date": "2023-05-30"}
        late = {"handling/status": "in_work", "handling/due_date": "2023-05-15"}
        places = ("9.68361 106.26041 3 12", "9.69361 106.28041 3 12", "9.66872 106.27513 3 9")
        for where, more in zip(places, ({}, work, late), strict=True):
            number = author.write({**HAZARD, **more, "location": where}, "NCO-03")
            reviewer.decide(number, "approve")

    def _nominate(self, lanh: Hand, session: str) -> None:
        """Two nominations: of one the unit has met, the other waits for that."""
        rinh = Hand(self.landing.port, self.landing.another_link(self.person("Kim Sa Rinh", "GSV")))
        self.voted, self.nominated = (
            rinh.write({**NOMINATION, "evidence": session, "list_ref": ref}, "DX-08") for ref in ("Số 3", "Số 4")
        )
        for number in (self.voted, self.nominated):
            lanh.decide(number, "approve")
        vote = {"held_on": "2023-05-15", "members": 9, "present": 8, "agree": 7, "against": 0, "abstained": 1}
        (campaign,) = lanh.documents("campaign")
        address = f"/api/campaigns/{campaign['id']}/commendations/{self.voted}"
        lanh.post(f"{address}/steps", {"action": "vote", "after": 0, "rev": 1, "vote": vote})

    def _session(self, author: Hand, reviewer: Hand, day: str) -> str:
        """An outreach session of that day that is approved."""
        number = author.write({**SESSION, "held_on": day}, "TT-04")
        reviewer.decide(number, "approve")
        return number

    def _close(self, office: Hand) -> None:
        """The reporting month that ended on 14 May is signed, with that session in it."""
        while not any(one["code"] == "P2" and one["numerator"] == 240 for one in office.documents("indicator")):
            time.sleep(0.3)
        added = ["people", "add", "--name", "Trần Văn Lãnh", "--role", "LD", "--place", "huyen-tra-cu"]
        leader = Hand(self.landing.port, self.landing.another_link(int(self.landing.flask(*added).split()[-1])))
        (campaign,) = office.documents("campaign")
        period = f"/api/campaigns/{campaign['id']}/periods/2023-04-15"
        office.put(period, {})
        leader.post(f"{period}/signature", {})

    # -- trouble

    def _trouble(self) -> None:
        self.offline = self.enrol(self.link_for("Thạch Văn Sang"))
        self.signed_out = self.enrol(self.link_for("Sơn Thị Mỹ"))
        person = self.person("Huỳnh Văn Út")
        self.revoked = self.enrol(self.landing.another_link(person))
        wait_for_media(self.revoked.page)
        for device in (self.offline, self.signed_out, self.revoked):
            device.lose_network()
        self.waiting = screens.report(self.offline.page)
        screens.report(self.signed_out.page)
        self.held = screens.report(self.revoked.page)
        self.stuck = picture_record(self.revoked.page, camera_photo(self.directory / "other.jpg", 2), self.paper)
        self.signed_out.context.clear_cookies()  # type: ignore[union-attr]  # it is open
        self.landing.flask("devices", "revoke", self.held.split("-")[0])
        for device, state in ((self.signed_out, "signed_out"), (self.revoked, "revoked")):
            device.regain_network()
            expect(device.page.locator(f"[data-testid=sync][data-state={state}]")).to_be_visible(timeout=30_000)
        self.replaced = self.enrol(self.landing.another_link(person))

    def update(self) -> None:
        """Another version of the app is installed on the server, and the newcomer's phone has looked."""
        self.landing.stop_server()
        worker = self.app / "sw.js"
        worker.write_text(worker.read_text("utf-8") + "\n// another version\n", "utf-8")
        for compressed in (*self.app.glob("sw.js.gz"), *self.app.glob("sw.js.br")):
            compressed.unlink()
        self.landing.start_server()
        self.newcomer.page.reload()
        expect(self.newcomer.page.locator(".notices")).to_be_visible(timeout=30_000)
