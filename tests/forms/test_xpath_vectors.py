"""Every vector of forms with repeats, lists and all types holds in Python; the phone's suite runs the same file."""

from __future__ import annotations

import copy
import json
import math
from datetime import datetime
from typing import Any

import pytest

from server.forms.context import context_of
from server.forms.evaluate import prepare, prepare_nodes
from server.forms.expressions import is_nodes
from server.forms.moments import Day, show_day
from server.forms.ready import ready
from server.forms.rules import validate
from server.forms.settle import settle, sort
from tests.forms.refresh_xpath import FILE, refreshed

VECTORS = json.loads(FILE.read_text(encoding="utf-8"))


def document_of(case: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = case["document"]
    return VECTORS["documents"][document] if isinstance(document, str) else document


def value_of(case: dict[str, Any]) -> Any:
    form = ready(VECTORS["forms"][case["form"]])
    now = datetime.fromisoformat(case.get("now", VECTORS["now"]))
    document, _wrong = sort(form, document_of(case))
    context = context_of(document, now, places=form.places)
    settle(form, context, anew=False)
    at = case.get("at", "")
    context.stand(at, document.get(at))
    if is_nodes(case["tree"]) and isinstance(case["value"], dict) and "nodes" in case["value"]:
        return {"nodes": [context.tree.text(node) for node in prepare_nodes(case["tree"])(context)]}
    value = prepare(case["tree"])(context)
    if isinstance(value, Day):
        return {"datetime" if value.timed else "date": show_day(value, context.offset)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


@pytest.mark.parametrize("case", VECTORS["expressions"], ids=lambda case: case["text"][:60])
def test_an_expression_gives_what_the_vectors_say(case: dict[str, Any]) -> None:
    given, wanted = value_of(case), case["value"]
    if isinstance(wanted, dict) and "near" in wanted:
        assert given == pytest.approx(wanted["near"], rel=1e-12)
        return
    assert given == wanted
    assert isinstance(given, bool) == isinstance(wanted, bool)


@pytest.mark.parametrize("case", VECTORS["checks"], ids=lambda case: case["why"])
def test_a_document_is_wrong_where_the_vectors_say(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case.get("now", VECTORS["now"]))
    found = validate(VECTORS["forms"][case["form"]], document_of(case), now, changed=case.get("changed"))
    assert [[violation.path, violation.kind] for violation in found] == case["wrong"]


def test_forms_and_trees_are_what_the_compiler_makes() -> None:
    assert refreshed(copy.deepcopy(VECTORS)) == VECTORS
