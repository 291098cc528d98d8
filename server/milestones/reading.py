"""What dates and approved data say of milestones now. Each figure is read once, however many milestones ask for it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date

from server import clock
from server.campaigns.calendars import calendar
from server.campaigns.rules import Campaign
from server.indicators import service as indicators
from server.indicators.rules import Indicator
from server.milestones import rules, runs
from server.milestones.rules import WHOLE_CAMPAIGN, Milestone
from server.milestones.runs import DAY, WEEK, Reached, Run
from server.places import service as places


class Reading:
    """A campaign's data as on today, inside one transaction."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign, self.today = campaign, clock.today(campaign.zone)
        self._figures = functools.cache(lambda code: indicators.figures(campaign.id, code))
        self._spans = functools.cache(lambda code: indicators.spans(campaign.id, code))
        self._activity = functools.cache(lambda codes: indicators.activity(campaign.id, codes))

    @functools.cached_property
    def counted(self) -> dict[str, Indicator]:
        """The campaign's indicators by code."""
        return indicators.described(self.campaign.id)

    @functools.cached_property
    def _units(self) -> frozenset[int]:
        return indicators.units(self.campaign.id)

    def places(self, milestone: Milestone) -> set[int]:
        """The places for which the milestone may be reached now: the campaign's own, or the units that have figures.

        Nothing finer than a commune is ever named.
        """
        if milestone.places == "campaign":
            return {self.campaign.place_id}
        known = {place_id for code in milestone.reads for place_id in self._figures(code)} - {self.campaign.place_id}
        later = known - self._units
        return known & self._units | places.of_kinds(later, self.campaign.counting["units"], self.today)

    def reached(self, milestone: Milestone, place_id: int) -> dict[str, Reached]:
        """The periods of the milestone that stand at a place."""
        if milestone.type == "date":
            on = milestone.on
            return {on.isoformat(): Reached(on)} if on is not None and on <= self.today else {}
        if milestone.type == "streak":
            found, weeks = self.runs(milestone, place_id), milestone.weeks is not None
            return runs.standing(found, self.length(milestone), self.today, weeks=weeks)
        if milestone.type == "deadline":
            return self._deadlines(milestone)
        if milestone.type == "first":
            days = self._activity(milestone.reads).get(place_id)
            return {WHOLE_CAMPAIGN: Reached(min(days), exact=True)} if days else {}
        if milestone.type == "guard":
            return {WHOLE_CAMPAIGN: Reached(self.today)} if self._broken(milestone, place_id) else {}
        return self._thresholds(milestone, place_id)

    def renamed(self, milestone: Milestone, place_id: int, stands: Mapping[str, bool]) -> dict[str, str]:
        """The new names of a streak's crossings that changed at their edges; `stands`: of each whether it does."""
        if milestone.type != "streak" or not stands or place_id not in self.places(milestone):
            return {}
        found, wanted = self.runs(milestone, place_id), self.reached(milestone, place_id)
        return runs.renamed(stands, found, wanted, self.length(milestone))

    def _broken(self, milestone: Milestone, place_id: int) -> bool:
        figure = self._figures(milestone.indicator).get(place_id)
        return figure is not None and figure.numerator > (milestone.at_most or 0)

    def _thresholds(self, milestone: Milestone, place_id: int) -> dict[str, Reached]:
        code, wanted = str(milestone.indicator), milestone.at_least or 0
        if self.counted[code].per is None:
            figure = self._figures(code).get(place_id)
            found = {} if figure is None else {WHOLE_CAMPAIGN: figure}
        else:
            found = {day.isoformat(): figure for day, figure in self._spans(code).get(place_id, {}).items()}
        return {
            period: Reached(self.today)
            for period, figure in found.items()
            if rules.threshold_reached(wanted, figure.numerator, figure.denominator)
        }

    def runs(self, milestone: Milestone, place_id: int) -> list[Run]:
        """A place's weeks in a row with activity, or its days in a row on which nothing happened."""
        days: set[date] = self._activity(milestone.reads).get(place_id, set())
        if milestone.weeks is not None:
            return runs.weeks_of(days)
        window = self.campaign.windows[self.counted[str(milestone.indicator)].window]
        return runs.days_without(days, window.first, min(window.last, self.today))

    @staticmethod
    def length(milestone: Milestone) -> int:
        """How many days a streak must last."""
        return milestone.weeks * WEEK.days if milestone.weeks is not None else milestone.days or 0

    def _deadlines(self, milestone: Milestone) -> dict[str, Reached]:
        """The reporting periods of which so many days are left, or fewer. Once the time is over nobody is told."""
        found: dict[str, Reached] = {}
        for period in calendar(self.campaign.counting["cut"]).periods(self.campaign.windows["activity"]):
            due = period.last + DAY * self.campaign.counting["report_days"]
            near = due - DAY * (milestone.days or 0)
            if near <= self.today:
                found[period.first.isoformat()] = Reached(near, fresh=self.today <= due)
        return found
