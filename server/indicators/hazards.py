"""Where a campaign's hazards are, no finer than a commune: for screens that everybody may see.

A unit stands at the middle of its approved hazards, to a hundredth of a degree (about a kilometre). What is counted
there comes from the indicators that the pack names (`hazards.counts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from server import clock
from server.campaigns import service as campaigns
from server.epoch import stored
from server.indicators.book import Book
from server.records import approved

Document = dict[str, Any]
DECIMALS = 2


def middles(book: Book, figures: Mapping[str, int]) -> Document | None:
    """The codes that count hazards by state, and the middle of each unit that has any; None where none are defined.

    `figures` by code: while what is counted stays as it is, the middles are not looked up again on that day.
    """
    given = book.campaign.counting.get("hazards")
    if given is None:
        return None
    known: dict[int, tuple[Any, list[Document]]] = current_app.extensions.setdefault("ben.hazards", {})
    counted = [figures.get(code) for code in given["counts"].values()]
    now = (stored(), clock.today(book.campaign.zone), given["form"], given["point"], counted)
    if book.campaign.id not in known or known[book.campaign.id][0] != now:
        known[book.campaign.id] = (now, _middles(book, given["form"], given["point"]))
    return {"counts": given["counts"], "middles": known[book.campaign.id][1]}


def _middles(book: Book, form: str, question: str) -> list[Document]:
    where = campaigns.covered_places(book.campaign.id)
    points: dict[int, list[tuple[float, float]]] = {}
    for content in approved.contents(approved.ids_of(book.campaign.id, form, where)):
        point = approved.point_of(content.values.get(question))
        if point is not None:
            points.setdefault(book.unit(content.place_id), []).append(point)
    return [
        {
            "place": unit,
            "latitude": round(sum(point[0] for point in here) / len(here), DECIMALS),
            "longitude": round(sum(point[1] for point in here) / len(here), DECIMALS),
        }
        for unit, here in sorted(points.items())
        if unit in book.units
    ]
