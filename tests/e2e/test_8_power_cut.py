"""Chapter 8: the server dies between commit and answer, or while phones send; nothing is lost or doubled."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing
from tests.tools.net_gate import NetGate

LOCAL = timezone(timedelta(hours=7))


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Landing]:
    """An installation on each database."""
    with contextlib.ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres").empty())
        landing = Landing(tmp_path, database_url=url).prepare()
        stack.callback(landing.stop)
        landing.start_server()
        yield landing


def reports(phone: HttpPhone, count: int, first: int = 1) -> list[dict[str, Any]]:
    """New quick reports, complete and valid."""
    form = next(form for form in phone.documents("form") if form["key"] == "TNGT-01")
    position = {path: number for number, path in enumerate(form["compiled"]["fields"])}
    at = datetime.fromisoformat(phone.sync([])["now"]).astimezone(LOCAL)
    values = {
        "occurred_at": (at - timedelta(hours=3)).isoformat(timespec="minutes"),
        "mode": "road",
        "vehicles": ["motorbike"],
        "consequences/deaths_seen": 0,
        "consequences/injured_seen": 1,
        "emergency_called": ["nobody"],
    }
    filled = [[position[path], value] for path, value in values.items()]
    common = {"kind": "edit", "base": 0, "form": form["id"], "place": phone.place, "set": filled}
    return [
        {"n": number, "record": f"{phone.device}-{number}", "at": at.isoformat(timespec="seconds"), **common}
        for number in range(first, first + count)
    ]


def test_a_power_cut_before_the_answer_leaves_each_record_once(running: Landing) -> None:
    with NetGate(running.port) as net:
        phone = HttpPhone(net.port, running.tokens()[0])
        mutations = reports(phone, 20)
        net.lose_answers()
        with pytest.raises(OSError):  # noqa: PT011  # whatever way the connection breaks
            phone.sync(mutations)
        running.kill_server()
        running.start_server()
        net.up()
        again = phone.sync(mutations)
        assert {(result["status"], result["first"]) for result in again["results"]} == {("duplicate", "applied")}
        assert sorted(record["id"] for record in phone.documents("record")) == sorted(
            mutation["record"] for mutation in mutations
        )


def test_a_server_that_is_killed_while_phones_send_keeps_what_it_acknowledged(running: Landing) -> None:
    phone = HttpPhone(running.port, running.tokens()[0])
    acknowledged: list[str] = []
    everything = reports(phone, 60)
    for start in range(0, 60, 20):
        batch = everything[start : start + 20]
        answer = phone.sync(batch)
        acknowledged += [m["record"] for m, r in zip(batch, answer["results"], strict=True) if r["status"] == "applied"]
        running.kill_server()
        running.start_server()
    assert len(acknowledged) == 60
    assert {record["id"] for record in phone.documents("record")} == set(acknowledged)


def test_the_time_of_the_rehearsal_goes_on_after_a_restart(running: Landing) -> None:
    phone = HttpPhone(running.port, running.tokens()[0])
    before = datetime.fromisoformat(phone.sync([])["now"])
    running.stop_server()
    running.start_server()
    after = datetime.fromisoformat(phone.sync([])["now"])
    assert before.astimezone(LOCAL).date().isoformat() == "2023-05-16"
    assert before < after < before + timedelta(minutes=5)
    assert after < datetime.now(UTC)
