"""The records that a nomination names as evidence: whether they count, and what they say to whoever may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.commendations.reading import Desk, Nomination
from server.forms import rules as form_rules
from server.forms import service as forms
from server.records import approved
from server.records.approved import ApprovedContent

Document = dict[str, Any]
# What is shown of evidence: words, numbers and days. Not where exactly it was, nor pictures.
SHOWN = frozenset({"text", "select1", "select", "integer", "decimal", "date", "datetime", "time"})


def of(desk: Desk, one: Nomination, rivals: Sequence[tuple[Nomination, str]]) -> list[Document]:
    """Each record that is named, in order: `counted` if it is an approved one of the campaign.

    `others`: further nominations that name it too. `answers` for those who may read there and for the council, never of
    forms that the police confirm: who was hurt is no evidence of anybody's merit.
    """
    numbers = one.evidence
    found = {content.record_id: content for content in approved.contents(numbers)}
    cited = {number: [other.record for other, _ in rivals if number in other.evidence] for number in numbers}
    return [_shown(desk, number, found.get(number)) | {"others": cited[number]} for number in numbers]


def _shown(desk: Desk, number: str, content: ApprovedContent | None) -> Document:
    nothing = {"record": number, "counted": False, "form": None, "place": None, "day": None, "answers": []}
    if content is None or content.campaign_id != desk.campaign.id:
        return nothing
    form = forms.compiled(content.form_version_id)
    known = {"counted": True, "form": form["title"], "place": content.place_id, "day": content.occurred_on}
    actor, place = desk.actor, content.place_id
    may_read = actor.may("read", place) or actor.may("commend", place)
    if not may_read or content.form_key in desk.campaign.confirmed:
        return nothing | known
    return nothing | known | {"answers": _answers(form, content.values)}


def _answers(form: Mapping[str, Any], values: Mapping[str, Any]) -> list[Document]:
    asked = [node for node in form_rules.walk(form) if node["t"] in SHOWN and values.get(node["path"]) is not None]
    return [{"question": node.get("label") or {}, "answer": _answer(node, values[node["path"]])} for node in asked]


def _answer(node: Mapping[str, Any], value: Any) -> list[Mapping[str, str]]:
    """An answer as texts in the three languages: of choices their names."""
    called = {choice["v"]: choice["label"] for choice in node.get("choices", ())}
    given = value if isinstance(value, list) else [value]
    return [called.get(one) or {"vi": str(one), "en": str(one), "km": str(one)} for one in given]
