"""docs/xlsform.md says of every type, look and function whether it works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.forms import functions, kinds

PAGE = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text()
SECTION = PAGE.partition("## What works, and what is refused")[2].partition("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ")]


def said_of(word: str) -> list[str]:
    """What the rows say whose first cell names this type, or this function (written with its bracket)."""
    named = re.compile(rf"`{re.escape(word)}" if word.endswith("(") else rf"[`(]{re.escape(word)}[`( ]")
    cells = [row.partition(" | ") for row in ROWS]
    return [said for first, _bar, said in cells if named.search(first)]


def plain(names: tuple[str, ...] | dict[str, str]) -> list[str]:
    return [name.partition(" ")[0] for name in names]


WORKING = [*plain(kinds.ALL_TYPES), *(f"{name}(" for name in functions.FUNCTIONS if name != "true")]
REFUSED = [*kinds.REFUSED, *(f"{name}(" for name in functions.INSTEAD)]


@pytest.mark.parametrize("word", [word for word in WORKING if not word.startswith("end_")])
def test_what_works_has_a_row_that_says_so(word: str) -> None:
    assert any("refused" not in said for said in said_of(word))


@pytest.mark.parametrize("word", REFUSED)
def test_what_is_refused_has_a_row_that_says_so(word: str) -> None:
    assert any("refused" in said for said in said_of(word))


@pytest.mark.parametrize("kind", kinds.APPEARANCES)
def test_every_look_is_named(kind: str) -> None:
    columns = " ".join(f"`columns-{number}`" for number in range(1, 6))
    spelled = SECTION.replace("`columns-1` to `columns-5`", columns)
    assert [look for look in kinds.APPEARANCES[kind] if f"`{look}`" not in spelled] == []
