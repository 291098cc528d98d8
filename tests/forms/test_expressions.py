"""Reading and printing expressions: a round trip for every tree, bounds, and a plain refusal for everything else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.evaluate import Day, evaluate
from server.forms.expressions import (
    FUNCTIONS,
    LEVELS,
    Expr,
    ExpressionError,
    check_pattern,
    core_of,
    parse,
    paths,
    show,
)

NOW = datetime(2023, 5, 16, 0, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"]), max_size=8)
OPERATORS = [operator for level in LEVELS for operator in level]
LITERALS = st.one_of(
    st.booleans(),
    st.integers(0, 2**53),
    st.floats(0, 2**53, allow_nan=False).map(lambda number: int(number) if number.is_integer() else number),
    TEXTS,
)
LEAVES = st.one_of(
    LITERALS.map(lambda value: ["lit", value]),
    st.sampled_from([["self"], ["path", "a"], ["path", "group/a_1"], ["path", "div"]]),
)
CALLABLE = sorted(set(FUNCTIONS) - {"regex"})


def larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    def call(name: str) -> st.SearchStrategy[Expr]:
        fewest, most = FUNCTIONS[name]
        return st.lists(inner, min_size=fewest, max_size=min(most, 3)).map(lambda parts: ["fn", name, *parts])

    return st.one_of(
        st.tuples(st.sampled_from(OPERATORS), inner, inner).map(lambda parts: ["op", *parts]),
        inner.map(lambda part: ["neg", part]),
        st.sampled_from(CALLABLE).flatmap(call),
        inner.map(lambda part: ["fn", "regex", part, ["lit", "[a-z]+"]]),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=12)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@given(TREES)
def test_printing_and_reading_gives_the_same_tree(tree: Expr) -> None:
    assert parse(show(tree)) == tree


@given(TREES, st.dictionaries(st.sampled_from(["a", "group/a_1", "div"]), JSON), JSON)
def test_running_never_raises_whatever_the_document_holds(tree: Expr, document: dict[str, Any], own: Any) -> None:
    assert isinstance(evaluate(tree, document, own, now=NOW), (str, float, bool, Day))


@given(st.text(max_size=60))
def test_reading_any_text_gives_a_tree_or_a_refusal_in_words(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert parse(show(tree)) == tree


@given(st.text("ab01[]^-\\d.()|*+?{},$ ", max_size=14))
def test_a_pattern_that_is_accepted_compiles(pattern: str) -> None:
    try:
        check_pattern(pattern)
    except ExpressionError:
        return
    re.compile(core_of(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+", "(a*)*", "((a+)b)*", "(a|b+){2,}", "(a+){3}", "a**", "a+?", "*a", "(?=a)", "(?:a)", "\\w", "\\1"),
        *("[a", "a{", "a{2,1}", "a{101}", "(a", "a)", "a.*b.*c.*d.*", "[[:alpha:]]", "a^b", "a$b", "[]", "\\", "[b-a]"),
    ],
)
def test_a_pattern_that_is_not_portable_or_could_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "')' is missing"),
        ("1 2", "'2' isn't expected here"),
        ("/data/a[1]", "isn't understood"),
        ("../a", "isn't understood"),
        ("//a", "isn't understood"),
        ("$a", "isn't understood"),
        ("/data/a | /data/b", "isn't understood"),
        ("@a", "isn't understood"),
        ("'a", "isn't understood"),
        ("jr:choice-name(1, 2)", "jr:choice-name() isn't supported"),
        ("position()", "position() isn't supported"),
        ("if(1, 2)", "if() takes 3 arguments, not 2"),
        ("true(1)", "true() isn't supported"),
        ("and", "and alone means nothing"),
        ("* 2", "'*' isn't expected here"),
        ("99999999999999999999", "too large"),
        ("(" * 50 + "1" + ")" * 50, "nested more than 40"),
        ("-" * 50 + "1", "nested more than 40"),
        ("1" + "+1" * 50, "in a row"),
        ("1" + " " * 2000, "the most is 2000"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_outside_the_subset_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(words)):
        parse(text)


def test_the_questions_that_an_expression_reads() -> None:
    assert paths(parse("if(/data/a = 1, /data/g/b, -/data/c)")) == {"a", "g/b", "c"}
    assert paths(parse("now()")) == set()
