"""The campaign of Trà Cú at work."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.tools.chain import Chain
from tests.tools.clocks import StillClock


@pytest.fixture
def chain(app: Flask, clock: StillClock) -> Chain:
    """The campaign, loaded on 16 May 2023."""
    return Chain(app)
