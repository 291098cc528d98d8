"""docs/walkthrough.md leads through code that is there: each file, and in it each function that is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "walkthrough.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:pwa|server|sync|tests)/[\w./-]+)`", PAGE)))
STOPS = [
    (path, name)
    for path, names in re.findall(r"`([\w./-]+\.\w+)`\s+\(((?:`\w+`(?:,\s+)?)+)\)", PAGE)
    for name in re.findall(r"\w+", names)
]


@pytest.mark.parametrize("path", PATHS)
def test_every_file_of_the_walk_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("path", "name"), STOPS)
def test_every_function_of_the_walk_is_defined_in_its_file(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    defined = rf"^\s*(async )?(def|class) {name}\b"
    if not path.endswith(".py"):
        declared = rf"(export )?(async )?(function|class|const) {name}\b"
        method = rf"(private |static )*(async )?{name}\([^;]*\{{$"
        defined = rf"^\s*({declared}|{method})"
    assert re.search(defined, text, re.MULTILINE)


@pytest.mark.parametrize("story", ["One push", "One milestone"])
def test_each_story_goes_through_app_engine_and_server(story: str) -> None:
    told = PAGE.split(f"\n## {story}\n")[1].split("\n## ")[0]
    for part in ("pwa/src/app/", "pwa/src/sw/", "sync/", "server/records/"):
        assert any(path.startswith(part) for path, _ in STOPS if f"`{path}`" in told)
