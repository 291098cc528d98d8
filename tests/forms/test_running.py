"""Running any expression over any document gives a value, and work that has no end in sight is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.context import MOST_WORK, TooMuchWork, context_of
from server.forms.evaluate import evaluate, prepare
from server.forms.expressions import Expr
from server.forms.moments import Day
from server.forms.nodes import places_of
from server.forms.rules import validate, walk
from tests.forms.forms import compiled
from tests.forms.test_expressions import JSON, LEAVES, larger
from tests.forms.test_xpath_vectors import VECTORS

NOW = datetime(2023, 5, 16, 0, 30, tzinfo=UTC)
FORM = VECTORS["forms"]["household"]
PLACES = places_of(FORM, walk(FORM, hidden=True))
AXES = ["child", "parent", "self", "descendant-or-self", "ancestor", "following-sibling", "preceding-sibling"]
NAMES = ["*", "people", "visits", "cost", "name", "root", "item", "province"]
STARTS = [["root"], ["self"], ["all", "people"], ["fn", "instance", ["lit", "districts"]], ["cur", 1, ""]]
NODES = [["all", "people/name"], ["all", "people/visits"], ["rel", 1, "age"], ["rel", 3, "x"], *STARTS[1:]]


def walked(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    step = st.tuples(st.sampled_from(AXES), st.sampled_from(NAMES), st.lists(inner, max_size=1))
    steps = st.lists(step.map(lambda parts: [parts[0], parts[1], *parts[2]]), min_size=1, max_size=3)
    return st.tuples(st.sampled_from(STARTS), steps).map(lambda parts: ["walk", parts[0], *parts[1]])


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    nodes = st.one_of(st.sampled_from(NODES), walked(inner))
    of_nodes = st.tuples(st.sampled_from(["count", "sum", "name", "position", "count-non-empty"]), nodes)
    return st.one_of(larger(inner), nodes, of_nodes.map(lambda parts: ["fn", *parts]))


TREES = st.recursive(st.one_of(LEAVES, st.sampled_from(NODES)), grown, max_leaves=10)
ATS = ["", "head", "people/1-1", "people/1-1/name", "people/1-1/visits/1-4/cost"]


@given(TREES, st.sampled_from([*VECTORS["documents"].values()]), st.sampled_from(ATS), JSON)
def test_running_never_raises_whatever_the_document_holds(tree: Expr, document: Any, at: str, own: Any) -> None:
    spoilt = {**document, "head": own, "people/1-1/age": own}
    try:
        value = evaluate(tree, spoilt, own, now=NOW, places=PLACES, at=at)
    except TooMuchWork:
        return
    assert isinstance(value, (str, float, bool, Day))


def test_looking_at_too_many_nodes_is_stopped() -> None:
    document = {f"people/1-{item}": item for item in range(1, 2000)}
    context = context_of(document, NOW, places=PLACES)
    everybody = ["walk", ["root"], ["child", "data"], ["child", "people"]]
    test = ["op", "=", ["fn", "count", everybody], ["lit", 1]]
    people = ["walk", ["root"], ["child", "data"], ["child", "people", test]]
    with pytest.raises(TooMuchWork):
        prepare(["fn", "count", people])(context)
    assert context.left < 0 < MOST_WORK


def test_a_text_that_grows_without_end_is_stopped() -> None:
    tree: Expr = ["path", "head"]
    for _ in range(5):
        tree = ["fn", "concat", tree, tree, tree]
    with pytest.raises(TooMuchWork):
        evaluate(tree, {"head": "x" * 4000}, now=NOW, places=PLACES)


def test_a_document_that_takes_too_much_work_is_named_as_a_whole() -> None:
    form = compiled(
        {"type": "integer", "name": "n", "constraint": "count(/data/*[count(/data/*[count(/data/*) > 0]) > 0]) > 0"}
    )
    wide = {**form, "fields": [*form["fields"], *(f"x{place}" for place in range(100))], "hash": "wide"}
    assert [violation.kind for violation in validate(wide, {"day": "2023-05-16", "n": 1}, NOW)] == ["work"]


def test_rows_that_equal_a_text_are_found_without_looking_at_each() -> None:
    rows = [[f"d{row}", f"p{row % 500}", None] for row in range(50_000)]
    table = {"root": "root", "item": "item", "cols": ["name", "province", "x"], "rows": rows}
    form = {**FORM, "instances": {"districts": table}}
    places = places_of(form, walk(form, hidden=True))
    found: Expr = ["walk", ["fn", "instance", ["lit", "districts"]], ["child", "root"]]
    here = ["op", "=", ["path", "head"], ["rel", 0, "province"]]
    test: Expr = ["op", "and", ["op", "!=", ["rel", 0, "name"], ["lit", "d7"]], here]
    context = context_of({"head": "p7"}, NOW, places=places)
    assert prepare(["fn", "count", [*found, ["child", "item", test]]])(context) == 99
    assert context.left > MOST_WORK - 1000
    chosen: Expr = ["fn", "selected", ["lit", "p1 p2"], ["rel", 0, "province"]]
    assert prepare(["fn", "count", [*found, ["child", "item", chosen]]])(context) == 200
    assert context.left > MOST_WORK - 2000
