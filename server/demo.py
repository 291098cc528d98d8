"""A made-up year (`server.year`) played into a rehearsal: through the doors that phones and offices use, at its time.

Phones are enrolled and send, supervisors and police decide, the worker follows up, the standing office and the leader
close each reporting month. Nothing is written past the product: what a year comes to is what the product made of it.
"""

from __future__ import annotations

import hashlib
import heapq
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from PIL import Image

from server import clock, events
from server.attachments import rules as attachment_rules
from server.attachments import service as attachments
from server.campaigns import service as campaigns
from server.campaigns.calendars import calendar
from server.campaigns.service import Campaign, Pack, Window
from server.config import current_settings
from server.db import snapshot, transaction
from server.epoch import installation
from server.forms import service as forms
from server.indicators import closing
from server.milestones import service as milestones
from server.people import service as people
from server.people.rules import ROLE_NAMES, Actor
from server.places import service as places
from server.places.rules import Definition, Names, Parent, Period, Version
from server.records import schemas as record_schemas
from server.records import service as records
from server.year import DAY, PHOTO, Change, Frame, Happening, Role, Size, Step, Year

REFORM = date(2025, 7, 1)
CLOSED_ON = 20  # the day of the month on which the month before is closed
AFTERWARDS = timedelta(days=6)  # from the last day of the year to the day on which its story ends
EVENING = time(23, 30)
BATCH = 400
Action = Step | Change | Happening


class NotARehearsal(Exception):
    """The database may hold what people really sent."""


# ---------------------------------------------------------------- where it plays


def with_hamlets(pack: Pack, many: int) -> Pack:
    """The pack with hamlets, or quarters of townships, under its units: numbered, since their names are not known."""
    units = [place for place in pack.places if place.versions[0].kind in pack.campaign["units"]]
    units = [place for place in units if place.versions[0].period.holds(pack.campaign["windows"]["activity"]["from_"])]
    heirs = {link.from_key: link.to_key for change in pack.changes for link in change.links}
    made = [
        _hamlet(unit, number, heirs.get(unit.key))
        for position, unit in enumerate(units)
        for number in range(1, many // len(units) + (position < many % len(units)) + 1)
    ]
    return replace(pack, places=(*pack.places, *made))


def _hamlet(unit: Definition, number: int, heir: str | None) -> Definition:
    now = unit.versions[0]
    kind, said = ("khom", "Khóm") if now.kind == "thi_tran" else ("ap", "Ấp")
    called = Names(f"{said} số {number}, {now.names.vi}", f"Hamlet no. {number}, {now.names.en}", "")
    called = replace(called, km=f"ភូមិលេខ {number} {now.names.km}")
    began, ended = now.period.start, now.period.end
    parents = [Parent(Period(began, ended), unit.key)]
    if ended is not None and heir is not None:
        parents.append(Parent(Period(ended), heir))
    last = None if heir is not None else ended
    return Definition(f"{unit.key}-ap-{number}", (Version(Period(began, last), None, kind, called),), tuple(parents))


def frame(pack: Pack, campaign: Campaign) -> Frame:
    """What a year needs to know of the campaign."""
    outcome, activity = campaign.windows["outcome"], campaign.windows["activity"]
    hamlets: dict[str, list[str]] = defaultdict(list)
    for place in pack.places:
        if place.versions[0].kind in ("ap", "khom"):
            hamlets[place.parents[0].key].append(place.key)
    whole = calendar(campaign.counting["cut"]).periods(Window(outcome.first, outcome.last))
    periods = [(period.first, period.last) for period in whole]
    return Frame((outcome.first, outcome.last), (activity.first, activity.last), campaign.zone, hamlets, periods)


# ---------------------------------------------------------------- who plays


@dataclass
class Phone:
    """The phone of somebody of the year: its number, and how many mutations it has made."""

    person: int
    device: int
    made: int = 0

    def next(self) -> int:
        """The number of its next mutation."""
        self.made += 1
        return self.made


@dataclass
class Known:
    """A record as the phones know it."""

    id: str
    form: str
    place: str
    rev: int = 0
    hash: str = ""


@dataclass
class Told:
    """How it went: what came of mutations, by kind and answer; how many events were followed up."""

    answers: Counter[str] = field(default_factory=Counter)
    records: int = 0
    events: int = 0
    closed: int = 0


class Play:
    """One year, played from its first day to its last."""

    def __init__(self, pack: Pack, campaign: Campaign, size: Size, seed: int) -> None:
        self.campaign = campaign
        self.zone = ZoneInfo(campaign.zone)
        self.year = Year(frame(pack, campaign), size, seed)
        self.versions = forms.current_versions(campaign.id)
        self.ids = _places(pack)
        self.phones: dict[Role, Phone] = {}
        self.actors: dict[Role, Actor] = {}
        self.known: dict[int, Known] = {}
        self.told = Told()
        self.photo = ""
        self.moment = datetime.combine(campaign.windows["activity"].first, time(7, 30), self.zone)

    def run(self, say: Callable[[str], object]) -> Told:
        """Plays all of it; `say` is told how far it has come."""
        self._now(self.moment)
        self._enrol()
        self.photo = self._picture()
        waiting = self._stories()
        day, last = self.moment.date(), self.campaign.windows["activity"].last + AFTERWARDS
        while day <= last:
            self._play(waiting, datetime.combine(day, EVENING, self.zone))
            if day.toordinal() % self.year.size.follow_up == 0 or day.day == CLOSED_ON or day == last:
                self._follow_up(day)
            if day.day == CLOSED_ON:
                self._close(day)
                say(f"{day}: {self.told.records} records")
            day += DAY
        return self.told

    # ---------------------------------------------------------------- people

    def _enrol(self) -> None:
        client = current_app.test_client()
        root = self._root()
        for role in self.year.people():
            name = f"{ROLE_NAMES[role.role]['vi']} số {role.number} (diễn tập)"
            given = {"name": name, "role": role.role, "place": role.unit or root, "language": "vi"}
            person = people.install_person(given)
            token = people.install_link(person)["url"].rpartition("/")[2]
            answer = client.post(
                "/api/enrolments/redeem",
                json={"token": token, "language": "vi", "consents": ["account"]},
                base_url=current_settings().public_url,
            )
            self.phones[role] = Phone(person, answer.get_json()["device"])

    def _root(self) -> str:
        return next(key for key, place_id in self.ids.items() if place_id == self.campaign.place_id)

    def _actor(self, role: Role) -> Actor:
        if role not in self.actors:  # nobody's role begins or ends within the year
            self.actors[role] = _owner(self.phones[role].device)
        return self.actors[role]

    def _picture(self) -> str:
        """The name of the one picture of the year: grey, and sent as a phone sends it."""
        data = io.BytesIO()
        Image.new("RGB", (640, 480), (150, 160, 165)).save(data, "JPEG")
        name = f"{hashlib.sha256(data.getvalue()).hexdigest()}.jpg"
        named = attachment_rules.named(name, preview=False)
        assert named is not None  # noqa: S101  # it is written as names are
        volunteer = next(role for role in self.phones if role.role == "TNV")
        said = attachments.Announced(named, len(data.getvalue()))
        attachments.create(self._actor(volunteer), said, io.BytesIO(data.getvalue()).read)
        return name

    # ---------------------------------------------------------------- days

    def _stories(self) -> list[tuple[datetime, int, Iterator[Action]]]:
        """What is to happen: of each record its next action, by its time."""
        waiting: list[tuple[datetime, int, Iterator[Action]]] = []
        self._next: dict[int, Action] = {}
        for one in self.year.happenings():
            self._next[one.number] = one
            heapq.heappush(waiting, (max(one.sent, self.moment), one.number, iter(one.then)))
        return waiting

    def _play(self, waiting: list[tuple[datetime, int, Iterator[Action]]], until: datetime) -> None:
        """All that happens until a moment, in rounds: who sends something sends all that they have by then."""
        while waiting and waiting[0][0] <= until:
            turn: dict[Role, list[tuple[int, Action]]] = defaultdict(list)
            latest: dict[Role, datetime] = {}
            onward = []
            while waiting and waiting[0][0] <= until:
                at, number, story = heapq.heappop(waiting)
                action = self._next[number]
                turn[action.by].append((number, action))
                latest[action.by] = at
                onward.append((number, story))
            for role in sorted(turn, key=lambda role: latest[role]):
                self._now(latest[role])
                self._send(role, turn[role])
            for number, story in onward:
                following = next(story, None)
                if following is not None and self.known[number].rev:
                    self._next[number] = following
                    heapq.heappush(waiting, (following.at, number, story))

    def _send(self, role: Role, actions: list[tuple[int, Action]]) -> None:
        phone = self.phones[role]
        for start in range(0, len(actions), BATCH):
            now = actions[start : start + BATCH]
            offered = [(number, self._mutation(phone, number, action)) for number, action in now]
            with current_app.test_request_context():
                parsed = [record_schemas.parse(mutation) for _, mutation in offered if mutation]
                answered = records.push(self._actor(role), parsed).results
            answers = {answer["n"]: answer for answer in answered}
            for number, mutation in offered:
                if mutation:
                    self._take(number, mutation, answers[mutation["n"]])

    def _take(self, number: int, mutation: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        kind = mutation.get("decision") or ("new" if mutation.get("form") else mutation["kind"])
        self.told.answers[f"{kind} {answer['status']}"] += 1
        if answer["status"] == "quarantined":
            self.told.answers[f"{mutation['record']}: {answer.get('reason')} {answer.get('detail')}"[:300]] += 1
        known = self.known[number]
        known.rev, known.hash = answer.get("rev", known.rev), answer.get("hash", known.hash)

    # ---------------------------------------------------------------- mutations

    def _mutation(self, phone: Phone, number: int, action: Action) -> dict[str, Any] | None:
        n = phone.next()
        common: dict[str, Any] = {"n": n, "at": action.at.isoformat(timespec="seconds")}
        if isinstance(action, Happening):
            self.told.records += 1
            known = self.known[number] = Known(f"{phone.device}-{n}", action.form, action.place)
            named = [self.known[one].id for one in action.names if one in self.known]
            answers = {**action.answers, "quick_reports": " ".join(named) or None} if action.names else action.answers
            new = {"kind": "edit", "record": known.id, "base": 0, "form": self.versions[known.form]}
            return common | new | {"place": self.ids[known.place], "set": self._set(known, answers, phone)}
        known = self.known[number]
        common["record"] = known.id
        if isinstance(action, Step):
            into = self.known[action.into].id if action.into in self.known else None
            decision = {"decision": action.action, "reason": action.reason}
            if into is not None:
                decision["into"] = into
            return common | {"kind": "review", "rev": known.rev, "hash": known.hash, **decision}
        if action.place is not None:
            origin, known.place = known.place, action.place
            way = {"from": self.ids[origin], "place": self.ids[action.place]}
            return common | {"kind": "move", "rev": known.rev, **way} if origin != action.place else None
        return common | {"kind": "edit", "base": known.rev, "set": self._set(known, action.answers, phone)}

    def _set(self, known: Known, answers: Mapping[str, Any], phone: Phone) -> list[list[Any]]:
        index = forms.field_index(self.versions[known.form])
        found: list[list[Any]] = []
        for path, value in answers.items():
            if path == "shares":
                for order, share in enumerate(value, 1):
                    item = f"{phone.device}-{1_000_000 + phone.made * 10 + order}"
                    found += [[index["injuries"], order, item], [index["injuries/ttct"], share, item]]
            elif value is not None:
                found.append([index[path], self.photo if value == PHOTO else value])
        return found

    # ---------------------------------------------------------------- offices

    def _follow_up(self, day: date) -> None:
        """What the worker does: at once in life, here once in some days."""
        self._now(datetime.combine(day, time(23, 45), self.zone))
        while handled := events.run_next():
            self.told.events += handled
        milestones.tick()

    def _close(self, day: date) -> None:
        """The standing office prepares what is over, or waits for its correction; the leader signs."""
        self._now(datetime.combine(day, time(23, 50), self.zone))
        office, leader = self._actor(Role("TT", None)), self._actor(Role("LD", None))
        for period in closing.periods(office, self.campaign.id)["periods"]:
            if period["to"] < day and (period["state"] == "open" or period["corrections"]):
                first = calendar(self.campaign.counting["cut"]).period(period["from"]).first
                closing.prepare(office, self.campaign.id, first)
                closing.sign(leader, self.campaign.id, first)
                self.told.closed += 1

    def _now(self, moment: datetime) -> None:
        """It is this moment now; time doesn't go back."""
        self.moment = max(self.moment, moment)
        clock.clock().frozen = self.moment.astimezone(UTC)


@snapshot
def _owner(device: int) -> Actor:
    found = people.owner(device)
    assert found is not None  # noqa: S101  # it was enrolled at the beginning
    return found


@snapshot
def _places(pack: Pack) -> dict[str, int]:
    return {place.key: places.by_key(place.key) for place in pack.places}


# ---------------------------------------------------------------- the command


def play(load: Callable[[Pack], int], pack: Pack, planned: tuple[Size, int], say: Callable[[str], object]) -> Told:
    """Makes the campaign of a pack, with hamlets, and plays a year of a size and seed; afterwards it is the year's end.

    Raises `NotARehearsal` unless the database is a rehearsal's and nobody has sent anything yet.
    """
    if current_settings().rehearse is None or _holds_records():
        raise NotARehearsal
    size, seed = planned
    whole, given = with_hamlets(pack, size.hamlets), pack.campaign
    began = datetime.combine(given["windows"]["activity"]["from_"], time(7, 30), ZoneInfo(given["zone"]))
    clock.clock().frozen = began.astimezone(UTC)
    try:
        campaign = campaigns.find(load(whole))
        assert campaign is not None  # noqa: S101  # it was loaded a moment ago
        playing = Play(whole, campaign, size, seed)
        told = playing.run(say)
    finally:
        clock.clock().frozen = None
    _go_on(playing.moment)
    return told


@snapshot
def _holds_records() -> bool:
    return records.any_record()


@transaction
def _go_on(moment: datetime) -> None:
    """From now on it is the moment at which the year ended: time goes on from there."""
    row = installation()
    row.clock_offset = (moment - clock.real_now()).total_seconds()
    clock.clock().offset = timedelta(seconds=row.clock_offset)
