"""A wait waits: Playwright's `wait_for_function` takes any promise for a yes, so what it is asked may never be so."""

from __future__ import annotations

import ast

from tests.house.test_lengths import ROOT, sources


def test_tests_wait_for_a_page_by_wait_until_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(".py")
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "wait_for_function"
    ]
    assert found == []
