"""scores.yaml: what is wrong with it is told with file and line, before anything of it is loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from server.campaigns import service as campaigns
from server.campaigns.rules import PackRefused
from server.setup.loading import load
from tests.tools.chain import PACK
from tests.tools.clocks import StillClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FALL = "fall: [{at_least: 10, points: 10}, {at_least: 5, points: 8}"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack to spoil."""
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    return copy


def spoiled(pack: Path, before: str, after: str) -> tuple[int, list[tuple[int, str]]]:
    """The line that was spoiled, and the faults of scores.yaml by line."""
    path = pack / "scores.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        load(campaigns.read_pack(pack))
    faults = [(fault.line, fault.message) for fault in refused.value.faults if fault.file.endswith("scores.yaml")]
    assert len(faults) == len(refused.value.faults)
    return text[: text.index(before)].count("\n") + 1, faults


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("indicator: P1\n", "indicator: P99\n", "no indicator 'P99'"),
        ("indicator: A5", "indicator: A55", "no indicator 'A55'"),
        ("indicator: P5\n", "indicator: P5\n        each_missing: 1\n", "an indicator goes with one"),
        ("share_of: 90", "share_of: 190", "1 and less"),
        (FALL, FALL.replace("points: 8", "points: 11"), "more points than the item has"),
        (FALL, FALL.replace("at_least: 5", "at_least: 15"), "must go down"),
        ("        kept_zero: 10\n", "", "kept_zero"),
        ("code: I.2", "code: I.1", "given twice"),
        ("rank: kha", "rank: gioi", "no rank 'gioi'"),
        ("deduction: G.2", "deduction: G.7", "no deduction 'G.7'"),
        ("- group: IV", "- group: IX", "no group 'IX'"),
        ("code: yeu, at_least: 0", "code: yeu, at_least: 10", "down to 0"),
        ("points: 5\n", "points: many\n", "integer"),
        ("most: 5", "most: 5\n  colour: red", "Unknown"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_and_line(
    app: Flask, clock: StillClock, pack: Path, before: str, after: str, said: str
) -> None:
    line, faults = spoiled(pack, before, after)
    assert any(said in message for _, message in faults), faults
    assert all(abs(found - line) <= 12 for found, _ in faults)


def test_a_figure_fills_an_item_in_only_in_a_way_of_its_kind(app: Flask, clock: StillClock, pack: Path) -> None:
    line, faults = spoiled(pack, "indicator: P12", "indicator: P3")
    assert faults == [
        (
            line + 1,
            "groups.2.items.0.counts: 'P3' is a ratio: counts goes with count or at_least or at_most or distinct",
        )
    ]


def test_a_fall_needs_a_figure_that_units_can_be_compared_by(app: Flask, clock: StillClock, pack: Path) -> None:
    (pack / "report.yaml").unlink()
    with pytest.raises(PackRefused) as refused:
        load(campaigns.read_pack(pack))
    assert next(iter(refused.value.faults)).message.endswith("nobody could enter what it is compared with")


def test_a_pack_without_a_table_loads(app: Flask, clock: StillClock, pack: Path) -> None:
    (pack / "scores.yaml").unlink()
    assert load(campaigns.read_pack(pack))
