"""Forms behave as ODK's own engine has them, leaf by leaf, and the server judges records as the phone does.

Our own forms have every function and type; FORM_CORPUS may name a folder of public forms, which are tried as well.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.forms.rules import validate
from tests.forms.oracle.cases import OWN_ZONE, ZONE, Tried, own_forms, public_forms, run
from tests.forms.oracle.known import FORBIDDEN, REFUSED, unexplained

# The moment at which both engines of the comparison stand still (pwa/tests/oracle/run.mjs).
NOW = datetime(2026, 3, 17, 8, 45, 30, 123_000, tzinfo=UTC)
ACCEPTED = 0.97


def told(name: str, differences: list[dict[str, Any]]) -> list[str]:
    return [f"{name} {each['place']} {each['what']}: {each['odk']!r} {each['ours']!r}" for each in differences]


def agreement(name: str, result: dict[str, Any]) -> list[str]:
    """What the two engines had differently, and what ours fell over."""
    return [*told(name, unexplained(name, result["differences"])), *filter(None, [result.get("ourError")])]


def verdicts(tried: Tried, result: dict[str, Any], zone: str) -> tuple[list[str], int, int]:
    """Where server and phone judge differently; how many records were judged, and how many were wrong."""
    assert tried.form is not None
    differing, wrong = [], 0
    for each in result["verdicts"]:
        violations = validate(tried.form, each["answers"], NOW, zone=zone)
        found = {(violation.path, violation.kind) for violation in violations}
        phone = {(path, kind) for path, kind in each["violations"]}
        wrong += bool(phone)
        differing += [f"{tried.name} {place}" for place in sorted(found ^ phone)]
    return differing, len(result["verdicts"]), wrong


@pytest.mark.parametrize("path", own_forms(), ids=lambda path: path.stem)
def test_our_forms_are_as_odks_engine_has_them_and_the_server_judges_as_the_phone(path: Path, tmp_path: Path) -> None:
    tried, result = next(run([path], tmp_path))
    assert tried.refused == ()
    assert result is not None
    assert result.get("odkError") is None
    assert agreement(tried.name, result) == []
    assert result["compared"] > 50
    differing, judged, wrong = verdicts(tried, result, OWN_ZONE)
    assert differing == []
    assert wrong * 2 >= judged > 0


def test_public_forms_are_taken_and_agree_or_are_refused_for_a_reason_that_is_written_down(tmp_path: Path) -> None:
    paths = public_forms()
    found: list[str] = []
    taken = 0
    for tried, result in run(paths, tmp_path):
        if result is None:
            reason = {**FORBIDDEN, **REFUSED}.get(tried.name)
            known = reason is not None and any(reason in each for each in tried.refused)
            found += [] if known else [f"{tried.name}: {tried.refused}"]
            continue
        taken += 1
        found += agreement(tried.name, result)
        found += verdicts(tried, result, ZONE)[0]
    assert found == []
    assert taken >= ACCEPTED * sum(path.name not in FORBIDDEN for path in paths)
