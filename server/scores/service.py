"""Scoring the units of a campaign: by themselves, verified by the standing office, final by who decides.

1. Who may put something down in a column of a unit sees that unit's sheet; nobody else does.
2. What is put down is kept for ever, with its reason, who and when: the latest counts.
3. An entry follows what its author has seen: if others have put something down since, it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.db import db, snapshot, transaction
from server.indicators import service as indicators
from server.people import rules as people_rules
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.scores import rules
from server.scores.rules import COLUMNS, RIGHTS, Column, Item, Mark, Total
from server.scores.sheets import Binder, Sheet, column_of, evidence, latest, open_binder, whole
from server.scores.tables import ScoreRow, ScoreTableRow

Document = dict[str, Any]
MOST_RECORDS = 200
WITHOUT = "không tính"


@transaction
def install(campaign_id: int, definition: Mapping[str, Any] | None) -> None:
    """Makes the campaign's scoring table be as defined (None: none); a changed one is another version."""
    query = sa.select(ScoreTableRow).where(ScoreTableRow.campaign_id == campaign_id)
    row = db.session.scalars(query.order_by(ScoreTableRow.version.desc()).limit(1)).first()
    if (None if row is None else row.definition) == definition:
        return
    version = 1 if row is None else row.version + 1
    db.session.add(
        ScoreTableRow(campaign_id=campaign_id, version=version, definition=definition, loaded_at=clock.now())
    )
    db.session.flush()


# ---------------------------------------------------------------- looking


@snapshot
def overview(actor: Actor, campaign_id: int) -> Document:
    """The scoring table, and the totals of every unit that the actor scores; 'not-found' where there is none.

    Who sees all units sees their order too, by what stands in the final column.
    """
    binder = _opened(actor, campaign_id)
    ranked = _order(binder) if _sees_all(actor, binder) else {}
    called = places.names(binder.sheets, binder.campaign.windows["activity"].first)
    return {
        **_about(binder),
        "units": [
            {
                "place": place_id,
                "name": called[place_id].as_dict(),
                "order": ranked.get(place_id),
                "columns": _totals(sheet),
            }
            for place_id, sheet in sorted(binder.sheets.items(), key=lambda one: called[one[0]].vi)
        ],
    }


@snapshot
def sheet(actor: Actor, campaign_id: int, place_id: int) -> Document:
    """One unit's sheet with every item, entry and reason; 'not-found' outside one's own units."""
    return _sheet(actor, _opened(actor, campaign_id, place_id), place_id)


@snapshot
def records(actor: Actor, campaign_id: int, place_id: int, code: str) -> Document:
    """The approved records behind an item or a limit, the latest first, at most 200 of them; 'not-found'.

    Who doesn't read the unit's records is told how many there are.
    """
    binder = _opened(actor, campaign_id, place_id)
    read = {item.code: item.indicator for item in binder.table.items.values()}
    read |= {limit["code"]: limit.get("indicator") for limit in binder.table.limits}
    asked = read.get(code)
    if asked is None:
        raise Problem("not-found")
    found = evidence(binder, asked, place_id)
    shown = found[:MOST_RECORDS] if actor.may("read", place_id) else []
    return {"total": len(found), "records": [{"record": record, "day": day} for record, day in shown]}


def _opened(actor: Actor, campaign_id: int, place_id: int | None = None) -> Binder:
    """The sheets of the units that the actor scores (or of one of them); Problem 'not-found'."""
    campaign, row = campaigns.find(campaign_id), latest(campaign_id)
    if campaign is None or row is None:
        raise Problem("not-found")
    every = indicators.units(campaign_id)
    mine = [unit for unit in sorted(every) if any(actor.may(right, unit) for right in RIGHTS.values())]
    if place_id is not None:
        mine = [unit for unit in mine if unit == place_id]
    if not mine:
        raise Problem("not-found")
    return open_binder(campaign, row, mine)


def _sees_all(actor: Actor, binder: Binder) -> bool:
    return all(any(actor.may(RIGHTS[one], unit) for one in COLUMNS[1:]) for unit in binder.span.book.units)


def _order(binder: Binder) -> dict[int, int]:
    units = {place_id: (one.total("final"), one.standing("final")) for place_id, one in binder.sheets.items()}
    return rules.order(binder.table, units)


def _about(binder: Binder) -> Document:
    return {
        "version": binder.row.version,
        "loaded_at": binder.row.loaded_at,
        "today": clock.today(binder.campaign.zone),
        "running": binder.running,
        "table": binder.definition,
    }


def _totals(one: Sheet) -> Document:
    return {column: _total(one.total(column), one.left(column)) for column in COLUMNS}


def _total(found: Total, left: int) -> Document:
    return {
        "points": found.shown,
        "rank": found.rank,
        "limits": list(found.limits),
        "groups": [{"code": code, "points": got, "of": most} for code, (got, most) in found.groups.items()],
        "bonus": found.bonus,
        "deduction": found.deduction,
        "missing": found.missing,
        "left": left,
    }


def _sheet(actor: Actor, binder: Binder, place_id: int) -> Document:
    one = binder.sheets[place_id]
    hands = _hands(actor, binder, one)
    name = places.name(place_id, binder.campaign.windows["activity"].first)
    return {
        **_about(binder),
        "place": place_id,
        "name": name.as_dict(),
        "columns": _totals(one),
        "seen": one.history[-1].id if one.history else 0,
        "mine": [column for column in COLUMNS if actor.may(RIGHTS[column], place_id)],
        "items": [_item(hands, one, item) for item in one.table.items.values()],
        "limits": [
            {
                "code": limit["code"],
                "count": one.numbers[limit["indicator"]].numerator if "indicator" in limit else None,
            }
            for limit in one.table.limits
        ],
        "history": [hands.entry(row) for row in reversed(one.history)],
    }


def _item(hands: Hands, one: Sheet, item: Item) -> Document:
    known, number = one.counted(item), one.numbers.get(item.indicator or "")
    return {
        "code": item.code,
        "most": item.most,
        "counted": None
        if known is None or number is None
        else {
            "state": known.state,
            "points": known.points,
            "numerator": number.numerator,
            "denominator": number.denominator,
            "baseline": number.baseline,
            "records": number.records,
        },
        "entries": {column: hands.entry(row) for column, row in one.entries.get(item.code, {}).items()},
        "follows": {column: _points(rules.basis(item, known, one.marks(item), column)) for column in COLUMNS},
        "refused": {column: _refusal(hands.actor, one, item.code, column) for column in COLUMNS},
    }


def _points(mark: Mark | None) -> Document | None:
    return None if mark is None else {"points": mark.points}


@dataclass(frozen=True)
class Hands:
    """Who put things down, by name, and for whom where they stood in for somebody."""

    actor: Actor
    called: Mapping[int, str]
    acting: Mapping[int, int | None]

    def entry(self, row: ScoreRow) -> Document:
        """An entry, as it is shown."""
        whom = self.acting[row.id]
        return {
            "item": row.item,
            "column": row.column,
            "points": row.points,
            "counted": row.counted,
            "records": row.records,
            "reason": row.reason,
            "by": self.called[row.entered_by],
            "for": self.called[whom] if whom else None,
            "mine": row.entered_by == self.actor.person_id,
            "at": row.at,
        }


def _hands(actor: Actor, binder: Binder, one: Sheet) -> Hands:
    known = people.Acting({row.entered_by for row in one.history})
    acting: dict[int, int | None] = {}
    for row in one.history:
        day = clock.local_day(row.at, binder.campaign.zone)
        granting = [role for role, rights in people_rules.RIGHTS.items() if RIGHTS[column_of(row)] in rights]
        acting[row.id] = known.whom(row.entered_by, [row.place_id], day, granting)
    return Hands(actor, people.names({*known, *(whom for whom in acting.values() if whom)}), acting)


# ---------------------------------------------------------------- putting down


@transaction
def put(actor: Actor, asked: tuple[int, int, Column], entries: Sequence[Mapping[str, Any]], seen: int) -> Document:
    """Puts down points for items of a unit, in a column: `asked` is campaign, place, column. All of them or none.

    `seen`: the last entry of the sheet that the actor has seen. What stands so already makes no entry. Problems:
    'not-found'; 'score-changed' if others were quicker; 'score-taken' once the next column has an entry;
    'score-unverified' for a final without a verified one; 'own-score' for who put down a column before; 'invalid' for
    points that the item can't have and for a reason that is missing.
    """
    campaign_id, place_id, column = asked
    if not actor.may(RIGHTS[column], place_id):
        raise Problem("not-found")
    # Of two entries at once the one that commits later must have seen the other.
    db.session.execute(sa.select(ScoreTableRow.id).where(ScoreTableRow.campaign_id == campaign_id).with_for_update())
    binder = _opened(actor, campaign_id, place_id)
    one = binder.sheets[place_id]
    if seen != (one.history[-1].id if one.history else 0):
        raise Problem("score-changed")
    fresh = [entry for entry in entries if _moves(one, column, entry)]
    faults = {entry["item"]: words for entry in fresh if (words := _faults(actor, one, column, entry))}
    if faults:
        raise Problem("invalid", errors=faults)
    db.session.add_all([_row(actor, binder, (one, column), entry) for entry in fresh])
    db.session.flush()
    return _sheet(actor, _opened(actor, campaign_id, place_id), place_id)


def _moves(one: Sheet, column: Column, entry: Mapping[str, Any]) -> bool:
    """Whether an entry puts down anything that isn't so already."""
    standing = one.entries.get(entry["item"], {}).get(column)
    return standing is None or standing.points != entry["points"]


def _faults(actor: Actor, one: Sheet, column: Column, entry: Mapping[str, Any]) -> list[str]:
    """What is wrong with an entry; raises Problem where nothing may be put down at all."""
    item = one.table.items.get(entry["item"])
    if item is None:
        return ["The table has no such item."]
    if slug := _refusal(actor, one, item.code, column):
        raise Problem(slug)
    known, marks = one.counted(item), one.marks(item)
    if not rules.may_stand(item, known, entry["points"]):
        return ["The item can't have these points."]
    follows = rules.basis(item, known, marks, column)
    if not entry["reason"].strip() and rules.needs_reason(entry["points"], follows, marks.get(column)):
        return ["Say why."]
    return []


def _row(actor: Actor, binder: Binder, where: tuple[Sheet, Column], entry: Mapping[str, Any]) -> ScoreRow:
    one, column = where
    item = one.table.items[entry["item"]]
    known, number = one.counted(item), one.numbers.get(item.indicator or "")
    return ScoreRow(
        table_id=binder.row.id,
        place_id=one.place_id,
        item=item.code,
        column=column,
        points=entry["points"],
        counted=None if known is None else known.points,
        records=0 if number is None else number.records,
        reason=entry["reason"].strip(),
        entered_by=actor.person_id,
        at=clock.now(),
    )


def _refusal(actor: Actor, one: Sheet, code: str, column: Column) -> str | None:
    authors = {standing: row.entered_by for standing, row in one.entries.get(code, {}).items()}
    return rules.refusal(column, authors, actor.person_id)


# ---------------------------------------------------------------- as a table


@snapshot
def table(actor: Actor, campaign_id: int) -> tuple[list[str], list[list[object]]]:
    """The totals of the units that the actor scores as a table, header and rows, in Vietnamese; 'not-found'."""
    binder = _opened(actor, campaign_id)
    groups = list(binder.definition["groups"])
    names = {rank["code"]: rank["name"]["vi"] for rank in binder.definition["ranks"]}
    called = places.names(binder.sheets, binder.campaign.windows["activity"].first)
    ranked = _order(binder) if _sees_all(actor, binder) else {}
    header = [
        "TT",
        "Đơn vị",
        *(f"{group['code']}. {group['name']['vi']}" for group in groups),
        "Điểm thưởng",
        "Điểm trừ",
    ]
    header += ["Tổng tự chấm", "Tổng thẩm định", "Tổng chốt", "Mục chưa chốt", "Xếp loại", "Thứ hạng"]
    rows: list[list[object]] = []
    for number, place_id in enumerate(sorted(binder.sheets, key=lambda one: called[one].vi), 1):
        one = binder.sheets[place_id]
        final = one.total("final")
        parts = [_decimal(got) if most else WITHOUT for got, most in final.groups.values()]
        row: list[object] = [number, called[place_id].vi, *parts, _decimal(final.bonus), _decimal(final.deduction)]
        row += [_decimal(one.total(column).shown) for column in COLUMNS]
        rows.append([*row, one.left("final"), names.get(final.rank or "", ""), ranked.get(place_id, "")])
    return header, rows


def _decimal(points: int | None) -> object:
    """Hundredths as a number that a sheet can add up; nothing where there are none."""
    return "" if points is None else points / rules.HUNDRED


# ---------------------------------------------------------------- for reports


@dataclass(frozen=True)
class Settled:
    """The totals of a unit whose every item is final, by column in hundredths; its rank, and place among such units.

    A column in which an item has no points has no total.
    """

    place_id: int
    points: Mapping[Column, int | None]
    rank: Mapping[str, str]
    order: int


@dataclass(frozen=True)
class Results:
    """What the scoring has come to: the settled units, the first ones first, of so many; scored until this day."""

    settled: Sequence[Settled]
    units: int
    until: date


def results(campaign_id: int) -> Results | None:
    """The final scores of a campaign's units; None where its pack scores nobody. Inside a snapshot."""
    campaign, row = campaigns.find(campaign_id), latest(campaign_id)
    if campaign is None or row is None:
        return None
    binder = open_binder(campaign, row, sorted(indicators.units(campaign_id)))
    names = {rank["code"]: rank["name"] for rank in binder.definition["ranks"]}
    final = {place_id: one for place_id, one in binder.sheets.items() if one.left("final") == 0}
    order = rules.order(
        binder.table, {place_id: (one.total("final"), one.standing("final")) for place_id, one in final.items()}
    )
    settled = []
    for place_id, at in sorted(order.items(), key=lambda one: one[1]):
        totals = {column: final[place_id].total(column) for column in COLUMNS}
        points = {column: None if found.missing else found.shown for column, found in totals.items()}
        settled.append(Settled(place_id, points, names[totals["final"].rank or ""], at))
    return Results(settled, len(binder.sheets), whole(campaign).last)
