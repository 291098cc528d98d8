"""What is known of forms: which are refused, and where ODK's engine doesn't follow ODK's specification.

docs/xlsform.md has the reasons.
"""

from __future__ import annotations

from typing import Any

# Forms that the specification forbids.
FORBIDDEN = {
    "bad_calc.xlsx": "isn't understood",
    "bug_example_xls__bad_calc.xlsx": "isn't understood",
    "bad-range-form.xml": "needs start, end and step",
    "calculate_without_calculation.xls": "the calculation is missing",
    "duplicate_columns.xlsx": "there twice",
    "include_json.xlsx": "include",
    "invalid-events.xml": "isn't supported",
    "secondary-lang.xml": "takes 3 arguments",
    "setgeopoint.xml": "isn't supported",
    "xl_date_ambiguous.xlsx": "isn't supported",
}
# Valid forms that ask for what a phone's browser can't do, or shouldn't.
REFUSED = {
    "background-audio-recording.xml": "background-audio",
    "case_insensitivity.xlsx": "select_one_external",
    "UCL_Biomass_Plot_Form.xlsx": "could run for ever",
}
# Where ODK's engine has something else than its specification or the house: (form, last part of the place, what).
# Each group has its row in docs/xlsform.md, "Where ODK's engine has it otherwise".
EXPLAINED: dict[str, set[tuple[str, str, str]]] = {
    "a node as a condition": {
        *(("numbers.md", f"c{number}", "value") for number in (64, 65, 66, 67)),
        *(("dates.md", f"c{number}", "value") for number in (48, 49)),
        *(("texts.md", f"c{number}", "value") for number in (46, 47)),
        *(("relevance.md", name, what) for name in ("k", "l", "numeric") for what in ("relevant", "value")),
    },
    "sum of nothing": {
        ("actions.md", "owns", "value"),
        ("choices.md", "i4", "value"),
        *(("repeats.md", name, "value") for name in ("all_years", "grown", "heads_here", "heads_all")),
    },
    "text of no number": {("texts.md", "c31", "value"), ("numbers.md", "c70", "value")},
    "exponents in a text": {("numbers.md", "c14", "value")},
    "half to even or away": {("numbers.md", "c20", "value"), ("numbers.md", "c21", "value")},
    "dates that are none, and dates of moments": {
        ("dates.md", f"c{number}", "value") for number in (6, 13, 14, 15, 18, 38)
    },
    "an action after an item was removed": {
        ("actions.md", "follows", "value"),
        ("setvalue-repeat-value-changed.xml", "age", "value"),
        ("setvalue-repeat-tricky-trigger-target.xml", "itemx", "value"),
    },
    "words around words": {("languages.md", "name", "hint"), ("languages.md", "chosen", "value")},
    "texts of a list inside the form": {
        ("jr-choice-name-external.xml", "question", "choices"),
        ("jr-choice-name-external.xml", "questionname", "value"),
    },
    "a question asked outside of its repeat": {("jr-choice-name.xml", "select_one_name", "relevant")},
}
_KNOWN = set().union(*EXPLAINED.values())


def unexplained(name: str, differences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The differences that no entry of EXPLAINED is about."""
    return [each for each in differences if (name, each["place"].rpartition("/")[2], each["what"]) not in _KNOWN]
