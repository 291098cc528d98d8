"""What the office does with a campaign's set-up, as its screens do it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.campaigns.rules import Lined
from server.campaigns.service import Pack
from tests.tools.chain import Chain, pack
from tests.tools.phones import Phone

FAIR = {"from": "2023-05-08", "to": "2023-05-12", "name": {"vi": "Tuần lễ an toàn"}}


def address(chain: Chain, below: str = "") -> str:
    return f"/api/campaigns/{chain.campaign}/setup{below}"


def target(code: str, value: dict[str, int] | None, place: int | None = None) -> dict[str, Any]:
    return {"part": "targets", "code": code, "place": place, "value": value}


def milestone(code: str | None, value: dict[str, Any] | None) -> dict[str, Any]:
    return {"part": "milestones", "code": code, "value": value}


def seen_by(chain: Chain, office: Phone) -> int:
    """The last change that somebody knows who looks at the set-up now."""
    found: int = office.get(address(chain)).get_json()["seen"]
    return found


def preview(chain: Chain, office: Phone, *changes: dict[str, Any]) -> dict[str, Any]:
    answer = office.post(address(chain, "/preview"), {"changes": list(changes), "seen": seen_by(chain, office)})
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def change(chain: Chain, office: Phone, *changes: dict[str, Any]) -> dict[str, Any]:
    answer = office.post(address(chain, "/changes"), {"changes": list(changes), "seen": seen_by(chain, office)})
    assert answer.status_code == 200, answer.get_json()
    chain.work()
    found: dict[str, Any] = answer.get_json()
    return found


def of(listed: list[dict[str, Any]], code: str) -> dict[str, Any]:
    (found,) = (one for one in listed if one["code"] == code)
    return found


def threshold(at_least: int, **others: Any) -> dict[str, Any]:
    return {"type": "threshold", "name": {"vi": "Mốc"}, "indicator": "P2", "at_least": at_least, **others}


def days(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"part": "calendar", "value": {"spans": list(spans)}}


def with_target(code: str, **given: int) -> Pack:
    """The pack with another target of an indicator."""
    told = pack().indicators
    data = [{**one, "target": given} if one["code"] == code else one for one in told.data]
    return replace(pack(), indicators=Lined(told.file, data, told.lines))
