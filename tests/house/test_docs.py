"""What is promised in writing: each setting, problem and address is documented, and none that is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from server.problems import CATALOGUE
from tests.tools.phones import Phone

ROOT = Path(__file__).parents[2]
# flask-smorest's own pages about the API
ABOUT_THE_API = re.compile(r"/api/(openapi\.json|docs.*|redoc.*|rapidoc.*|swagger.*)")


def headings(document: str) -> set[str]:
    """The headings of a page of docs/, without backticks."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return {line.replace("`", "").strip() for line in re.findall(r"^#{2,4} (.+)$", text, re.MULTILINE)}


def first_words(document: str) -> set[str]:
    return {heading.split()[0].rstrip(":") for heading in headings(document)}


def settings_that_are_read() -> set[str]:
    source = (ROOT / "server" / "config.py").read_text(encoding="utf-8")
    return set(re.findall(r'"(BEN_[A-Z_]+|DATABASE_URL)"', source))


def test_every_setting_has_a_heading_in_operations() -> None:
    assert settings_that_are_read() - first_words("operations.md") == set()


def test_no_heading_describes_a_setting_that_is_not_read() -> None:
    described = {word for word in first_words("operations.md") if word.startswith("BEN_")}
    assert described - settings_that_are_read() == set()


def test_every_problem_has_a_heading_in_problems() -> None:
    assert set(CATALOGUE) - first_words("problems.md") == set()


@pytest.mark.parametrize("slug", sorted(CATALOGUE))
def test_every_problem_says_what_to_do(slug: str) -> None:
    status, title, todo = CATALOGUE[slug]
    assert 400 <= status <= 599
    assert title
    assert todo.endswith(".")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_address_is_in_the_openapi_page(app: Flask, phone: Callable[[], Phone]) -> None:
    page = phone().get("/api/openapi.json").get_json()
    described = {
        (method.upper(), re.sub(r"\{(\w+)\}", r"<\1>", path))
        for path, operations in page["paths"].items()
        for method in operations
    }
    served = {
        (method, re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not ABOUT_THE_API.fullmatch(rule.rule)
    }
    assert served - described == set()
    assert served


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_address_says_what_it_is_for(phone: Callable[[], Phone]) -> None:
    page = phone().get("/api/openapi.json").get_json()
    silent = [
        f"{method.upper()} {path}"
        for path, operations in page["paths"].items()
        for method, operation in operations.items()
        if method in {"get", "post", "put", "patch", "delete"} and not operation.get("summary")
    ]
    assert silent == []


def cases_in(path: str) -> set[str]:
    return set(re.findall(r"^def (test_\w+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_offline_case_is_shown_by_a_test_and_every_such_test_is_a_case() -> None:
    home = "tests/records/test_offline_cases.py"
    page = (ROOT / "docs" / "offline-cases.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)`(?: in `([\w/]+\.py)`)?", page)
    assert [test for test, path in named if test not in cases_in(path or home)] == []
    assert cases_in(home) - {test for test, _ in named} == set()
