"""How serious an accident was: the scale of its day, and never more certain than what is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.indicators import severity
from server.indicators.severity import Class, Facts

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
SCALES = severity.build(yaml.safe_load((PACK / "severity.yaml").read_text(encoding="utf-8")))
OLD, NEW = date(2023, 5, 10), date(2024, 8, 15)
NOTHING = 0


@pytest.mark.parametrize(
    ("deaths", "injuries", "damage", "name"),
    [
        (3, [], NOTHING, "dbnt"),
        (0, [70, 70, 61], NOTHING, "dbnt"),
        (0, [70, 70, 60], NOTHING, "rnt"),
        (0, [], 1_500_000_000, "dbnt"),
        (0, [], 1_499_999_999, "rnt"),
        (2, [], NOTHING, "rnt"),
        (0, [61, 61], NOTHING, "rnt"),
        (0, [60, 61], NOTHING, "nt"),
        (0, [], 500_000_000, "rnt"),
        (1, [], NOTHING, "nt"),
        (0, [61], NOTHING, "nt"),
        (0, [60], NOTHING, "int"),
        (0, [30, 31], NOTHING, "nt"),
        (0, [30, 30], NOTHING, "int"),
        (0, [], 100_000_000, "nt"),
        (0, [11], NOTHING, "int"),
        (0, [10], NOTHING, "vc"),
        (0, [5, 6], NOTHING, "int"),
        (0, [], 10_000_000, "int"),
        (0, [], 9_999_999, "vc"),
        (0, [], NOTHING, "vc"),
    ],
)
def test_circular_26_of_2024(deaths: int, injuries: list[int], damage: int, name: str) -> None:
    assert SCALES.scale_on(NEW).code == "tt26_2024"
    assert SCALES.scale_on(NEW).classify(Facts(deaths, damage, tuple(injuries))) == name


@pytest.mark.parametrize(
    ("injuries", "damage", "name"),
    [
        ([11], NOTHING, "int"), ([30], NOTHING, "int"), ([31], NOTHING, "nt"), ([10, 11], NOTHING, "int"),
        ([10, 10], NOTHING, "vc"), ([], 5_000_000, "int"), ([], 49_999_999, "int"), ([], 50_000_000, "nt"),
    ],
)  # fmt: skip
def test_circular_58_of_2009_as_far_as_it_was_checked(injuries: list[int], damage: int, name: str) -> None:
    assert SCALES.scale_on(OLD).code == "tt58_2009"
    assert SCALES.scale_on(OLD).classify(Facts(0, damage, tuple(injuries))) == name


def test_a_scale_is_in_force_from_its_day_on() -> None:
    assert SCALES.scale_on(date(2024, 8, 14)).code == "tt58_2009"
    assert SCALES.scale_on(date(2000, 1, 1)).code == "tt58_2009"


def sheet(**more: Any) -> dict[str, Any]:
    whole = {"findings/severity_final": "int", "findings/scale_version": "tt58_2009", "deaths": 0, "injured": 1}
    return {**whole, **more}


def test_the_polices_class_is_final_by_the_scale_in_force() -> None:
    assert SCALES.of("TNGT-02", sheet(), OLD) == Class("int", False)
    assert SCALES.of("TNGT-02", sheet(deaths=1), OLD) == Class("int", False)


def test_a_class_by_another_scale_is_provisional_and_never_milder_than_the_facts() -> None:
    other = {"findings/scale_version": "tt26_2024"}
    assert SCALES.of("TNGT-02", sheet(**other), OLD) == Class("int", True)
    assert SCALES.of("TNGT-02", sheet(**other, **{"injuries/17-1/ttct": 31}), OLD) == Class("nt", True)


def test_what_is_not_known_gives_a_lower_bound_that_is_provisional() -> None:
    seen = {"consequences/deaths_seen": 0, "consequences/injured_seen": 4}
    assert SCALES.of("TNGT-01", seen, OLD) == Class("vc", True)
    assert SCALES.of("TNGT-01", {**seen, "consequences/property_est": "unknown"}, OLD) == Class("vc", True)
    assert SCALES.of("TNGT-01", {**seen, "consequences/property_est": "from_1500m"}, OLD) == Class("dbnt", True)
    assert SCALES.of("TNGT-01", {**seen, "consequences/deaths_seen": 3}, OLD) == Class("dbnt", True)


def test_a_form_that_says_nothing_of_severity_has_no_class() -> None:
    assert SCALES.of("TT-04", {}, OLD) is None


def test_the_scope_of_a_count_is_its_mildest_class() -> None:
    assert [name for name in SCALES.order if SCALES.reaches(name, "int")] == ["dbnt", "rnt", "nt", "int"]
    assert [name for name in SCALES.order if SCALES.reaches(name, "dbnt")] == ["dbnt"]
