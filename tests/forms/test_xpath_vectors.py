"""The forms and trees in tests/vectors/xpath.json are what the compiler makes now."""

from __future__ import annotations

import copy
import json

from tests.forms.refresh_xpath import FILE, refreshed


def test_forms_and_trees_are_what_the_compiler_makes() -> None:
    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    assert refreshed(copy.deepcopy(vectors)) == vectors
