"""Definitions of indicators: what a pack may say, and how a mistake is named."""

from __future__ import annotations

from typing import Any

import pytest

from server.campaigns.rules import DefinitionFault, DefinitionsRefused
from server.indicators import language
from server.indicators.rules import Condition, Measure, Target


def defined(**changed: Any) -> dict[str, Any]:
    texts = {"name": {"vi": "Số người chết"}, "unit": {"vi": "người"}}
    rest = {"code": "A2", "kind": "reduction", "form": "TNGT-01", "window": "outcome"}
    whole = {**texts, **rest, "measure": {"sum": "consequences/deaths_seen"}, "target": {"minimum": 5, "stretch": 10}}
    return {name: value for name, value in {**whole, **changed}.items() if value is not ...}


def test_a_definition_becomes_an_indicator() -> None:
    where = [{"any": [{"path": "deaths", "at_least": 3}, {"path": "property", "equals": "over_1500"}]}]
    (found,) = language.parse([defined(where=where, provisional=True)])
    assert found.numerator == Measure("consequences/deaths_seen")
    assert found.target == Target(minimum=5, stretch=10)
    assert found.where[0].parts[1] == Condition("equals", "property", "over_1500")
    assert found.counts_harm
    assert language.paths(found) == {"consequences/deaths_seen", "deaths", "property"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": ...}, "code must be 1 to 16 letters and digits"),
        ({"code": "A:2"}, "code must be 1 to 16 letters and digits"),
        ({"name": {"en": "Deaths"}}, "name needs a text in Vietnamese (vi)"),
        ({"unit": ...}, "unit needs a text in Vietnamese (vi)"),
        ({"window": "year"}, "window must be one of outcome, activity"),
        ({"kind": "mean"}, f"kind must be one of {', '.join(language.KINDS)}"),
        ({"form": ...}, "form must name the form that it counts, or several"),
        ({"measure": "sum"}, "measure must be 'count' or {sum: path}"),
        ({"target": ...}, "target needs 'minimum'"),
        ({"target": {"minimum": 5, "at_most": 0}}, "target can't have 'at_most' here"),
        ({"target": {"minimum": 4.5}}, "target 'minimum' must be a whole number, 0 or more"),
        (
            {"kind": "covered", "thing": "@unit", "measure": ..., "target": {"at_least": 10}},
            "target can't have 'at_least' here",
        ),
        (
            {"target": {"minimum": 10, "stretch": 5}},
            "target 'stretch' can't be less than 'minimum': it is what is striven for beyond it",
        ),
        (
            {"kind": "covered", "thing": "@unit", "window": "activity", "measure": ..., "target": {"at_least": 101}},
            "target 'at_least' of a covered is a share: 100 percent at most",
        ),
        ({"kind": "all_of", "target": ..., "measure": ...}, "all_of needs the codes of other indicators in 'of'"),
        ({"kind": "all_of", "target": ..., "measure": ..., "of": ["A2"]}, "'of' names A2, which is no other indicator"),
        ({"per": "month"}, "'per' means nothing for reduction"),
        ({"reports": "A1"}, "'reports' names A1, which is not of kind count"),
        (
            {"where": [{"path": "@weather", "equals": "rain"}]},
            f"@weather is not known: {', '.join(sorted(language.KNOWN))}",
        ),
        (
            {"where": [{"path": "confirmed", "equals": True}]},
            'a condition compares with true or false: write "yes" and "no" in quotes',
        ),
        ({"target": {"fewer": 1, "minimum": 5}}, "target can't have 'minimum' here"),
        ({"unless_named": "TNGT-02"}, "unless_named must be {form: …, path: …}: where numbers of records are named"),
        ({"mesure": "count"}, "'mesure' is no member of an indicator"),
        (
            {"where": [{"path": "deaths", "above": 3}]},
            f"a condition is a path and one of {', '.join(language.OPERATORS)}, or any/all of several",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_in_the_list(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionsRefused) as refused:
        language.parse([defined(code="A1"), defined(**changed)])
    assert refused.value.faults == [
        DefinitionFault(1, None if changed.get("code") is ... else changed.get("code", "A2"), message)
    ]


def test_a_code_is_used_once_and_every_fault_is_told() -> None:
    share = defined(code="P3", kind="ratio", window="activity", target={"at_least": 90}, measure=...)
    with pytest.raises(DefinitionsRefused) as refused:
        language.parse([defined(), defined(), share])
    assert [(fault.index, fault.message) for fault in refused.value.faults] == [
        (1, "this code is used twice"),
        (2, "a ratio needs its numerator: a path, or {where: …} to count"),
        (2, "a ratio needs its denominator: a path, or {where: …} to count"),
    ]
