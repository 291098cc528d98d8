"""A year of a campaign, made up: what would be sent, by whom, when, and what would become of it. Pure and seeded.

1. The same seed gives the same year. Nothing in it is real: hamlets and people have numbers where names would stand.
2. It has what a real year has: records that come weeks late, are returned and sent again, are corrected after their
   approval, belong to another hamlet, tell of the same thing twice, are rejected, or are never decided on.
3. Accidents are few, as in a district: reports of volunteers, of which some tell of one case, and the police's sheets.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
PHOTO = "photo"  # stands for the name of the one picture that a made-up year has
HAMLETS = 138
VOLUNTEERS = 200
RECORDS = 40_000
# How many of a hundred records of volunteers and supervisors have which form.
SHARES = (("TT-04", 36), ("QS-06", 26), ("CK-05", 22), ("NCO-03", 12), ("RQ-07", 4))
ACCIDENTS = 120
PLEDGES = ("no_drink_driving", "helmet", "no_underage", "corridor")
SIGNERS = ("officials", "pupils", "parents", "roadside", "drivers", "youth", "members")
TOPICS = ("alcohol", "helmet", "speed", "driving_age", "corridor", "waterway", "pupils", "culture")
VENUES = ("hamlet_office", "school", "pagoda", "market", "culture_house", "loudspeaker")
HAZARDS = ("black_spot", "pothole", "sign", "lamp", "corridor", "bridge", "market", "obstacle", "bend")
CAUSES = ("alcohol", "speed", "lane", "overtaking", "turning", "priority", "attention", "phone", "unknown")
OPERATIONS = ("patrol", "corridor", "waterway", "school_gate", "other")


@dataclass(frozen=True)
class Size:
    """How much happens: how many hamlets and volunteers, about how many records, how many accidents among them.

    `follow_up`: in how many days the worker does a round.
    """

    hamlets: int = HAMLETS
    volunteers: int = VOLUNTEERS
    records: int = RECORDS
    accidents: int = ACCIDENTS
    follow_up: int = 7


@dataclass(frozen=True)
class Frame:
    """Of which campaign: its windows, its zone, its units and the hamlets of each, by key; ends of its periods."""

    outcome: tuple[date, date]
    activity: tuple[date, date]
    zone: str
    hamlets: Mapping[str, Sequence[str]]
    periods: Sequence[tuple[date, date]]


@dataclass(frozen=True)
class Role:
    """Somebody of the campaign: a role, the unit (None: the campaign's own place), a number among their like."""

    role: str
    unit: str | None
    number: int = 1


@dataclass(frozen=True)
class Step:
    """A decision on a record: who takes it, when, with which words; `into` names the record that it is merged into."""

    by: Role
    action: str
    at: datetime
    reason: str | None = None
    into: int | None = None


@dataclass(frozen=True)
class Change:
    """New answers of the author to what they sent before, or its way to another hamlet."""

    by: Role
    at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None


@dataclass(frozen=True)
class Happening:
    """A record: filled in at a moment, sent at another, and what becomes of it in order."""

    number: int
    form: str
    by: Role
    place: str
    at: datetime
    sent: datetime
    answers: Mapping[str, Any]
    # Of the police's sheet: the reports that it names, by number.
    names: tuple[int, ...] = ()
    then: tuple[Step | Change, ...] = ()


class Year:
    """Makes up one year."""

    def __init__(self, frame: Frame, size: Size, seed: int) -> None:
        self.frame, self.size = frame, size
        self.chance = random.Random(seed)  # noqa: S311  # a year is made up, and again the same
        self.units = list(frame.hamlets)
        self.homes = [unit for unit, hamlets in frame.hamlets.items() for _ in hamlets]
        self.numbers = 0

    def people(self) -> list[Role]:
        """Who takes part: volunteers, two supervisors and a police officer a unit, and the district's own."""
        volunteers = [
            Role("TNV", self.homes[number % len(self.homes)], number + 1) for number in range(self.size.volunteers)
        ]
        offices = [Role("GSV", unit, number) for unit in self.units for number in (1, 2)]
        police = [Role("CAX", unit) for unit in self.units]
        return [*volunteers, *offices, *police, Role("CAX", None), Role("TT", None), Role("LD", None)]

    def happenings(self) -> Iterator[Happening]:
        """Everything that is filled in, in no order of time."""
        volunteers = [role for role in self.people() if role.role == "TNV"]
        near = [mine for unit in self.units if (mine := [role for role in volunteers if role.unit == unit])]
        for _ in range(self.size.accidents):
            yield from self._accident(volunteers)
        for unit in self.units:
            yield from self._monthly(unit)
        forms = [form for form, share in SHARES for _ in range(share)]
        while self.numbers < self.size.records:
            yield from self._activity(self.chance.choice(forms), self.chance.choice(near))

    # ---------------------------------------------------------------- activities

    def _activity(self, form: str, near: Sequence[Role]) -> Iterator[Happening]:
        first, last = self.frame.activity
        day = first + DAY * self.chance.randint(0, (last - first).days)
        by = self.chance.choice(near)
        answers = _ANSWERS[form](self, day)
        if form == "NCO-03":
            answers["location"] = self._inside(str(by.unit))
        made = self._made(form, Role("GSV", by.unit) if form == "RQ-07" else by, day, answers)
        yield made
        if form == "TT-04" and self.chance.random() < 0.02:  # somebody else tells of the same session
            again = self._sent(replace(made, number=self._number(), by=self.chance.choice(near), then=()))
            yield replace(again, then=self._merged(again, made))

    def _inside(self, unit: str) -> str:
        """A point of a unit: they are laid out as squares side by side, five in a row, wherever they really are."""
        row, column = divmod(self.units.index(unit), 5)
        north, east = self.chance.randint(60, 440), self.chance.randint(60, 440)
        return f"{9.6 + (500 * row + north) / 10_000:.4f} {106.15 + (500 * column + east) / 10_000:.4f} 3 12"

    def _made(self, form: str, by: Role, day: date, answers: Mapping[str, Any]) -> Happening:
        unit = str(by.unit)
        place = self.chance.choice(list(self.frame.hamlets[unit]))
        if "hamlet" in answers:
            answers = {**answers, "hamlet": self._hamlet(place)}
        at = self._moment(day, 18, 20)
        sent = self._sent(Happening(self._number(), form, by, place, at, at, answers))
        return replace(sent, then=self._becomes(sent))

    def _sent(self, made: Happening) -> Happening:
        """A volunteer's phone finds a network every few days; some records arrive after weeks."""
        wait = self.chance.randint(10, 45) if self.chance.random() < 0.04 else 0
        day = made.at.date() + DAY * wait
        if made.by.role == "TNV":
            day += DAY * (-(day.toordinal() + made.by.number) % 5)
        sent = datetime.combine(day, time(20, 10 + made.by.number % 40), made.at.tzinfo)
        return replace(made, sent=max(sent, made.at + timedelta(minutes=9)))

    def _becomes(self, made: Happening) -> tuple[Step | Change, ...]:
        """What is decided on a record, and what its author does about it."""
        after = self._later(made.sent)
        luck = self.chance.random()
        supervisor = Role("GSV", made.by.unit, 2 if made.by.role == "GSV" else 1)
        if luck < 0.02:
            return ()
        if luck < 0.04:
            return (Step(supervisor, "reject", after, "Không đúng nội dung"),)
        then: list[Step | Change] = []
        if luck < 0.09:
            mended = Change(made.by, self._later(after), self._corrected(made))
            then = [Step(supervisor, "return", after, "Kiểm tra lại số liệu"), mended]
            after = self._later(mended.at)
        elif luck < 0.10:
            then = [Change(supervisor, after, place=self.chance.choice(list(self.frame.hamlets[str(made.by.unit)])))]
            after = self._later(after)
        if made.form == "NCO-03":
            return (*then, *self._handled(supervisor, made, after))
        then.append(Step(supervisor, "approve", after))
        if 0.10 < luck < 0.13:
            changed = Change(made.by, self._later(after), self._corrected(made))
            then += [changed, Step(supervisor, "approve", self._later(changed.at))]
        return tuple(then)

    def _handled(self, supervisor: Role, made: Happening, after: datetime) -> tuple[Step | Change, ...]:
        """Whom the commune gives a hazard to, until when; and mostly, that it is done."""
        due = made.at.date() + DAY * self.chance.randint(7, 30)
        forwarded = {"handling/status": "forwarded", "handling/owner_unit": "Tổ giao thông xã"}
        given = Change(supervisor, after, {**forwarded, "handling/due_date": due.isoformat()})
        approved = Step(supervisor, "approve", self._later(after))
        if self.chance.random() < 0.2:
            return given, approved
        at = max(approved.at + timedelta(hours=1), self._moment(due + DAY * self.chance.randint(-6, 2), 8, 17))
        done = {"handling/status": "done", "handling/done_on": at.date().isoformat(), "handling/photo_after": PHOTO}
        mended = Change(supervisor, at, done)
        return given, approved, mended, Step(supervisor, "approve", self._later(at))

    def _corrected(self, made: Happening) -> dict[str, Any]:
        number = {"TT-04": "attendees_total", "QS-06": "helmet_ok", "CK-05": "signed_count", "RQ-07": "participants"}
        path = number.get(made.form)
        if path is None:
            return {"suggestion": "Đã kiểm tra lại tại chỗ"} if made.form == "NCO-03" else {"note": "Đã kiểm tra lại"}
        known, by = int(made.answers[path]), self.chance.randint(1, 5)
        return {path: known + by if path in ("attendees_total", "participants") else max(0, known - by)}

    def _merged(self, again: Happening, first: Happening) -> tuple[Step, ...]:
        supervisor = Role("GSV", again.by.unit)
        return (Step(supervisor, "merge", self._later(max(again.sent, first.sent)), into=first.number),)

    # ---------------------------------------------------------------- accidents

    def _accident(self, volunteers: Sequence[Role]) -> Iterator[Happening]:
        first, last = self.frame.outcome
        day = first + DAY * self.chance.randint(0, (last - first).days)
        unit = self.chance.choice(self.units)
        facts = self._facts(day)
        place = self.chance.choice(list(self.frame.hamlets[unit]))
        seen: list[Happening] = []
        near = [role for role in volunteers if role.unit == unit]
        if near and day >= self.frame.activity[0]:
            for by in self.chance.sample(near, min(len(near), self.chance.choice((0, 1, 1, 1, 2)))):
                report = self._report(by, place, facts)
                if seen and self.chance.random() < 0.5:
                    report = replace(report, then=self._merged(report, seen[0]))
                seen.append(report)
        yield from seen
        if self.chance.random() < 0.92:
            yield from self._sheets(unit, place, facts, seen)

    def _facts(self, day: date) -> dict[str, Any]:
        serious = self.chance.random()
        deaths = 1 if serious < 0.08 else 2 if serious < 0.09 else 0
        injured = self.chance.choice((0, 0, 1, 1, 1, 2, 2, 3))
        at = self._moment(day, 5, 23)
        return {
            "at": at,
            "deaths": deaths,
            "injured": injured,
            "mode": self.chance.choice(("road",) * 9 + ("waterway",)),
        }

    def _report(self, by: Role, place: str, facts: Mapping[str, Any]) -> Happening:
        answers = {
            "occurred_at": self._written(facts["at"]),
            "mode": facts["mode"],
            "vehicles": ["boat"] if facts["mode"] == "waterway" else ["motorbike"],
            "consequences/deaths_seen": facts["deaths"],
            "consequences/injured_seen": max(0, facts["injured"] + self.chance.choice((-1, 0, 0, 0, 1))),
            "consequences/property_est": self.chance.choice(("under_10m", "from_10m", "unknown")),
            "emergency_called": ["commune_police"],
            "alcohol_suspected": self.chance.choice(("yes", "no", "unknown")),
            "hamlet": self._hamlet(place),
        }
        at = facts["at"] + timedelta(minutes=self.chance.randint(10, 300))
        report = self._sent(Happening(self._number(), "TNGT-01", by, place, at, at, answers))
        then = [*self._becomes(report)]
        approved = next((step for step in then if isinstance(step, Step) and step.action == "approve"), None)
        if approved is not None and then[-1] == approved and self.chance.random() < 0.5:
            then.append(Step(Role("CAX", by.unit), "confirm", self._later(approved.at)))
        return replace(report, then=tuple(then))

    def _sheets(
        self, unit: str, place: str, facts: Mapping[str, Any], seen: Sequence[Happening]
    ) -> Iterator[Happening]:
        """The police's sheet of a case, now and then a second one, and what they find out later."""
        case = f"{self.numbers}/{facts['at'].year}"
        for _ in range(2 if self.chance.random() < 0.05 else 1):
            answers = self._sheet(case, facts)
            by = Role("CAX", unit)
            begins = max([facts["at"], *(report.sent for report in seen), self._moment(self.frame.activity[0], 8, 10)])
            at = self._later(begins)
            named = tuple(report.number for report in seen)
            sheet = Happening(self._number(), "TNGT-02", by, place, at, at + timedelta(minutes=30), answers, named)
            approved = Step(Role("GSV", unit), "approve", self._later(sheet.sent))
            then: list[Step | Change] = [approved]
            if self.chance.random() < 0.95:
                then.append(Step(Role("CAX", None), "confirm", self._later(approved.at)))
            if answers["injured"] and self.chance.random() < 0.15:
                then += self._died(by, then[-1].at, answers)
            yield replace(sheet, then=tuple(then))

    def _sheet(self, case: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        deaths, injured = facts["deaths"], facts["injured"]
        mild = self.chance.choice(("vc", "vc", "int")) if not injured else self.chance.choice(("int", "int", "nt"))
        damage = self.chance.choice((None, None, 2_000_000, 8_000_000, 60_000_000))
        women = self.chance.randint(0, injured)
        answers: dict[str, Any] = {
            "occurred_at": self._written(facts["at"]),
            "mode": facts["mode"],
            "case_ref": case if self.chance.random() < 0.9 else None,
            "consequences/deaths_male": deaths,
            "consequences/deaths_female": 0,
            "consequences/injured_male": injured - women,
            "consequences/injured_female": women,
            "consequences/missing_male": 0,
            "consequences/missing_female": 0,
            "consequences/property_vnd": damage,
            "deaths": deaths,
            "injured": injured,
            "findings/alcohol_confirmed": self.chance.choice(("yes", "no", "no", "no", "unknown")),
            "findings/drug_confirmed": self.chance.choice(("no", "no", "unknown")),
            "findings/cause_primary": self.chance.choice(CAUSES),
            "findings/road_class": "canal" if facts["mode"] == "waterway" else "rural",
            "findings/severity_final": {0: mild, 1: "nt", 2: "rnt"}[deaths],
            "findings/scale_version": "tt26_2024" if self.chance.random() < 0.04 else "tt58_2009",
            "findings/counts_in_stats": "no" if self.chance.random() < 0.03 else "yes",
            # Shares of bodily injury of those who have been examined.
            "shares": [self.chance.randint(1, 70) for _ in range(self.chance.randint(0, injured))],
        }
        if answers["findings/counts_in_stats"] == "no":
            answers["confirm_note"] = "Ngoài phạm vi thống kê"
        return answers

    def _died(self, by: Role, after: datetime, answers: Mapping[str, Any]) -> list[Step | Change]:
        """One who was injured has died: the case is another one from then on."""
        male = answers["consequences/injured_male"] > 0
        sex = "male" if male else "female"
        deaths = answers["deaths"] + 1
        died = {
            f"consequences/deaths_{sex}": answers[f"consequences/deaths_{sex}"] + 1,
            f"consequences/injured_{sex}": answers[f"consequences/injured_{sex}"] - 1,
            "deaths": deaths,
            "injured": answers["injured"] - 1,
            "findings/severity_final": {1: "nt", 2: "rnt", 3: "dbnt"}[deaths],
        }
        changed = Change(by, after + timedelta(days=self.chance.randint(3, 60)), died)
        approved = Step(Role("GSV", by.unit), "approve", self._later(changed.at))
        return [changed, approved, Step(Role("CAX", None), "confirm", self._later(approved.at))]

    # ---------------------------------------------------------------- monthly reports

    def _monthly(self, unit: str) -> Iterator[Happening]:
        for _, last in self.frame.periods:
            if last < self.frame.activity[0] or self.chance.random() < 0.03:
                continue
            some = self.chance.random() < 0.4
            answers: dict[str, Any] = {"period_end": last.isoformat(), "accidents": "some" if some else "none"}
            answers |= {"accidents_count": self.chance.randint(1, 3)} if some else {"none_attested": "OK"}
            wait = self.chance.choice((1, 1, 2, 3, 4, 5, 6, 9))
            at = self._moment(last + DAY * wait, 8, 16)
            by = Role("GSV", unit)
            sent = at + timedelta(minutes=20)
            made = Happening(self._number(), "BC-09", by, unit, at, sent, answers)
            yield replace(made, then=(Step(Role("GSV", unit, 2), "approve", self._later(sent)),))

    # ---------------------------------------------------------------- answers and moments

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _moment(self, day: date, first: int, last: int) -> datetime:
        at = time(self.chance.randint(first, last - 1), self.chance.randint(0, 59))
        return datetime.combine(day, at, ZoneInfo(self.frame.zone))

    def _later(self, moment: datetime) -> datetime:
        """When whoever has to do with it comes to it: mostly within a day."""
        return moment + timedelta(minutes=self.chance.choice((30, 90, 180, 400, 700, 1100, 1500, 3000, 7000)))

    def _hamlet(self, place: str) -> str | None:
        """What is typed for a hamlet: its number, not always written alike, and now and then nothing."""
        number = place.rpartition("-")[2]
        return self.chance.choice((f"Ấp số {number}", f"Ấp số {number}", f"ấp số  {number}", None))

    @staticmethod
    def _written(moment: datetime) -> str:
        return moment.isoformat(timespec="milliseconds")


def _session(year: Year, day: date) -> dict[str, Any]:
    chance = year.chance
    people = chance.randint(12, 90)
    return {
        "held_on": day.isoformat(),
        "venue_type": chance.choice(VENUES),
        "topics": sorted(chance.sample(TOPICS, 2), key=TOPICS.index),
        "language": chance.choice((["vi"], ["vi", "km"], ["km"])),
        "attendees_total": people,
        "attendees_female": chance.randint(0, people),
        "lead_org": "Ban ATGT xã",
        "hamlet": "",
    }


def _pledge(year: Year, day: date) -> dict[str, Any]:
    chance = year.chance
    target = chance.randint(20, 120)
    return {
        "signed_on": day.isoformat(),
        "pledge_type": chance.choice(PLEDGES),
        "group": chance.choice(SIGNERS),
        "target_count": target,
        "signed_count": target - chance.randint(0, target // 4),
        "organisation": chance.choice((None, "Trường số 1", "trường  số 1", "Trường số 2")),
        "hamlet": "",
    }


def _observation(year: Year, day: date) -> dict[str, Any]:
    chance = year.chance
    begins = year._moment(day, 6, 17)
    riders = chance.randint(30, 220)
    return {
        "site": "Cổng chợ",
        "started_at": year._written(begins),
        "ended_at": year._written(begins + timedelta(minutes=chance.randint(15, 90))),
        "riders_total": riders,
        "helmet_ok": riders - chance.randint(0, riders // 8),
        "weather": chance.choice(("dry", "dry", "rain")),
    }


def _hazard(year: Year, day: date) -> dict[str, Any]:
    chance = year.chance
    return {
        "found_on": day.isoformat(),
        "hazard_type": chance.choice(HAZARDS),
        "danger": chance.randint(1, 3),
        "photo": PHOTO,
        "hamlet": "",
        "handling/status": "new",
    }


def _operation(year: Year, day: date) -> dict[str, Any]:
    chance = year.chance
    return {
        "held_on": day.isoformat(),
        "kind": chance.choice(OPERATIONS),
        "lead_org": "Công an xã",
        "participants": chance.randint(4, 40),
        "cases_reminded": chance.randint(0, 25),
        "police_took_part": "no",
    }


_ANSWERS = {"TT-04": _session, "CK-05": _pledge, "QS-06": _observation, "NCO-03": _hazard, "RQ-07": _operation}
