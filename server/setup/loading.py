"""A campaign put in place: all that its pack defines, and over it what the office changed on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from server import clock, structure
from server.campaigns import reportfile, scoresfile
from server.campaigns import rules as campaign_rules
from server.campaigns import service as campaigns
from server.campaigns.rules import DefinitionsRefused, Fault, Lined, PackRefused
from server.campaigns.service import Pack
from server.commendations import service as commendations
from server.db import db, transaction
from server.forms import service as forms
from server.forms.sheets import FormRefused
from server.indicators import service as indicators
from server.milestones import service as milestones
from server.places import service as places
from server.scores import service as scores
from server.setup import placing, reshaping, rules
from server.setup.rules import Change
from server.setup.tables import ChangeRow, PackPartRow

Definitions = Sequence[Mapping[str, Any]]
Overlay = Callable[[Definitions, Sequence[Change]], list[dict[str, Any]]]


@transaction
def load(pack: Pack) -> int:
    """Installs a campaign with all that its pack defines in one transaction; gives its id.

    What the office changed on screen stands. Raises `PackRefused` with the faults of all parts.
    """
    known = campaigns.find_by_key(pack.campaign["key"])
    lock(None if known is None else known.id)
    changes = [] if known is None else changes_of(known.id)
    tree = placing.over(pack, None if known is None else known.id)
    days = campaigns.days_of(pack)
    campaign_id = campaigns.install(pack, _days(days, changes), tree)
    _keep(campaign_id, "calendar", days.pop("special"))
    _keep(campaign_id, "windows", [days])
    placing.keep(campaign_id, reshaping.tree_of(pack.places, pack.changes))
    faults: list[Fault] = []
    questions: dict[str, list[str]] = {}
    for form in pack.forms:
        try:
            version = forms.install(campaign_id, form.text, form.file, occurrence=form.occurrence, roles=form.roles)
            compiled = forms.compiled(version)
            questions[compiled["key"]] = compiled["fields"]
        except FormRefused as refused:
            for error in refused.errors:
                column = f"[{error.column}] " if error.column else ""
                faults.append(Fault(form.file, max(error.row, 1), column + error.message))
    if not faults:  # what they say of forms can be checked only against forms that are right
        faults += campaign_rules.review_faults(pack.review, questions)
        faults += campaign_rules.confirmed_faults(pack.confirmed, questions)
        codes = {str(one.get("code")) for one in pack.indicators.data}
        faults += campaign_rules.hazard_faults(pack.hazards, questions, codes)
        if pack.severity is not None:
            faults += campaign_rules.severity_faults(pack.severity, questions)
        faults += _counted(campaign_id, pack)
    if not faults and pack.report is not None:  # and what it says of indicators only against indicators that are right
        faults += reportfile.faults(pack.report, questions, pack.indicators.data)
    if not faults:
        faults += commendations.install(campaign_id, pack.commendation)
        compared = [] if pack.report is None else pack.report.data["accidents"]["counts"]
        if pack.scores is not None:
            faults += scoresfile.faults(pack.scores, pack.indicators.data, compared)
        scores.install(campaign_id, None if pack.scores is None else pack.scores.data)
    if faults:
        raise PackRefused(faults)
    return campaign_id


def _counted(campaign_id: int, pack: Pack) -> list[Fault]:
    """The faults of indicators, else of milestones; installed over them is what the office changed."""
    counted, faults = _by_number(pack.indicators)
    if faults:
        return faults
    changes = changes_of(campaign_id)
    faults = _faults_of_codes(pack, changes)
    if faults:
        return faults
    mine = {name.partition("@")[0] for part in rules.CHANGED for name in rules.latest(changes, part)}
    for given, part, overlay, install in (
        (counted, "indicators", _indicators, indicators.install),
        (pack.milestones, "milestones", rules.with_milestones, milestones.install),
    ):
        _keep(campaign_id, part, given.data)
        try:
            install(campaign_id, overlay(given.data, changes))
        except DefinitionsRefused as refused:
            hint = " (the office changed this on screen: have it taken back or changed there)"
            said = [(one, one.message + hint * (str(one.code) in mine)) for one in refused.faults]
            return [_at(given, one.index, one.code, message) for one, message in said]
    return []


def _faults_of_codes(pack: Pack, changes: Sequence[Change]) -> list[Fault]:
    """The faults of what the office changed and the pack dropped, and of codes that are the office's to give."""
    faults = []
    kinds = (
        (pack.indicators, "targets", "indicator"),
        (pack.indicators, "indicators", "indicator"),
        (pack.milestones, "milestones", "milestone"),
    )
    for given, part, noun in kinds:
        for code in rules.dropped(given.data, changes, part):
            said = f"the office changed this {noun} on screen, and the pack no longer has it: keep it in the pack, or"
            faults.append(Fault(given.file, 1, f"{code}: {said} have the change taken back on screen first"))
    for index, one in enumerate(pack.milestones.data):
        if rules.is_own(str(one.get("code"))):
            said = "O and a number are the codes of milestones that the office adds on screen: choose another"
            faults.append(pack.milestones.fault((index, "code"), f"{one['code']}: {said}"))
    return faults


def lock(campaign_id: int | None) -> None:
    """Lets nobody else change or load this campaign's set-up, or what any pack says of places, until the commit.

    Somebody may have done so while this one waited: nothing that was read before counts any more.
    """
    mine = sa.or_(PackPartRow.campaign_id == campaign_id, PackPartRow.part == placing.PART)
    rows = sa.select(PackPartRow.part).where(mine).order_by(PackPartRow.campaign_id, PackPartRow.part)
    db.session.execute(rows.with_for_update()).all()
    structure.forget()


def changes_of(campaign_id: int) -> list[Change]:
    """What the office changed on screen, in order."""
    query = sa.select(ChangeRow).where(ChangeRow.campaign_id == campaign_id).order_by(ChangeRow.id)
    return [Change(row.part, row.entry, row.value) for row in db.session.scalars(query)]


def of_pack(campaign_id: int, part: str) -> list[dict[str, Any]]:
    """The definitions of a part as the pack said them when it was loaded last."""
    row = db.session.get(PackPartRow, (campaign_id, part))
    return [] if row is None else row.definitions


def windows_of_pack(campaign_id: int) -> dict[str, Any]:
    """The windows and report days that the pack said when it was loaded last."""
    (days,) = of_pack(campaign_id, "windows")
    return days


def apply(campaign_id: int) -> None:
    """Installs what the pack said last with what the office changed since; raises `DefinitionsRefused`."""
    changes = changes_of(campaign_id)
    days = {**windows_of_pack(campaign_id), "special": of_pack(campaign_id, "calendar")}
    campaigns.set_days(campaign_id, _days(days, changes))
    indicators.install(campaign_id, _indicators(of_pack(campaign_id, "indicators"), changes))
    milestones.install(campaign_id, rules.with_milestones(of_pack(campaign_id, "milestones"), changes))


def _days(of_pack: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    windows = {name: of_pack[name] for name in ("windows", "report_days")}
    return {**rules.windows(windows, changes), "special": rules.special(of_pack["special"], changes)}


def _indicators(definitions: Definitions, changes: Sequence[Change]) -> list[dict[str, Any]]:
    return rules.with_names(rules.with_targets(definitions, changes), changes)


def _keep(campaign_id: int, part: str, definitions: Definitions) -> None:
    plain = [milestones.plain(definition) for definition in definitions]
    row = db.session.get(PackPartRow, (campaign_id, part))
    if row is None:
        row = PackPartRow(campaign_id=campaign_id, part=part, definitions=plain, loaded_at=clock.now())
        db.session.add(row)
    elif row.definitions != plain:
        row.definitions, row.loaded_at = plain, clock.now()


def _by_number(given: Lined) -> tuple[Lined, list[Fault]]:
    """Indicators with the places of their `targets` by number, as they are stored."""
    faults, made = [], []
    for index, item in enumerate(given.data):
        own, numbers = item.get("targets"), {}
        if isinstance(own, Mapping):
            for key, target in own.items():
                try:
                    numbers[str(places.by_key(key))] = target
                except places.UnknownPlace:
                    faults.append(given.fault((index, "targets", key), f"places.yaml has no place '{key}'"))
        made.append({**item, "targets": numbers} if isinstance(own, Mapping) else item)
    return replace(given, data=made), faults


def _at(lined: Lined, index: int, code: str | None, message: str) -> Fault:
    """A fault of an entry, with its code, on the line of the member (or its value) that the message names."""
    if index >= len(lined.data):
        return Fault(lined.file, 1, f"{code}: {message}")
    entry: Mapping[str, Any] = lined.data[index]
    words = [word.strip("',") for word in message.split()]
    # What stands latest in the message is the most exact: a question rather than the form that lacks it.
    by_value = [(words.index(value), path) for path, value in _leaves(entry) if value in words]
    by_name = [(0, (member,)) for member in entry if words[0] == member]
    path = max(by_value or by_name, default=(0, ()), key=lambda found: found[0])[1]
    line = lined.line((index, *path))
    return Fault(lined.file, line, f"{entry.get('code', f'entry {index + 1}')}: {message}")


def _leaves(part: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in an entry, with where it is."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, Mapping):
        for member, value in part.items():
            yield from _leaves(value, (*path, member))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _leaves(value, (*path, index))
