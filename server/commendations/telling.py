"""Who is told that a nomination waits for them: by the worker, from where it stands now.

1. Told are those who hold the right to the step that it waits for, at its unit or at the campaign's place; not who just
   took the last step, nor who may not take this one (they wrote the nomination, or checked or cleared it).
2. What waits no more is withdrawn from everybody's list and isn't sent any more; a step back asks anew.
3. A message says which step and which unit: no word of the nomination, nor why conduct holds it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from server.campaigns import service as campaigns
from server.commendations import reading, rules
from server.commendations.reading import Nomination
from server.forms import service as forms
from server.people import rules as people_rules
from server.people import service as people
from server.reviews import service as reviews
from server.reviews.rules import Message

Given = Mapping[str, Any]


def on_records(given: Sequence[Given]) -> None:
    """Records were decided on or moved: among them may be nominations."""
    found: dict[tuple[int, str], set[str]] = {}
    for event in given:
        version = event["form_version_id"]
        campaign_id = forms.campaign_of(version)
        if campaign_id is not None:
            found.setdefault((campaign_id, forms.compiled(version)["key"]), set()).add(event["record_id"])
    for (campaign_id, form), records in found.items():
        terms = reading.terms_of(campaign_id)
        if terms is not None and terms["form"] == form:
            _settle(campaign_id, sorted(records))


def on_step(event: Given) -> None:
    """Somebody took a step about a nomination."""
    _settle(event["campaign_id"], [event["record_id"]])


def _settle(campaign_id: int, records: Sequence[str]) -> None:
    campaign, terms = campaigns.find(campaign_id), reading.terms_of(campaign_id)
    if campaign is None or terms is None:
        return
    found = {one.record: one for one in reading.named(terms, records)}
    for record in records:
        one = found.get(record)
        messages = list(_messages(one, campaign_id, campaign.place_id)) if one else []
        reviews.tell_only(messages, _causes(record, len(one.steps) if one else 0))


def _messages(one: Nomination, campaign_id: int, above: int) -> Iterator[Message]:
    if one.stage not in rules.WAITS:
        return
    action, right = rules.WAITS[one.stage]
    cause = _cause(one.record, len(one.steps), action)
    last = next((step.by for step in one.steps[-1:] if step.rev == one.rev), None)
    for person in people.having(people_rules.with_right(right), one.place_id if right == "review" else above):
        if person != last and not rules.is_own(action, person, one.author, one.taken):
            yield Message(
                person, f"to_{action}", one.record, cause=cause, about=str(campaign_id), place_id=one.place_id
            )


def _cause(record: str, steps: int, action: str) -> str:
    return f"commend:{record}:{steps}:{action}"


def _causes(record: str, steps: int) -> list[str]:
    """Everything that somebody can have been told of it until now."""
    return [_cause(record, before, action) for before in range(steps + 1) for action, _ in rules.WAITS.values()]
