"""A made-up year, played through the product: every figure is what plain SQL over the records says."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from server import demo
from server.campaigns import service as campaigns
from server.config import Settings
from server.indicators import service
from server.setup.loading import load
from server.year import Size
from tests.indicators.test_service import state
from tests.tools.chain import pack
from tests.tools.recount import compared

SMALL = Size(hamlets=40, volunteers=34, records=2000, accidents=60, follow_up=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A rehearsal."""
    return Settings(**{**vars(settings), "rehearse": date(2023, 5, 16)})


@pytest.fixture
def told(app: Flask) -> demo.Told:
    """A small year, played."""
    return demo.play(load, pack(), (SMALL, 7), lambda _line: None)


def test_every_figure_of_a_year_is_what_plain_sql_says(told: demo.Told) -> None:
    campaign = campaigns.all_campaigns()[0].id
    assert not [answer for answer in told.answers if "quarantined" in answer], told.answers
    assert min(told.answers[f"{what} applied"] for what in ("merge", "move", "return", "confirm")) > 0
    assert told.closed > 9  # and some of them again, for what came late
    differing, many = compared(campaign)
    assert not differing
    assert many > 3000
    with pytest.raises(demo.NotARehearsal):  # there are records now
        demo.play(load, pack(), (SMALL, 7), lambda _line: None)
    kept = state()
    service.rebuild(campaign)
    assert state() == kept
