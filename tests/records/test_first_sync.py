"""A first reading: how much of the wire thousands of records take, whatever the link."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

from server.records import service
from tests.records.conftest import World
from tests.tools.phones import Phone

MANY = 2_000
BATCH = 500


def test_thousands_of_records_take_a_few_requests_and_some_fifty_bytes_each(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    """So ten thousand are half a megabyte in twenty requests: some ten seconds on 3G (1.6 Mbit/s, 300 ms a request)."""
    for first in range(1, MANY, BATCH):
        created = [report(world, volunteer, n) for n in range(first, first + BATCH)]
        assert {result["status"] for result in volunteer.sync(*created)["results"]} == {"applied"}
    took = read(colleague)
    assert took.records == MANY
    assert took.requests <= MANY // service.PAGE + 2
    assert took.bytes / MANY < 80


@dataclass
class Reading:
    """What a reading of everything took."""

    requests: int = 0
    bytes: int = 0
    records: int = 0


def read(phone: Phone) -> Reading:
    """Reads everything as a new phone does."""
    reading = Reading()
    asked: dict[str, Any] = {"protocol": 1, "epoch": None, "cursors": {}, "mutations": [], "photos": []}
    more = True
    while more:
        answer = phone.call("POST", "/api/sync", asked, headers={"Accept-Encoding": "gzip"})
        packed = answer.get_data()
        told = json.loads(gzip.decompress(packed))
        reading.requests += 1
        reading.bytes += len(packed)
        reading.records += sum(one["k"] == "record" for many in told["changes"].values() for one in many)
        asked |= {"epoch": told["epoch"], "cursors": told["cursors"]}
        more = told["more"]
    return reading


def report(world: World, phone: Phone, n: int) -> dict[str, Any]:
    """An accident, as they differ from one another."""
    place = f"9.{600_000 + n * 7919 % 120_000} 106.{180_000 + n * 104_729 % 140_000} 0 {5 + n % 25}"
    moment = f"2023-05-{1 + n % 15:02d}T{n % 24:02d}:{n * 7 % 60:02d}:00.000+07:00"
    said = ("Trời mưa, đường trơn", "Va chạm ở ngã ba chợ", "Xe máy tự ngã", "Hai xe tránh nhau")[n % 4]
    answers = {"occurred_at": moment, "location": place, "injured_seen": n % 4, "note": f"{said} {n * 31 % 1000}"}
    return world.create(phone, n, "TNGT-01", **answers)
