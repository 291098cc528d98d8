"""The commands that start a campaign, and the worker's loop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from server import cli, events
from server.config import Settings
from server.db import db, transaction
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

ROOT = Path(__file__).parents[2]
PACK = ROOT / "campaigns" / "tra-cu-2023"
LINK = re.compile(r"http://localhost:8000/#/enrol/(\S+)")


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(arguments))
    return done.exit_code, done.output


@pytest.fixture
def loaded(app: Flask, clock: StillClock) -> Flask:
    """The application with the campaign in it."""
    assert run(app, "campaign", "load", str(PACK))[0] == 0
    return app


def test_the_rehearsal_enrols_a_volunteer_a_supervisor_and_the_office(
    loaded: Flask, phone: Callable[[], Phone]
) -> None:
    code, output = run(loaded, "people", "demo")
    assert code == 0
    phones = [phone().enrol(token) for token in LINK.findall(output)]
    held = [(role["role"], role["place"]["name"]["vi"]) for one in phones for role in one.profile["roles"]]
    assert held == [("TNV", "Xã Ngãi Xuyên"), ("GSV", "Xã Ngãi Xuyên"), ("TT", "Huyện Trà Cú")]


def test_a_made_up_year_goes_into_an_empty_rehearsal_and_nowhere_else(app: Flask) -> None:
    code, output = run(app, "campaign", "demo", "--year")
    assert code == 1
    assert "needs a rehearsal of its own" in output


def test_the_rehearsal_gives_no_link_to_whoever_has_a_phone(loaded: Flask, phone: Callable[[], Phone]) -> None:
    first = LINK.findall(run(loaded, "people", "demo")[1])
    volunteer = phone().enrol(first[0])
    code, output = run(loaded, "people", "demo")
    assert code == 0
    assert len(LINK.findall(output)) == 2
    assert f"flask people link {volunteer.person}" in output
    run(loaded, "devices", "revoke", str(volunteer.device))
    assert len(LINK.findall(run(loaded, "people", "demo")[1])) == 3


def test_a_person_is_added_once_and_gets_a_link_that_works(loaded: Flask, phone: Callable[[], Phone]) -> None:
    add = ("people", "add", "--name", "Kim Sa Ry", "--role", "GSV", "--place", "tt-tra-cu", "--language", "km")
    code, number = run(loaded, *add)
    assert code == 0
    assert run(loaded, *add) == (0, number)
    [token] = LINK.findall(run(loaded, "people", "link", number.strip())[1])
    assert phone().enrol(token, "km").person == int(number)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("people", "add", "--name", "A", "--role", "TNV", "--place", "xa-nowhere"),
            "no place has the key 'xa-nowhere'",
        ),
        (("people", "add", "--name", " ", "--role", "TNV", "--place", "tt-tra-cu"), "a name needs a letter"),
        (("people", "link", "999"), "there is no number 999"),
        (("devices", "revoke", "999"), "there is no number 999"),
    ],
)
def test_a_command_that_cant_be_done_says_why_in_one_line(
    loaded: Flask, arguments: tuple[str, ...], words: str
) -> None:
    code, output = run(loaded, *arguments)
    assert code == 1
    assert words in output
    assert len(output.strip().splitlines()) == 1


def test_the_worker_handles_events_until_it_is_stopped(app: Flask, clock: StillClock) -> None:
    stop = threading.Event()
    handled: list[int] = []

    def handle(payload: dict[str, int]) -> None:
        handled.append(payload["number"])
        if payload["number"] == 3:
            stop.set()

    events.on("test.worker", handle)
    transaction(lambda: [events.emit("test.worker", {"number": number}) for number in (1, 2, 3)])()
    cli.work(stop)
    assert handled == [1, 2, 3]


def test_the_worker_outlives_a_failing_step(app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    calls: list[str] = []

    def fail() -> None:
        calls.append("tick")
        if len(calls) == 2:
            stop.set()
        raise ConnectionError

    monkeypatch.setattr(cli.milestones, "tick", fail)
    monkeypatch.setattr(cli, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(cli, "TROUBLE_SECONDS", 0.01)
    cli.work(stop)
    assert calls == ["tick", "tick"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_cleanly_when_told_to(settings: Settings, app: Flask, number: signal.Signals) -> None:
    given = {**os.environ, "DATABASE_URL": settings.database_url, "BEN_DATA": str(settings.data_dir)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        transaction(lambda: events.emit("test.alive", {}))()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not transaction(_is_done)():
            time.sleep(0.2)
        assert transaction(_is_done)(), "the worker handled nothing"
        worker.send_signal(number)
        output, _ = worker.communicate(timeout=30)
    finally:
        worker.kill()
    assert worker.returncode == 0, output
    assert b"Traceback" not in output


def _is_done() -> bool:
    event = db.session.query(events.Event).filter_by(kind="test.alive").one()
    return event.done_at is not None
