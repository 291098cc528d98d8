"""Whole documents of the campaign's forms: what is wrong with each. The phone's suite runs the same vectors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.forms.rules import counted, relevant_paths, validate
from tests.forms.refresh_vectors import compiled_source

FOLDER = Path(__file__).parent.parent / "vectors" / "forms"
PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023" / "forms"
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


def test_there_are_vectors_for_each_form_and_at_least_half_are_invalid() -> None:
    assert sorted(FILES) == sorted(path.stem for path in PACK.glob("*-*.md"))
    for file in FILES.values():
        wrong = [case for case in file["cases"] if case["wrong"]]
        assert 2 * len(wrong) >= len(file["cases"]) > len(wrong)


def test_a_hidden_question_is_not_shown_and_its_group_neither() -> None:
    now = datetime.fromisoformat(FILES["TNGT-01"]["now"])
    form = FILES["TNGT-01"]["form"]
    assert "collision_type" in relevant_paths(form, {"mode": "road"}, now)
    assert "collision_type" not in relevant_paths(form, {"mode": "waterway"}, now)
    assert "consequences/deaths_seen" in relevant_paths(form, {}, now)


def test_a_total_that_a_phone_made_up_is_not_believed() -> None:
    file = FILES["TNGT-02"]
    now = datetime.fromisoformat(file["now"])
    honest = file["cases"][0]["document"] | {"findings/severity_final": "vc"}
    forged = honest | {"deaths": 0, "injured": 0}
    assert [violation.path for violation in validate(file["form"], forged, now)] == ["findings/severity_final"]
    assert counted(file["form"], forged, now)["deaths"] == 1


def test_what_counts_leaves_out_hidden_answers_and_wrong_ones() -> None:
    file = FILES["QS-06"]
    now = datetime.fromisoformat(file["now"])
    spoilt = file["cases"][0]["document"] | {"child_total": 0, "phone_use": "many", "helmet_rate": 100, "other": 1}
    values = counted(file["form"], spoilt, now)
    assert (values["helmet_rate"], values["child_total"], values["riders_total"]) == (85.0, 0, 220)
    assert not {"child_helmet_ok", "phone_use", "other"} & values.keys()
