"""A form of so many questions, as an office would write it: mixed types, some hidden, checked or calculated."""

from __future__ import annotations

from tests.forms.forms import table

YES_NO = ("yes", "no")
PROVINCES = {"tv": ("tc", "cn", "ch"), "st": ("ms", "kc"), "vl": ("bt", "tb")}


def form(questions: int) -> str:
    """The form in Markdown; pages of ten questions, on each a condition, constraints, a sum and a chained choice."""
    rows: list[dict[str, str]] = []
    for number in range(questions):
        if number % 10 == 0:
            if number:
                rows.append({"type": "end_group"})
            page = {"type": "begin_group", "name": f"page{number // 10}", "label": f"Page {number // 10 + 1}"}
            rows.append({**page, "appearance": "field-list"})
        rows.append({"label": f"Question {number + 1}: what was seen?", **_question(number)})
        if number % 10 == 9:
            added = " + ".join(f"coalesce(${{q{each}}}, 0)" for each in range(number % 10 and number - 8, number, 5))
            rows.append({"type": "calculate", "name": f"sum{number // 10}", "calculation": added})
    rows.append({"type": "end_group"})
    total = " + ".join(f"${{sum{number}}}" for number in range(questions // 10))
    rows.append({"type": "calculate", "name": "total", "calculation": total or "0"})
    survey = table("survey", rows)
    return "\n\n".join([survey, table("choices", _choices()), table("settings", [_settings(questions)])])


def _question(number: int) -> dict[str, str]:
    name = f"q{number}"
    previous = f"${{q{number - 1}}}"
    return [
        {"type": "select_one yn", "name": name, "required": "yes"},
        {"type": "integer", "name": name, "constraint": ". >= 0 and . < 1000", "constraint_message": "0 to 999"},
        {"type": "text", "name": name, "relevant": f"${{q{number - number % 10}}} = 'yes'"},
        {"type": "select_one province", "name": name},
        {"type": "select_one district", "name": name, "choice_filter": f"province = {previous}"},
        {"type": "date", "name": name, "constraint": ". <= today()", "constraint_message": "Not in the future"},
        {"type": "integer", "name": name, "relevant": f"${{q{number - number % 10}}} = 'yes'"},
        {"type": "select_multiple yn", "name": name},
        {"type": "decimal", "name": name, "constraint": f". != {previous}", "constraint_message": "Another one"},
        {"type": "text", "name": name, "constraint": "regex(., '^[A-Za-z ]+$')", "constraint_message": "Letters"},
    ][number % 10] | ({"label": f"Question {number + 1}, after {previous}"} if number % 10 == 7 else {})


def _choices() -> list[dict[str, str]]:
    found = [{"list_name": "yn", "name": name, "label": name.title(), "province": ""} for name in YES_NO]
    for province, districts in PROVINCES.items():
        found.append({"list_name": "province", "name": province, "label": province.upper(), "province": ""})
        found += [
            {"list_name": "district", "name": name, "label": name.upper(), "province": province} for name in districts
        ]
    return found


def _settings(questions: int) -> dict[str, str]:
    return {"form_title": f"{questions} questions", "form_id": f"bench-{questions}", "version": "1"}
