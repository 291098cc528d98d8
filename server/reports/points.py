"""Points as GeoJSON (RFC 7946): where records of a campaign are, no finer than whoever asks may know.

Who reviews a place has its points as they were taken. Who exports has them in squares of 500 metres: the middle of the
square is given. Free texts, photos, people and devices are in none of them; answers chosen from a list are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from server.campaigns import service as campaigns
from server.db import snapshot
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import approved, kept

SQUARE = 500  # metres
DEGREE = 111_320  # metres in a degree of latitude
Document = dict[str, Any]
Called = Callable[[int, date], tuple[str, str]]


@snapshot
def points(actor: Actor, campaign_id: int) -> str:
    """The points of records that may be seen, as a FeatureCollection; Problem 'not-found' where none may be."""
    campaign = campaigns.find(campaign_id)
    covered = campaigns.covered_places(campaign_id) if campaign else frozenset()
    mine = [one for one in sorted(covered) if actor.may("export", one) or actor.may("review", one)]
    if campaign is None or not mine:
        raise Problem("not-found")
    features = list(_features(actor, mine, forms.version_ids(campaign_id)))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def _features(actor: Actor, mine: list[int], versions: list[int]) -> Iterator[Document]:
    called = places.naming(mine)
    for version, records in kept.ids(mine, versions).items():
        form = forms.compiled(version)
        nodes = {node["path"]: node for node in form_rules.walk(form, hidden=True) if "pos" in node}
        asked = [path for path, node in nodes.items() if node["t"] == "geopoint"]
        chosen = [path for path, node in nodes.items() if node.get("choices")]
        if not asked:
            continue
        for head in kept.heads(records):
            for path in asked:
                point = approved.point_of(head["values"].get(path))
                if point is not None:
                    yield _feature(head, form, point, (actor.may("review", head["place"]), chosen, called))


def _feature(
    head: Mapping[str, Any], form: Mapping[str, Any], point: tuple[float, float], how: tuple[bool, list[str], Called]
) -> Document:
    exact, chosen, called = how
    day = approved.day_of(head["values"].get(form["occurrence"]))
    place, _ = called(head["place"], day or head["created"].date())
    known = {"record": head["record"], "form": form["key"], "place": place, "state": head["state"]}
    known |= {"date": day.isoformat() if day else None, "square": None if exact else SQUARE}
    answers = {path: head["values"][path] for path in chosen if head["values"].get(path) is not None}
    latitude, longitude = point if exact else squared(*point)
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": geometry, "properties": {**known, **answers}}


def squared(latitude: float, longitude: float) -> tuple[float, float]:
    """The middle of the square of 500 metres in which a point lies: the same for all points of the square."""
    height = SQUARE / DEGREE
    middle = (math.floor(latitude / height) + 0.5) * height
    width = SQUARE / (DEGREE * max(math.cos(math.radians(middle)), 0.01))
    return round(middle, 4), round((math.floor(longitude / width) + 0.5) * width, 4)
