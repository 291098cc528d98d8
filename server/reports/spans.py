"""Which reports there are: of which span, for which place, and with what they are compared.

1. Whoever may export at the campaign's place has its report and each unit's; who reviews a unit has that unit's.
2. A span can be reported on once it has begun; what isn't over or signed yet says so in the report.
3. The whole outcome window is compared with the campaign's baselines; any other span, and any unit, with what its
   office entered for it. What nobody entered is not there. Of the campaign's own place everybody reads it beside the
   figures (`indicators.progress`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server import clock
from server.campaigns import same_period as entered
from server.campaigns import service as campaigns
from server.campaigns.calendars import calendar
from server.campaigns.rules import Campaign, Window
from server.db import snapshot, transaction
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem

Document = dict[str, Any]
MONTHS: Mapping[str, int] = {"month": 1, "half": 6, "year": 12}


@dataclass(frozen=True)
class Asked:
    """Which report somebody asks for: of a place, and of the span of a kind that holds `day`; dated `on` (today)."""

    campaign_id: int
    place_id: int
    kind: str
    day: date
    on: date | None = None


@dataclass(frozen=True)
class Chosen:
    """A report that somebody may have: its campaign, place, kind and span; year and number of the span's last month."""

    campaign: Campaign
    place_id: int
    kind: str
    window: Window
    year: int
    number: int

    @property
    def above(self) -> bool:
        """Whether it is of the campaign's own place."""
        return self.place_id == self.campaign.place_id


def choose(actor: Actor, asked: Asked) -> Chosen:
    """The report that is asked for; Problem 'not-found' where there is none or it isn't theirs."""
    campaign = campaigns.find(asked.campaign_id)
    if campaign is None or campaign.report is None or asked.place_id not in reported(actor, campaign):
        raise Problem("not-found")
    found = [one for one in _spans(campaign, asked.kind) if one[1].holds(asked.day)]
    if not found:
        raise Problem("not-found")
    window, _, year, number = found[0]
    return Chosen(campaign, asked.place_id, asked.kind, window, year, number)


def reported(actor: Actor, campaign: Campaign) -> list[int]:
    """The places whose reports somebody may have: the campaign's own first, then units, of today's and of then."""
    days = (campaign.windows["activity"].first, clock.today(campaign.zone))
    there = places.there(campaigns.covered_places(campaign.id), campaign.counting["units"], days)
    mine = [one for one in sorted(there) if actor.may("export", one) or actor.may("review", one)]
    own = [campaign.place_id] if actor.may("export", campaign.place_id) else []
    return [*own, *(one for one in mine if one != campaign.place_id)]


def _spans(campaign: Campaign, kind: str) -> list[tuple[Window, Window, int, int]]:
    """The spans of a kind that have begun, cut at the campaign's ends, with year and number of their last month."""
    windows = campaign.windows
    first = min(windows["outcome"].first, windows["activity"].first)
    last = min(max(windows["outcome"].last, windows["activity"].last), clock.today(campaign.zone))
    cut_by = calendar(campaign.counting["cut"])
    found, day = [], first
    while day <= last:
        whole = cut_by.span(day, MONTHS[kind])
        ends = max(windows["outcome"].last, windows["activity"].last)
        cut = Window(max(whole.first, first), min(whole.last, ends))
        found.append((cut, whole, *cut_by.months.month(whole.last)))
        day = date.fromordinal(whole.last.toordinal() + 1)
    return found


@snapshot
def offered(actor: Actor, campaign_id: int) -> Document:
    """The reports that somebody may have; Problem 'not-found' for whom there is none."""
    campaign = campaigns.find(campaign_id)
    mine = [] if campaign is None or campaign.report is None else reported(actor, campaign)
    if campaign is None or campaign.report is None or not mine:
        raise Problem("not-found")
    today = clock.today(campaign.zone)
    called = places.names(mine, today)
    return {
        "today": today,
        "places": [{"id": one, "name": called[one].as_dict()} for one in mine],
        "spans": [
            {"kind": kind, "from": window.first, "to": window.last, "year": year, "number": number}
            for kind in MONTHS
            for window, _, year, number in _spans(campaign, kind)
        ],
        "compared": list(campaign.report["accidents"]["counts"]),
    }


# ---------------------------------------------------------------- the same period


def same_period(chosen: Chosen) -> dict[str, int | None]:
    """What the figures of a report are compared with, by code; None where nobody has entered it."""
    campaign = chosen.campaign
    known: dict[str, int | None] = dict.fromkeys((campaign.report or {})["accidents"]["counts"])
    known |= {code: value for code, value in entered.entered(_of(chosen)).items() if code in known}
    if of_baselines(chosen):
        known |= {code: value for code, value in campaigns.baselines(campaign.id).items() if code in known}
    return known


def of_baselines(chosen: Chosen) -> bool:
    """Whether a report is compared with the campaign's baselines: of its place, over the whole outcome window."""
    return chosen.above and chosen.window == chosen.campaign.windows["outcome"]


def _of(chosen: Chosen) -> entered.Of:
    return entered.Of(chosen.campaign.id, chosen.place_id, chosen.window)


@snapshot
def compared(actor: Actor, asked: Asked) -> Document:
    """The figures of the same period for a report, and who entered them last."""
    return _compared(actor, choose(actor, asked))


def _compared(actor: Actor, chosen: Chosen) -> Document:
    last = entered.last_entry(_of(chosen))
    return {
        "values": same_period(chosen),
        "fixed": list(campaigns.baselines(chosen.campaign.id)) if of_baselines(chosen) else [],
        "mine": _may_enter(actor, chosen),
        "by": None if last is None else people.names([last[0]]).get(last[0], ""),
        "at": None if last is None else last[1],
    }


def _may_enter(actor: Actor, chosen: Chosen) -> bool:
    return actor.may("office", chosen.place_id) or (not chosen.above and actor.may("review", chosen.place_id))


@transaction
def enter(actor: Actor, asked: Asked, values: Mapping[str, int | None]) -> Document:
    """Enters figures of the same period; what is so already makes no entry.

    Problems: 'not-found' for who may not, 'invalid' for a code that isn't compared or is the campaign's baseline.
    """
    chosen = choose(actor, asked)
    if not _may_enter(actor, chosen):
        raise Problem("not-found")
    known = same_period(chosen)
    fixed = set(campaigns.baselines(asked.campaign_id)) if of_baselines(chosen) else set()
    strangers = sorted(set(values) - (set(known) - fixed))
    if strangers:
        raise Problem("invalid", errors={code: ["This figure isn't entered here."] for code in strangers})
    changed = {code: value for code, value in values.items() if known[code] != value}
    entered.enter(_of(chosen), actor.person_id, changed)
    return _compared(actor, chosen)
