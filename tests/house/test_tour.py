"""The tour that both READMEs show is there, and is as long and as small as `make tour` promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.film import measure
from tools.tour import LARGEST, LONGEST, SHORTEST, TARGET

ROOT = Path(__file__).parents[2]


def test_the_tour_lasts_about_two_minutes_and_loads_quickly() -> None:
    seconds, frames = measure(TARGET)
    assert SHORTEST <= seconds <= LONGEST
    assert frames >= 20
    assert TARGET.stat().st_size <= LARGEST


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_each_readme_shows_it_with_words_for_who_does_not_see_it(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    words = text.split("](docs/tour.webp)")[0].rsplit("![", 1)[1]
    assert len(words) > 40
