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
# (form or '', last part of the place or '', what): ODK's engine has it otherwise.
EXPLAINED: set[tuple[str, str, str]] = set()


def unexplained(name: str, differences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The differences that no entry of EXPLAINED is about."""
    return [each for each in differences if not _keys(name, each) & EXPLAINED]


def _keys(name: str, difference: dict[str, Any]) -> set[tuple[str, str, str]]:
    last, what = difference["place"].rpartition("/")[2], difference["what"]
    return {(form, field, what) for form in (name, "") for field in (last, "")}
