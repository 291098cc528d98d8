"""Campaigns: reading a pack, installing it, what it covers, and the figures it compares with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from marshmallow import Schema

from server import clock, events, feeds
from server.campaigns import commendationfile, reportfile, rules, schemas, scoresfile
from server.campaigns.rules import Campaign, Fault, Lined, PackRefused, Window
from server.campaigns.tables import Baseline, CampaignRow
from server.config import current_settings
from server.db import db, snapshot, transaction
from server.people import service as people
from server.people.rules import Actor
from server.places import rules as place_rules
from server.places import service as places
from server.places.rules import Change, Definition, Link, Names, Parent, Period, Version
from server.problems import Problem
from server.structure import changed as structure_changed
from server.structure import remembered

Document = dict[str, Any]
# Of a campaign's days those that are kept with what figures are made with.
COUNTED = ("report_days", "special")
# Places, reforms, and the keys of reforms that are taken back.
Tree = tuple[Collection[Definition], Collection[Change], Collection[str]]

__all__ = ["Campaign", "PackRefused", "Window"]


def register() -> None:
    """Shows campaigns in their feeds."""
    feeds.provide("campaign", documents)


# ---------------------------------------------------------------- reading a pack


@dataclass(frozen=True)
class FormFile:
    """A form's source: its file as faults name it, its text, the path of the date it is counted by, and whose it is."""

    file: str
    text: str
    occurrence: str
    line: int
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A campaign pack, read and checked as far as its own files go. `indicators`, `milestones`: lists of mappings."""

    campaign: Mapping[str, Any]
    review: Lined
    confirmed: Lined
    hazards: Lined
    places: tuple[Definition, ...]
    changes: tuple[Change, ...]
    forms: tuple[FormFile, ...]
    indicators: Lined
    milestones: Lined
    severity: Lined | None
    report: Lined | None
    commendation: Lined | None
    scores: Lined | None
    people: tuple[Mapping[str, Any], ...]

    @property
    def baseline_codes(self) -> list[str]:
        """The codes of the indicators that are compared with a period before."""
        return [item["code"] for item in self.indicators.data if item.get("kind") == "reduction"]


def read_pack(directory: Path) -> Pack:
    """The pack in a directory; nothing is written. Raises `PackRefused` with every fault of every file."""
    reading = _Reading(directory)
    campaign = reading.file("campaign.yaml", schemas.CampaignFileSchema())
    tree = reading.file("places.yaml", schemas.PlacesFileSchema())
    indicators = reading.listed("indicators.yaml")
    milestones = reading.listed("milestones.yaml")
    severity = reading.file("severity.yaml", schemas.SeverityFileSchema(), optional=True)
    report = reading.file("report.yaml", reportfile.ReportFileSchema(), optional=True)
    commendation = reading.file("commendation.yaml", commendationfile.CommendationFileSchema(), optional=True)
    scores = reading.file("scores.yaml", scoresfile.ScoresFileSchema(), optional=True)
    crew = reading.file("rehearsal.yaml", schemas.RehearsalFileSchema(), optional=True)
    definitions, changes = _places(tree) if tree else ((), ())
    if tree and campaign:
        found = place_rules.faults(definitions, changes)
        reading.faults += [Fault(tree.file, fault.line, fault.message) for fault in found]
        if campaign.data["place"] not in {definition.key for definition in definitions}:
            reading.faults.append(campaign.fault(("place",), f"places.yaml has no place '{campaign.data['place']}'"))
        reading.faults += _fact_faults(campaign, {definition.key for definition in definitions})
    forms = reading.forms(campaign) if campaign else ()
    if campaign:
        faults = rules.window_faults({name: _ends(window) for name, window in campaign.data["windows"].items()})
        reading.faults += [campaign.fault(("windows", *path), message) for path, message in faults]
    if reading.faults or not (campaign and tree and indicators and milestones):
        raise PackRefused(reading.faults)
    return Pack(
        campaign=campaign.data,
        review=Lined(campaign.file, campaign.data["review"], campaign.lines),
        confirmed=Lined(campaign.file, campaign.data["confirmed"], campaign.lines),
        hazards=Lined(campaign.file, campaign.data["hazards"], campaign.lines),
        places=definitions,
        changes=changes,
        forms=forms,
        indicators=indicators,
        milestones=milestones,
        severity=severity,
        report=report,
        commendation=commendation,
        scores=scores,
        people=tuple(crew.data["people"]) if crew else (),
    )


class _Reading:
    """Reads the files of one pack and keeps what is wrong with them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.faults: list[Fault] = []

    def text(self, name: str) -> str | None:
        path = self.directory / name
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.faults.append(Fault(str(path), 1, "the file is not UTF-8 text"))
        except OSError as error:
            self.faults.append(Fault(str(path), 1, f"the file can't be read: {error.strerror}"))
        return None

    def lined(self, name: str) -> Lined | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return rules.load_yaml_with_lines(text, str(self.directory / name))
        except PackRefused as refused:
            self.faults += refused.faults
            return None

    def file(self, name: str, schema: Schema, optional: bool = False) -> Lined | None:
        """A file of one mapping, as its schema reads it."""
        if optional and not (self.directory / name).exists():
            return None
        lined = self.lined(name)
        if lined is None:
            return None
        wrong = schema.validate(lined.data) if isinstance(lined.data, Mapping) else {"_schema": ["must be a mapping"]}
        if wrong:
            self.faults += [lined.fault(path, message) for path, message in rules.flatten(wrong)]
            return None
        return Lined(lined.file, schema.load(lined.data), lined.lines)

    def listed(self, name: str) -> Lined | None:
        """A file of a list of mappings; what may be in them is checked by whoever owns the noun."""
        lined = self.lined(name)
        if lined is None:
            return None
        if not isinstance(lined.data, list):
            self.faults.append(lined.fault((), "must be a list, each entry beginning with '- '"))
            return None
        wrong = [index for index, item in enumerate(lined.data) if not isinstance(item, Mapping)]
        self.faults += [lined.fault((index,), "must be a mapping") for index in wrong]
        return None if wrong else lined

    def forms(self, campaign: Lined) -> tuple[FormFile, ...]:
        found = []
        for index, entry in enumerate(campaign.data["forms"]):
            path = self.directory / entry["file"]
            if not path.resolve().is_relative_to(self.directory.resolve()):
                self.faults.append(campaign.fault(("forms", index, "file"), "must lie inside the pack"))
                continue
            text = self.text(entry["file"])
            if text is not None:
                line = campaign.line(("forms", index))
                found.append(FormFile(str(path), text, entry["occurrence"], line, tuple(entry["roles"])))
        return tuple(found)


def _places(tree: Lined) -> tuple[tuple[Definition, ...], tuple[Change, ...]]:
    definitions = []
    for index, place in enumerate(tree.data["places"]):
        versions, parents = [], []
        for number, entry in enumerate(place["versions"]):
            line = tree.line(("places", index, "versions", number))
            period = Period(entry["from_"], entry["to"])
            called = Names(entry["name"]["vi"], entry["name"]["en"], entry["name"]["km"])
            versions.append(Version(period, entry["code"], entry["kind"], called, line))
            if "parent" in entry:
                parents.append(Parent(period, entry["parent"], entry["tree"], line))
        line = tree.line(("places", index))
        definitions.append(Definition(place["key"], tuple(versions), tuple(parents), line))
    changes = [
        Change(
            key=entry["key"],
            kind=entry["kind"],
            effective_on=entry["effective_on"],
            legal_ref=entry["law"],
            links=tuple(
                Link(link["from_"], link["to"], round(link["share"] * place_rules.WHOLE)) for link in entry["links"]
            ),
            line=tree.line(("changes", index)),
        )
        for index, entry in enumerate(tree.data["changes"])
    ]
    return tuple(definitions), tuple(changes)


def _fact_faults(campaign: Lined, keys: Collection[str]) -> list[Fault]:
    return [
        campaign.fault(("facts", name, key), f"places.yaml has no place '{key}'")
        for name, known in campaign.data["facts"].items()
        for key in known
        if key not in keys
    ]


def _counting(pack: Pack, ids: Mapping[str, int]) -> Document:
    """What figures are made with beside records, as it is stored: places by their numbers, days as texts."""
    given = pack.campaign
    facts = {name: {str(ids[key]): many for key, many in known.items()} for name, known in given["facts"].items()}
    cut = given["cut"] or dict(rules.CALENDARS[given["calendar"]])
    severity = None if pack.severity is None else schemas.as_written(pack.severity.data)
    counting = {"cut": cut, "units": list(given["units"])}
    hazards = None if given["hazards"] is None else dict(given["hazards"])
    return {**counting, "facts": facts, "severity": severity, "hazards": hazards, "few": given["few"]}


def _ends(window: Mapping[str, date]) -> dict[str, date]:
    return {"from": window["from_"], "to": window["to"]}


# ---------------------------------------------------------------- installing it


@transaction
def install(pack: Pack, days: Mapping[str, Any] | None = None, tree: Tree | None = None) -> int:
    """The id of the pack's campaign, its places and itself made so; what is so already is left alone.

    `days`: what is installed instead of what `days_of` gives of the pack. `tree`: places and reforms that are
    installed instead of the pack's.

    Forms, indicators and milestones are installed by their own folders: `server.setup` puts all in one transaction.
    """
    installed = places.install(*(tree or (pack.places, pack.changes)))
    given, days = pack.campaign, days or days_of(pack)
    wanted = {
        "place_id": installed.ids[given["place"]],
        "name": dict(given["name"]),
        "plan": {**given["plan"], "date": given["plan"]["date"].isoformat()},
        "windows": days["windows"],
        "zone": given["zone"],
        "calendar": given["calendar"],
        "baseline_codes": pack.baseline_codes,
        "review": [dict(deadline) for deadline in given["review"]],
        "confirmed": list(given["confirmed"]),
        "rehearsal": given["rehearsal"],
        "counting": _counting(pack, installed.ids) | {name: days[name] for name in COUNTED},
        "report": None if pack.report is None else schemas.as_written(pack.report.data),
    }
    row = db.session.scalar(sa.select(CampaignRow).where(CampaignRow.key == given["key"]))
    before = None if row is None else {name: getattr(row, name) for name in wanted}
    if row is None:
        row = CampaignRow(key=given["key"], **wanted)
        db.session.add(row)
    elif before != wanted:
        for name, value in wanted.items():
            setattr(row, name, value)
    db.session.flush()
    changed = before != wanted
    if changed:
        structure_changed()
        feeds.publish(f"c{row.id}", "campaign", str(row.id))
    moved = before is None or any(before[name] != wanted[name] for name in ("place_id", "windows"))
    if moved:
        _tell_of_places(_campaign(row))
    tell_of_places(installed.changed)
    return row.id


def tell_of_places(changed: Collection[int], before: Mapping[int, Collection[int]] | None = None) -> None:
    """Has phones told of places that are otherwise now, by the feed of every campaign that shows them.

    `before`: what the campaigns showed before: that a place has ended is told where it was shown.
    """
    for campaign in all_campaigns() if changed else ():
        _tell_of_places(campaign, changed, (before or {}).get(campaign.id, ()))


def _tell_of_places(campaign: Campaign, among: Collection[int] | None = None, before: Collection[int] = ()) -> None:
    for place_id in dict.fromkeys([*_shown_places(campaign), *before]):
        if among is None or place_id in among:
            feeds.publish(f"c{campaign.id}", "place", str(place_id))


@transaction
def set_days(campaign_id: int, days: Mapping[str, Any]) -> None:
    """Makes these the campaign's days, as `days_of` gives them; what is so already is left alone."""
    row = db.session.get_one(CampaignRow, campaign_id)
    counting = {**row.counting, **{name: days[name] for name in COUNTED}}
    moved = row.windows != days["windows"]
    if not moved and row.counting == counting:
        return
    row.windows, row.counting = days["windows"], counting
    db.session.flush()
    structure_changed()
    feeds.publish(f"c{campaign_id}", "campaign", str(campaign_id))
    if moved:  # places are shown as they are on the first day
        _tell_of_places(_campaign(row))


def days_of(pack: Pack) -> Document:
    """A pack's windows, how many days a report may take, and the days reported on by themselves, as they are stored."""
    given = pack.campaign
    return {
        "windows": {name: _iso(window) for name, window in given["windows"].items()},
        "report_days": given["report_days"],
        "special": [{**_iso(span), "name": dict(span["name"])} for span in given["special"]],
    }


def _iso(window: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in _ends(window).items()}


def _shown_places(campaign: Campaign) -> list[int]:
    """What phones must know by name: the campaign's place, what is above it, below it, and what becomes of these.

    What becomes of them is told before its day, so that a phone that is offline on that day knows it too.
    """
    above = places.ancestors(campaign.place_id, _day_of(campaign))
    covered = _covered(campaign)
    later = set().union(*places.parts(covered, date.max).values()) - set(covered)
    return [*reversed(above), *covered, *sorted(later)]


# ---------------------------------------------------------------- what other folders ask


def window(ends: Mapping[str, str]) -> Window:
    """A span of days as it is stored."""
    return Window(date.fromisoformat(ends["from"]), date.fromisoformat(ends["to"]))


def _campaign(row: CampaignRow) -> Campaign:
    windows = {name: window(ends) for name, ends in row.windows.items()}
    return Campaign(
        id=row.id,
        key=row.key,
        place_id=row.place_id,
        name=row.name,
        windows=windows,
        zone=row.zone,
        calendar=row.calendar,
        baseline_codes=tuple(row.baseline_codes),
        confirmed=frozenset(row.confirmed),
        counting=row.counting,
        plan=row.plan,
        report=row.report,
        review=row.review,
    )


@remembered
@snapshot
def find(campaign_id: int) -> Campaign | None:
    """A campaign by id, None if there is none."""
    row = db.session.get(CampaignRow, campaign_id)
    return None if row is None else _campaign(row)


def of_office(actor: Actor, campaign_id: int) -> Campaign:
    """A campaign, for who is the office of its place; Problem 'not-found' for everybody else."""
    campaign = find(campaign_id)
    if campaign is None or not actor.may("office", campaign.place_id):
        raise Problem("not-found")
    return campaign


@snapshot
def find_by_key(key: str) -> Campaign | None:
    """A campaign by the key of its pack, None if there is none."""
    row = db.session.scalar(sa.select(CampaignRow).where(CampaignRow.key == key))
    return None if row is None else _campaign(row)


@remembered
@snapshot
def all_campaigns() -> list[Campaign]:
    """Every campaign, in order of id."""
    return [_campaign(row) for row in db.session.scalars(sa.select(CampaignRow).order_by(CampaignRow.id))]


def _day_of(campaign: Campaign) -> date:
    """The day whose units the campaign works with: today, kept inside its activity window."""
    window = campaign.windows["activity"]
    return max(window.first, min(window.last, clock.today(campaign.zone)))


def _covered(campaign: Campaign) -> frozenset[int]:
    """The campaign's place, all below it, and the places that have gone into these, or that these have gone into."""
    return _covered_from(campaign.place_id, _day_of(campaign), clock.today(campaign.zone))


@remembered
def _covered_from(place_id: int, day: date, today: date) -> frozenset[int]:
    below = places.reach([place_id], day).get(place_id, [])
    before = places.predecessors(below, day)
    return frozenset(below).union(*before.values(), *places.parts(below, today).values())


def shown_places(campaign_id: int) -> list[int]:
    """The places that phones know by name through a campaign, those above it included; none of an unknown one."""
    campaign = find(campaign_id)
    return [] if campaign is None else _shown_places(campaign)


def covered_places(campaign_id: int) -> frozenset[int]:
    """The campaign's place, all below it while it runs, what has gone into them and their successors; read once a
    transaction."""
    info = db.session().info
    known: dict[int, frozenset[int]] = info.setdefault("campaign_places", {}) if info.get("depth") else {}
    if campaign_id not in known:
        campaign = find(campaign_id)
        known[campaign_id] = frozenset() if campaign is None else _covered(campaign)
    return known[campaign_id]


def reaches(campaign_id: int, place_id: int) -> bool:
    """Whether records of a place belong to the campaign."""
    return place_id in covered_places(campaign_id)


def scope(actor: Actor) -> list[str]:
    """The feeds of the campaigns that reach a place where they have a role."""
    return [f"c{campaign_id}" for campaign_id in _reaching(frozenset(actor.rights), clock.today())]


@remembered
@snapshot
def _reaching(place_ids: frozenset[int], _today: date) -> list[int]:
    return [campaign.id for campaign in all_campaigns() if place_ids & covered_places(campaign.id)]


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Campaigns as phones hold them; who reads the feed may see its campaign."""
    rows = db.session.scalars(sa.select(CampaignRow).where(CampaignRow.id.in_([int(ref) for ref in refs])))
    return {
        str(row.id): {
            "id": row.id,
            "key": row.key,
            "name": row.name,
            "place": row.place_id,
            "plan": row.plan,
            "windows": row.windows,
            "zone": row.zone,
            "calendar": row.calendar,
            "compared": row.baseline_codes,
            "review": row.review,
            "confirmed": row.confirmed,
            "hazards": row.counting.get("hazards"),
            "rehearsal": current_settings().rehearse is not None,
        }
        for row in rows
    }


# ---------------------------------------------------------------- baselines


@snapshot
def baselines(campaign_id: int) -> dict[str, int | None]:
    """The figure that counts for each indicator that is compared; None where nobody has entered one."""
    campaign = find(campaign_id)
    known: dict[str, int | None] = dict.fromkeys(campaign.baseline_codes if campaign else ())
    rows = sa.select(Baseline.indicator, Baseline.value).where(Baseline.campaign_id == campaign_id)
    known.update({code: value for code, value in db.session.execute(rows.order_by(Baseline.id)) if code in known})
    return known


def _of_mine(actor: Actor, campaign_id: int, right: str) -> Campaign:
    campaign = find(campaign_id)
    if campaign is None or not actor.may(right, campaign.place_id):
        raise Problem("not-found")
    return campaign


@snapshot
def entered(actor: Actor, campaign_id: int) -> Document:
    """The figures that count and every entry, latest first; 'not-found' without a right to read the campaign."""
    _of_mine(actor, campaign_id, "read")
    query = sa.select(Baseline).where(Baseline.campaign_id == campaign_id).order_by(Baseline.id.desc())
    rows = list(db.session.scalars(query))
    called = people.names({row.entered_by for row in rows})
    history = [
        {
            "indicator": row.indicator,
            "value": row.value,
            "by": row.entered_by,
            "name": called[row.entered_by],
            "at": row.at,
        }
        for row in rows
    ]
    return {"values": baselines(campaign_id), "history": history}


@transaction
def enter(actor: Actor, campaign_id: int, values: Mapping[str, int | None]) -> Document:
    """Enters figures; what is so already makes no entry. 'not-found' outside one's office, 'invalid' for a code."""
    campaign = _of_mine(actor, campaign_id, "office")
    strangers = sorted(set(values) - set(campaign.baseline_codes))
    if strangers:
        raise Problem("invalid", errors={code: ["This campaign doesn't compare this indicator."] for code in strangers})
    # The row is locked so that of two entries at once the one that commits later is also the later in the history.
    db.session.execute(sa.select(CampaignRow.id).where(CampaignRow.id == campaign_id).with_for_update())
    known = baselines(campaign_id)
    for code, value in sorted(values.items()):
        if known[code] == value:
            continue
        entry = Baseline(campaign_id=campaign_id, indicator=code, value=value, entered_by=actor.person_id)
        entry.at = clock.now()
        db.session.add(entry)
        events.emit("baseline.entered", {"campaign_id": campaign_id, "indicator": code, "place_id": campaign.place_id})
    db.session.flush()
    return entered(actor, campaign_id)
