"""Small forms for tests: a table of questions becomes a whole Markdown XLSForm."""

from __future__ import annotations

from typing import Any

from server.forms.sources import compile_form

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)", "km": "ខ្មែរ (km)"}
WHEN = {"type": "date", "name": "day", "required": "yes"}
YES_NO = ({"list_name": "yes_no", "name": "yes"}, {"list_name": "yes_no", "name": "no"})


def table(name: str, rows: list[dict[str, str]]) -> str:
    """A sheet as a Markdown table, its columns those of its rows."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [f"| {name} | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 1)}"]
    lines += ["| | " + " | ".join(row.get(column, "").replace("|", "\\|") for column in columns) + " |" for row in rows]
    return "\n".join(lines)


def labelled(row: dict[str, str]) -> dict[str, str]:
    """The row with labels in three languages, and a message for its constraint, unless it has its own."""
    if row.get("type") == "end_group":
        return row
    labels = {f"label::{name}": f"{row.get('name', '')} {key}" for key, name in LANGUAGES.items()}
    message = {f"constraint_message::{LANGUAGES['vi']}": "Sai."} if row.get("constraint") else {}
    return {**labels, **message, **row}


def source(
    *questions: dict[str, str], settings: dict[str, str] | None = None, choices: tuple[dict[str, str], ...] = YES_NO
) -> str:
    """An XLSForm with a required date 'day' and these questions. Line 1 is the survey's headings, 3 is 'day', 4 …"""
    base = {
        "form_title": "Thử",
        "form_id": "THU-01",
        "version": "1",
        "default_language": LANGUAGES["vi"],
        **(settings or {}),
    }
    survey = table("survey", [labelled(row) for row in (WHEN, *questions)])
    return "\n".join([survey, "", table("choices", [labelled(row) for row in choices]), "", table("settings", [base])])


def compiled(*questions: dict[str, str], **more: Any) -> dict[str, Any]:
    """The compiled form of `source`."""
    return compile_form(source(*questions, **more), file="thu.md", occurrence="day")
