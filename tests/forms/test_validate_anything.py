"""Validation answers for any JSON at all: a list of violations, in words of three languages, never an exception."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.rules import validate, walk
from server.forms.values import checker
from tests.forms.forms import compiled
from tests.forms.test_expressions import JSON

NOW = datetime(2023, 5, 16, 0, 30, tzinfo=UTC)
FOLDER = Path(__file__).parent.parent / "vectors" / "forms"
FILES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
FORMS = [file["form"] for file in FILES]
ACCIDENT = next(file for file in FILES if file["form"]["key"] == "TNGT-01")


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A form and a document for it: any JSON for any of its questions, and for some that it doesn't have."""
    form = draw(st.sampled_from(FORMS))
    near = st.one_of(JSON, st.sampled_from([choice for node in walk(form) for choice in _samples(node)]))
    return form, draw(st.dictionaries(st.one_of(st.sampled_from(form["fields"]), st.text(max_size=8)), near))


def _samples(node: dict[str, Any]) -> list[Any]:
    names = [choice["v"] for choice in node.get("choices", ())]
    return [*names, names, "2023-05-15", "2023-05-15T10:00:00Z", "9.6 106.2", 7]


@given(documents())
def test_any_document_is_answered(given_: tuple[dict[str, Any], dict[str, Any]]) -> None:
    form, document = given_
    for violation in validate(form, document, NOW):
        assert violation.path in document or violation.kind == "required"
        assert set(violation.message) == {"vi", "en", "km"}


@given(documents())
def test_mending_what_is_named_leaves_no_type_error(given_: tuple[dict[str, Any], dict[str, Any]]) -> None:
    form, document = given_
    wrong = {violation.path for violation in validate(form, document, NOW)}
    mended = {path: value for path, value in document.items() if path not in wrong}
    kinds = {violation.kind for violation in validate(form, mended, NOW)}
    assert kinds <= {"required", "constraint"}


@given(st.sampled_from(FORMS), JSON)
def test_each_question_answers_for_any_value(form: dict[str, Any], value: Any) -> None:
    for node in walk(form):
        if "pos" in node:
            assert checker(node)(value) in (None, "type", "length", "choice")


@given(st.timedeltas(timedelta(days=-700_000), timedelta(days=2_900_000)))
def test_any_moment_of_the_calendar_can_be_now(shift: timedelta) -> None:
    good = ACCIDENT["cases"][0]["document"]
    assert {violation.path for violation in validate(ACCIDENT["form"], good, NOW + shift)} <= {"occurred_at"}


def test_a_value_that_was_right_is_not_refused_because_time_went_by() -> None:
    good = ACCIDENT["cases"][0]["document"]
    later = NOW + timedelta(days=90)
    assert [violation.path for violation in validate(ACCIDENT["form"], good, later)] == ["occurred_at"]
    assert validate(ACCIDENT["form"], good, later, changed={"note"}) == []


def test_hiding_a_question_hides_what_depends_on_it_and_asks_nothing_of_it() -> None:
    form = compiled(
        {"type": "select_one yes_no", "name": "first"},
        {"type": "select_one yes_no", "name": "second", "relevant": "${first} = 'yes'", "required": "yes"},
        {"type": "begin_group", "name": "g", "relevant": "${second} = 'yes'"},
        {"type": "integer", "name": "third", "required": "yes", "constraint": ". > 5"},
        {"type": "end_group"},
    )
    kept = {"day": "2023-05-16", "first": "yes", "second": "yes", "g/third": 1}
    assert [violation.path for violation in validate(form, kept, NOW)] == ["g/third"]
    assert validate(form, {**kept, "first": "no"}, NOW) == []
    assert [violation.path for violation in validate(form, {"day": "2023-05-16", "first": "yes"}, NOW)] == ["second"]


@pytest.mark.parametrize("at", ["2023-05-16T16:59:59+00:00", "2023-05-16T23:59:59+07:00"])
def test_today_is_the_campaigns_day_whatever_offset_the_moment_came_with(at: str) -> None:
    form = compiled({"type": "date", "name": "signed", "constraint": ". <= today()"})
    moment = datetime.fromisoformat(at)
    assert validate(form, {"day": "2023-05-16", "signed": "2023-05-16"}, moment) == []
    assert validate(form, {"day": "2023-05-16", "signed": "2023-05-17"}, moment) != []
    assert validate(form, {"day": "2023-05-16", "signed": "2023-05-17"}, moment, zone="Pacific/Auckland") == []
