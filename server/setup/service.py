"""The office's set-up of a campaign: what there is, what a change will do, and the change itself.

What is shown before a change is what the change did: it is made in a transaction that is then rolled back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign, DefinitionsRefused, window_faults
from server.db import db, snapshot, transaction
from server.forms import service as forms
from server.indicators import service as indicators
from server.indicators.language import target_members
from server.indicators.progress import special_figures
from server.milestones import service as milestones
from server.milestones.rules import ways
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.setup import loading, moving, placing, rules
from server.setup.rules import Change
from server.setup.tables import ChangeRow, PackPartRow

Document = dict[str, Any]


@snapshot
def shown(actor: Actor, campaign_id: int) -> Document:
    """The set-up of a campaign: its parts, targets, milestones and every change; 'not-found' outside one's office."""
    campaign = campaigns.of_office(actor, campaign_id)
    units = indicators.units(campaign_id)
    changes = loading.changes_of(campaign_id)
    named, days = rules.latest(changes, "indicators"), rules.latest(changes, "calendar")
    return {
        "seen": _last(campaign_id),
        "units": sorted(units),
        "parts": _parts(campaign, units),
        "targets": _targets(campaign_id),
        "milestones": _milestones(campaign_id),
        "indicators": [
            {
                "code": code,
                "name": dict(one.name),
                "unit": dict(one.unit),
                "kind": one.kind,
                "changed": code in named,
                "decides": ways(one.kind, harmful=one.counts_harm),
            }
            for code, one in indicators.described(campaign_id).items()
        ],
        "forms": _forms(campaign_id),
        "special": campaign.counting["special"],
        "special_of_pack": loading.of_pack(campaign_id, "calendar"),
        "special_changed": rules.SPECIAL in days,
        "windows": rules.windows(loading.windows_of_pack(campaign_id), changes),
        "windows_of_pack": loading.windows_of_pack(campaign_id),
        "windows_changed": rules.WINDOWS in days,
        "history": _history(campaign_id),
    }


@snapshot
def shown_places(actor: Actor, campaign_id: int) -> Document:
    """The places of a campaign, with the last change that they know; 'not-found' outside one's office."""
    campaign = campaigns.of_office(actor, campaign_id)
    found = moving.listed(campaign)
    return {"seen": _last(campaign_id), "today": clock.today(campaign.zone), "places": found}


def _last(campaign_id: int) -> int:
    """The last change of a campaign's set-up, or of places by any campaign's office."""
    mine = sa.or_(ChangeRow.campaign_id == campaign_id, ChangeRow.part == placing.PART)
    query = sa.select(sa.func.max(ChangeRow.id)).where(mine)
    return db.session.scalar(query) or 0


def _parts(campaign: Campaign, units: Collection[int]) -> list[Document]:
    """What there is of each part of a set-up, and how many things are missing in it."""
    targets = _targets(campaign.id)
    known = campaigns.baselines(campaign.id)
    defined = milestones.defined(campaign.id)
    held = people.on_places(campaigns.covered_places(campaign.id))
    supervised = {place_id for _, role, place_id in held if role == "GSV"}
    today = clock.today(campaign.zone)
    above, went = places.lines(units, today), places.heirs(units, today)
    alone = [unit for unit in units if supervised.isdisjoint({unit, went[unit], *above[unit]})]
    counts = {
        "places": (len(units), int(not units)),
        "people": (len({person_id for person_id, _, _ in held}), len(alone)),
        "forms": (len(forms.current_versions(campaign.id)), 0),
        "indicators": (len(indicators.described(campaign.id)), sum(value is None for value in known.values())),
        "targets": (sum(one["target"] is not None for one in targets), sum(one["target"] is None for one in targets)),
        "milestones": (sum(not one.get("off") for one in defined), int(not defined)),
        "calendar": (len(campaign.counting["special"]), 0),
    }
    loaded = sa.select(PackPartRow.part, PackPartRow.loaded_at).where(PackPartRow.campaign_id == campaign.id)
    at: dict[str, Any] = {part: (moment, None) for part, moment in db.session.execute(loaded)}
    at["targets"] = at.get("indicators")
    changed = sa.select(ChangeRow).where(ChangeRow.campaign_id == campaign.id).order_by(ChangeRow.id)
    for row in db.session.scalars(changed):
        at[row.part] = (row.at, row.changed_by)
    called = people.names({by for found in at.values() if found for by in found[1:] if by is not None})
    parts = []
    for part, (count, missing) in counts.items():
        moment, by = at.get(part) or (None, None)
        name = None if by is None else called[by]
        parts.append({"part": part, "count": count, "missing": missing, "at": moment, "by": name})
    return parts


def _targets(campaign_id: int) -> list[Document]:
    """The indicators that have or may have a target, with what their pack says and what places have of their own."""
    said = {one["code"]: one.get("target") for one in loading.of_pack(campaign_id, "indicators")}
    changed = rules.latest(loading.changes_of(campaign_id), "targets")
    found = []
    for code, indicator in indicators.described(campaign_id).items():
        target = indicator.target.as_dict() or None
        members = target_members(indicator.kind, indicator.window, target or {})
        if not members:
            continue
        found.append(
            {
                "code": code,
                "name": dict(indicator.name),
                "unit": dict(indicator.unit),
                "kind": indicator.kind,
                "per": indicator.per,
                "members": members,
                "target": target,
                "of_pack": said.get(code),
                "changed": code in changed,
                "places": [
                    {"place": int(place), "target": own.as_dict(), "changed": rules.entry(code, int(place)) in changed}
                    for place, own in sorted(indicator.targets.items(), key=lambda one: int(one[0]))
                ],
            }
        )
    return found


def _milestones(campaign_id: int) -> list[Document]:
    of_pack = {one["code"] for one in loading.of_pack(campaign_id, "milestones")}
    changed = rules.latest(loading.changes_of(campaign_id), "milestones")
    standing = milestones.standing(campaign_id)
    return [
        {
            "code": one["code"],
            "definition": one,
            "of_pack": one["code"] in of_pack,
            "changed": one["code"] in changed,
            "standing": sorted({place_id for place_id, _ in standing.get(one["code"], ())}),
        }
        for one in milestones.defined(campaign_id)
    ]


def _forms(campaign_id: int) -> list[Document]:
    newest = forms.current_versions(campaign_id)
    titles = {version: content["title"] for version, content in forms.compiled_many(newest.values()).items()}
    return [{"key": key, "title": titles[version]} for key, version in sorted(newest.items())]


def _history(campaign_id: int) -> list[Document]:
    query = sa.select(ChangeRow).where(ChangeRow.campaign_id == campaign_id).order_by(ChangeRow.id.desc())
    rows = list(db.session.scalars(query))
    called = people.names({row.changed_by for row in rows})
    return [
        {"part": row.part, "entry": row.entry, "value": row.value, "by": called[row.changed_by], "at": row.at}
        for row in rows
    ]


# ---------------------------------------------------------------- changing


class _Looked(Exception):
    """Rolls back what was made only to be looked at."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


def preview(actor: Actor, campaign_id: int, given: Sequence[Mapping[str, Any]], seen: int) -> Document:
    """What these changes will do, none of them made. `seen`: the last change that was known when they were begun.

    Problems: 'not-found' outside one's office, 'setup-changed' where somebody has changed the set-up since, 'invalid'
    with what is wrong, by entry.
    """

    @transaction
    def look() -> None:
        raise _Looked(_made(actor, campaign_id, given, seen))

    try:
        look()
    except _Looked as looked:
        return looked.document
    raise AssertionError("unreachable")


@transaction
def change(actor: Actor, campaign_id: int, given: Sequence[Mapping[str, Any]], seen: int) -> Document:
    """Makes changes, all or none; the set-up afterwards. `seen` and problems are those of `preview`."""
    _made(actor, campaign_id, given, seen)
    return shown(actor, campaign_id)


def _made(actor: Actor, campaign_id: int, given: Sequence[Mapping[str, Any]], seen: int) -> Document:
    """Writes the changes down and installs them; what that did."""
    campaigns.of_office(actor, campaign_id)
    loading.lock(campaign_id)
    campaign = campaigns.of_office(actor, campaign_id)  # as it is now: whoever held the lock may have loaded the pack
    if _last(campaign_id) != seen:
        raise Problem("setup-changed")
    before, defined = _state(campaign_id), _definitions(campaign_id)
    of_places = [one for one in given if one["part"] == placing.PART]
    places_before = moving.state(campaign) if of_places else None
    if of_places:
        moving.write(actor, campaign, of_places)
    touched = _write(actor, campaign, [one for one in given if one["part"] != placing.PART])
    try:
        loading.apply(campaign_id)
    except DefinitionsRefused as refused:
        errors: dict[str, list[str]] = {}
        for fault in refused.faults:
            errors.setdefault(str(fault.code), []).append(fault.message)
        raise Problem("invalid", errors=errors) from None
    after = _state(campaign_id)
    figures = rules.compared(before[0], after[0])
    special = [span for span in after[2] if span not in before[2]]
    will = _definitions(campaign_id)
    moved = [
        {**one, "before": defined.get(one["code"]), "after": will.get(one["code"])}
        for one in rules.moved(before[1], after[1], touched)
    ]
    laid = None if places_before is None else moving.compared(campaign, places_before, moving.state(campaign))
    return {"figures": figures, "milestones": moved, "special": special, "places": laid}


def _definitions(campaign_id: int) -> dict[str, Document]:
    return {one["code"]: one for one in milestones.defined(campaign_id)}


def _state(campaign_id: int) -> tuple[list[Document], dict[str, set[tuple[int, str]]], list[Document]]:
    return indicators.judged(campaign_id), milestones.standing(campaign_id), special_figures(campaign_id)


def _write(actor: Actor, campaign: Campaign, given: Sequence[Mapping[str, Any]]) -> set[str]:
    """The codes of the milestones that were touched; what is so already makes no row."""
    known = loading.changes_of(campaign.id)
    touched: set[str] = set()
    for one in given:
        made = _given(campaign, one, touched)
        if made.part == "milestones":
            touched.add(made.entry)
        if rules.latest(known, made.part).get(made.entry) == made.value:
            continue
        known.append(made)
        row = ChangeRow(campaign_id=campaign.id, part=made.part, entry=made.entry, value=made.value)
        row.changed_by, row.at = actor.person_id, clock.now()
        db.session.add(row)
    db.session.flush()
    return touched


def _given(campaign: Campaign, given: Mapping[str, Any], touched: Collection[str]) -> Change:
    if given["part"] == "calendar":
        return _days(given)
    if given["part"] == "milestones":
        return _milestone(campaign.id, given, touched)
    return _target(campaign, given) if given["part"] == "targets" else _name(campaign, given)


def _target(campaign: Campaign, given: Mapping[str, Any]) -> Change:
    code, place_id = given["code"], given["place"]
    if code not in indicators.described(campaign.id):
        raise Problem("invalid", errors={code: ["This campaign has no such indicator."]})
    if place_id is not None and place_id not in indicators.units(campaign.id):
        raise Problem("invalid", errors={code: ["This place is none of the campaign's units."]})
    return Change("targets", rules.entry(code, place_id), given["value"])


def _name(campaign: Campaign, given: Mapping[str, Any]) -> Change:
    if given["code"] not in indicators.described(campaign.id):
        raise Problem("invalid", errors={given["code"]: ["This campaign has no such indicator."]})
    return Change("indicators", given["code"], given["value"])


def _days(given: Mapping[str, Any]) -> Change:
    entry, value = rules.WINDOWS if given["code"] == rules.WINDOWS else rules.SPECIAL, given["value"]
    if value is None:
        return Change("calendar", entry, None)
    if entry == rules.SPECIAL:
        return Change("calendar", entry, {"spans": sorted(map(_plain, value["spans"]), key=lambda span: span["from"])})
    windows = {name: _days_in(window) for name, window in value["windows"].items()}
    if wrong := list(window_faults(windows)):
        raise Problem("invalid", errors={".".join(map(str, path)): [message] for path, message in wrong})
    return Change(
        "calendar", entry, {**value, "windows": {name: _plain(one) for name, one in value["windows"].items()}}
    )


def _days_in(span: Mapping[str, Any]) -> dict[str, date]:
    return {end: date.fromisoformat(span[end]) for end in ("from", "to")}


def _plain(span: Mapping[str, Any]) -> Document:
    """A span with its days as phones read them, however the standard lets them be written."""
    return {**span, **{end: day.isoformat() for end, day in _days_in(span).items()}}


def _milestone(campaign_id: int, given: Mapping[str, Any], touched: Collection[str]) -> Change:
    """A milestone as it is to be; one without a code is new and gets the next."""
    codes = {one["code"] for one in milestones.defined(campaign_id)} | set(touched)
    code = given["code"] or rules.next_code(codes)
    of_pack = {one["code"] for one in loading.of_pack(campaign_id, "milestones")}
    if given["value"] is None and code not in of_pack:
        raise Problem("invalid", errors={code: ["This one is not of the pack: switch it off instead."]})
    if given["code"] is not None and code not in codes:
        raise Problem("invalid", errors={code: ["This campaign has no such milestone."]})
    value = None if given["value"] is None else {**given["value"], "code": code}
    return Change("milestones", code, value)


def kept_over_pack(campaign_id: int) -> list[str]:
    """What the office changed on screen and a pack therefore doesn't say: `target of P2`, `milestone T100`."""
    changes = loading.changes_of(campaign_id)
    words = {
        "targets": "target of ",
        "indicators": "name of ",
        "milestones": "milestone ",
        "calendar": "days of campaign.yaml: ",
        "places": "places: ",
    }
    return [f"{words[part]}{name}" for part in rules.CHANGED for name in rules.latest(changes, part)]
