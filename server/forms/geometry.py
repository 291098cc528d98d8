"""Areas, distances and fences on a sphere of the Earth's equatorial radius, as ODK works them out. Twin: `geometry.ts`.

https://getodk.github.io/xforms-spec/#fn:area
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from server.forms.moments import SPACES

RADIUS = 6_378_100.0

Point = tuple[float, float]


def points_of(texts: Iterable[str]) -> list[Point] | None:
    """The points (latitude, longitude in degrees) of geopoints, traces or shapes; None where one can't be read."""
    found = []
    for text in texts:
        for each in text.strip(f"{SPACES};").split(";"):
            point = _point(each.split())
            if point is None:
                return None
            found.append(point)
    return found


def _point(parts: list[str]) -> Point | None:
    if not 2 <= len(parts) <= 4:
        return None
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def area(points: list[Point] | None) -> float:
    """Square metres inside the points, to the hundredth; the last is joined to the first. 0 for what is no shape."""
    if points is None or len(points) < 3:
        return 0.0
    ring = points if points[0] == points[-1] else [*points, points[0]]
    total = 0.0
    for (south, west), (north, east) in pairwise(ring):
        total += math.radians(east - west) * (2 + math.sin(math.radians(north)) + math.sin(math.radians(south)))
    return abs(_hundredths(total * RADIUS * RADIUS / 2))


def distance(points: list[Point] | None) -> float:
    """Metres along the points, to the hundredth."""
    if points is None or len(points) < 2:
        return math.nan
    return _hundredths(sum(_between(here, there) for here, there in pairwise(points)))


def _between(here: Point, there: Point) -> float:
    south, north = math.radians(here[0]), math.radians(there[0])
    turn = math.radians(here[1] - there[1])
    cosine = math.sin(south) * math.sin(north) + math.cos(south) * math.cos(north) * math.cos(turn)
    # Rounding may leave the cosine of points that are one a little above 1.
    return math.acos(max(-1.0, min(1.0, cosine))) * RADIUS


def inside(point: list[Point] | None, fence: list[Point] | None) -> bool:
    """Whether a point lies inside a shape whose last point is its first."""
    if not point or not fence:
        return False
    latitude, longitude = point[0]
    within = False
    for (before, left), (after, right) in pairwise(fence):
        crosses = (after > latitude) != (before > latitude)
        if crosses and longitude < (left - right) * (latitude - after) / (before - after) + right:
            within = not within
    return within


def _hundredths(value: float) -> float:
    return math.floor(value * 100 + 0.5) / 100
