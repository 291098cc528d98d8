"""Reading and printing expressions: a round trip for every tree, bounds, and a plain refusal for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.errors import ExpressionError
from server.forms.expressions import LEVELS, Expr, parse, paths, show
from server.forms.functions import FUNCTIONS, NODES_WANTED
from server.forms.patterns import as_compiled, spelled_out

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
SPECIAL = {
    *("string", "number", "normalize-space", "string-length", "regex", "instance", "pulldata"),
    *("jr:choice-name", "jr:itext", "current"),
    *NODES_WANTED,
}
CALLABLE = sorted(set(FUNCTIONS) - SPECIAL)


def larger(inner: st.SearchStrategy[Expr], names: Sequence[str] = CALLABLE) -> st.SearchStrategy[Expr]:
    def call(name: str) -> st.SearchStrategy[Expr]:
        fewest, most = FUNCTIONS[name]
        return st.lists(inner, min_size=fewest, max_size=max(fewest, min(most, 3))).map(
            lambda parts: ["fn", name, *parts]
        )

    return st.one_of(
        st.tuples(st.sampled_from(OPERATORS), inner, inner).map(lambda parts: ["op", *parts]),
        inner.map(lambda part: ["neg", part]),
        st.sampled_from(sorted(names)).flatmap(call),
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
        spelled = spelled_out(pattern)
    except ExpressionError:
        return
    re.compile(spelled)
    assert spelled_out(spelled) == spelled


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(a+)+",
            "(a*)*",
            "((a+)b?)*",
            "(a|b+){2,}",
            "(a+){3}",
            "a**",
            "a+??",
            "*a",
            "(?=a)",
            "(?<a>b)",
            "\\p{L}",
            "\\1",
        ),
        *("[a", "a{", "a{2,1}", "a{1001}", "(a", "a)", "a*b*c*d*e*f*g*h*i*", "[[:alpha:]]", "[]", "\\", "[b-a]"),
    ],
)
def test_a_pattern_that_is_not_portable_or_could_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError):
        as_compiled(pattern)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "')' is missing"),
        ("1 2", "'2' isn't expected here"),
        ("/data/a[1", "']' is missing"),
        ("../", "'the end' isn't expected"),
        ("following::a", "the axis 'following' isn't supported"),
        ("$a", "isn't understood"),
        ("/data/a | 3", "'|' joins paths"),
        ("(1 + 2)/a", "only paths have parts"),
        ("count(3)", "must be a path"),
        ("instance(/data/a)", "must be a text in quotes"),
        ("/data/text()", "text() isn't supported"),
        ("@", "isn't expected here"),
        ("'a", "isn't understood"),
        ("jr:choice-name(1, 2)", "must be a path in quotes"),
        ("lower-case('A')", "lower-case() isn't supported; write translate"),
        ("if(1, 2)", "if() takes 3 arguments, not 2"),
        ("true(1)", "true() isn't supported"),
        ("* 2", "'2' isn't expected here"),
        ("99999999999999999999", "too large"),
        ("(" * 70 + "1" + ")" * 70, "nested more than 60"),
        ("-" * 70 + "1", "nested more than 60"),
        ("1" + "+1" * 400, "in a row"),
        ("1" + " " * 10_000, "the most is 10,000"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_outside_the_subset_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(words)):
        parse(text)


def test_the_questions_that_an_expression_reads() -> None:
    assert paths(parse("if(/data/a = 1, /data/g/b, -/data/c)")) == {"a", "g/b", "c"}
    assert paths(parse("now()")) == set()
