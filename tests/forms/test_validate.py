"""Whole documents of the campaign's three forms: what is wrong with each. The phone's suite runs the same vectors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.forms.rules import relevant_paths, validate
from tests.forms.refresh_vectors import compiled_source

FOLDER = Path(__file__).parent.parent / "vectors" / "forms"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [pytest.param(key, case, id=f"{key}: {case['why']}") for key, file in FILES.items() for case in file["cases"]]


@pytest.mark.parametrize(("key", "case"), CASES)
def test_a_document_is_wrong_where_the_vectors_say(key: str, case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case.get("now", FILES[key]["now"]))
    found = validate(FILES[key]["form"], case["document"], now, changed=case.get("changed"))
    assert [[violation.path, violation.kind] for violation in found] == case["wrong"]
    if "messages" in case:
        assert [violation.message for violation in found] == case["messages"]


@pytest.mark.parametrize("key", FILES)
def test_the_vectors_hold_the_forms_as_they_are(key: str) -> None:
    assert compiled_source(FILES[key]) == FILES[key]["form"], "run python -m tests.forms.refresh_vectors"


def test_there_are_vectors_for_the_three_forms_and_at_least_half_are_invalid() -> None:
    assert sorted(FILES) == ["CK-05", "TNGT-01", "TT-04"]
    for file in FILES.values():
        wrong = [case for case in file["cases"] if case["wrong"]]
        assert 2 * len(wrong) >= len(file["cases"]) > len(wrong)


def test_a_hidden_question_is_not_shown_and_its_group_neither() -> None:
    now = datetime.fromisoformat(FILES["TNGT-01"]["now"])
    form = FILES["TNGT-01"]["form"]
    assert "collision_type" in relevant_paths(form, {"mode": "road"}, now)
    assert "collision_type" not in relevant_paths(form, {"mode": "waterway"}, now)
    assert "consequences/deaths_seen" in relevant_paths(form, {}, now)
