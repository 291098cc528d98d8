"""Every expression vector holds in Python; the phone's suite runs the same file."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.forms.evaluate import evaluate
from server.forms.expressions import parse
from server.forms.moments import Day, Value, show_day

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "expressions.json").read_text(encoding="utf-8"))


def as_json(value: Value, offset: int) -> Any:
    if isinstance(value, Day):
        return {"datetime" if value.timed else "date": show_day(value, offset)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["text"][:60])
def test_an_expression_gives_what_the_vectors_say(case: dict[str, Any]) -> None:
    assert parse(case["text"]) == case["tree"]
    now = datetime.fromisoformat(case.get("now", VECTORS["now"]))
    offset = round(now.utcoffset().total_seconds() / 60)  # type: ignore[union-attr]
    given = as_json(evaluate(case["tree"], case.get("document", {}), case.get("self"), now=now), offset)
    assert given == case["value"]
    assert isinstance(given, bool) == isinstance(case["value"], bool)


def test_there_are_at_least_120_vectors() -> None:
    assert len(VECTORS["cases"]) >= 120
