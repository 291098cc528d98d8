"""A list of places as an office has it, into rows of texts; what each of them means, the screen knows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from server import lists
from server.campaigns import service as campaigns
from server.lists import Layout
from server.people.rules import Actor
from server.problems import Problem
from server.spreadsheets import Unreadable

Document = dict[str, Any]
# As many as may be changed at once.
MOST_PLACES = 500
HEADINGS = {
    "vi": (
        *("ten", "ten dia ban", "ten don vi", "ten xa", "ten xa phuong", "ten xa phuong thi tran", "ten thi tran"),
        *("ten ap", "ten khom", "ten ap khom", "ten tieng viet", "dia ban", "don vi", "ap", "khom", "ap khom", "vi"),
        *("name", "place", "name vi", "vietnamese", "ឈ្មោះ", "ទីកន្លែង"),
    ),
    "en": ("ten tieng anh", "tieng anh", "english", "english name", "name en", "en", "អង់គ្លេស", "ភាសាអង់គ្លេស"),
    "km": ("ten tieng khmer", "ten khmer", "tieng khmer", "khmer", "khmer name", "name km", "km", "ខ្មែរ", "ភាសាខ្មែរ"),
    "code": ("ma", "ma dia ban", "ma don vi", "ma xa", "ma so", "code", "លេខកូដ"),
    "kind": ("loai", "cap", "loai don vi", "loai dia ban", "kind", "ប្រភេទ"),
    "parent": ("thuoc", "truc thuoc", "cap tren", "parent", "ស្ថិតក្នុង"),
}
# Longer than any name of a place may be: the screen says of one that is too long, and cuts none.
LONGEST_TEXT = 250
LAYOUT = Layout(HEADINGS, needed="vi", telling=tuple(HEADINGS), most_rows=MOST_PLACES, longest=LONGEST_TEXT)


def read(actor: Actor, campaign_id: int, data: bytes) -> Document:
    """The rows of a list, as texts; nothing is kept.

    Problems: 'list-refused' with a `code` for what can't be read, 'not-found' outside one's office.
    """
    campaigns.of_office(actor, campaign_id)
    try:
        return asdict(lists.read(data, LAYOUT))
    except Unreadable as refused:
        raise Problem("list-refused", code=refused.code, values=refused.values) from None
