"""Who is told that something waits for a decision, and when: by the worker, from what waits now.

1. Whoever answers for a place is told once a day that records of that day wait there; of a record that the campaign
   calls urgent at once, and by itself. Nobody is asked about records of their own alone.
2. When the time for a decision has passed they are reminded; when as much time again has passed, the standing office is
   told.
3. What was told is known by its cause, so that a worker that was away, or several of them, tell nothing twice. Of what
   has piled up meanwhile the latest day is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.db import transaction
from server.forms import service as forms
from server.people import rules as people_rules
from server.people import service as people
from server.records import service as records
from server.records.service import Waiting, WaitingQuery
from server.reviews import rules, service
from server.reviews.rules import Message

MOST = 5_000


@dataclass(frozen=True)
class Reminder:
    """What is to be told of a place: for which cause, since when; of an urgent record which one."""

    kind: str
    place_id: int
    at: datetime
    cause: str
    authors: frozenset[int]
    record_id: str | None = None


@transaction
def tick() -> None:
    """Tells of what waits now, once a cause."""
    for campaign in campaigns.all_campaigns():
        found = _latest(_reminders(campaign))
        known = service.causes_told({one.cause for one in found})
        for one in found:
            if one.cause not in known:
                service.tell(_messages(one))


def _reminders(campaign: Campaign) -> Iterable[Reminder]:
    now = clock.now()
    waiting = records.waiting(WaitingQuery(sorted(campaigns.covered_places(campaign.id)), not_by=0), MOST)
    mine = [one for one in waiting if forms.campaign_of(one.form_version_id) == campaign.id]
    asked = _documents(campaign, mine)
    for one in mine:
        key = forms.compiled(one.form_version_id)["key"]
        line = rules.deadline_of(campaign.review, key, asked.get(one.record_id, {}))
        yield _reminder(campaign, one, line, ("asked", one.since))
        if line is None:
            continue
        due = rules.due_at(line, one.since, campaign.zone)
        if due <= now:
            yield _reminder(campaign, one, line, ("overdue", due))
            late = rules.due_at(line, due, campaign.zone)
            if late <= now:
                yield _reminder(campaign, one, line, ("escalated", late))


def _documents(campaign: Campaign, waiting: Iterable[Waiting]) -> Mapping[str, Mapping[str, Any]]:
    """The answers of those records whose deadline depends on one."""
    keys = {line["form"] for line in campaign.review if line.get("above_zero")}
    ids = [one.record_id for one in waiting if forms.compiled(one.form_version_id)["key"] in keys]
    return records.answers(ids)


def _reminder(
    campaign: Campaign, one: Waiting, line: Mapping[str, Any] | None, since: tuple[str, datetime]
) -> Reminder:
    """An urgent record is told of by itself, of others their place and day."""
    kind, at = since
    authors = frozenset({one.author_id})
    if line is not None and line.get("label"):
        return Reminder(kind, one.place_id, at, f"{kind}:{one.record_id}:{one.rev}", authors, one.record_id)
    day = clock.local_day(at, campaign.zone)
    return Reminder(kind, one.place_id, at, f"{kind}:{one.place_id}:{day}", authors)


def _latest(found: Iterable[Reminder]) -> list[Reminder]:
    """Every urgent record; of others the latest day of each place."""
    kept: dict[tuple[str, int, str | None], Reminder] = {}
    for one in found:
        key = (one.kind, one.place_id, one.record_id)
        before = kept.get(key)
        if before is not None and before.cause == one.cause:
            kept[key] = replace(before, authors=before.authors | one.authors)
        elif before is None or before.at < one.at:
            kept[key] = one
    return list(kept.values())


def _messages(one: Reminder) -> list[Message]:
    if one.kind == "escalated":
        told = people.having({"TT"}, one.place_id)
    else:
        told = [
            person
            for person in people.having(people_rules.with_right("review"), one.place_id)
            if one.authors != {person}
        ]
    message = Message(0, one.kind, one.record_id, cause=one.cause, place_id=one.place_id)
    return [replace(message, person_id=person) for person in told]
