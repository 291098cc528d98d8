"""A list of people as an office has it, into rows. Names are needed, everything else can be chosen on screen.

What Bến has no room for (phone numbers, addresses) is left where it is, and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server import lists
from server.lists import Layout, Rows
from server.people import words

MOST_PEOPLE = 1_000
LAYOUT = Layout(words.HEADINGS, needed="name", telling=("name", "family", "role", "place"), most_rows=MOST_PEOPLE)


def read(data: bytes) -> Rows:
    """Reads a list; raises `Unreadable`. Rows have `words.FIELDS`: a name in two columns is one name."""
    found = lists.read(data, LAYOUT)
    return replace(found, rows=[_person(row) for row in found.rows])


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**row, "name": f"{row['family']} {row['name']}".strip()}
    return {name: whole[name] for name in ("line", *words.FIELDS)}
