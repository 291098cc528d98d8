"""The campaign of Trà Cú, and its office."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.tools.chain import Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


@pytest.fixture
def chain(app: Flask, clock: StillClock) -> Chain:
    """The campaign, loaded on 16 May 2023."""
    return Chain(app)


@pytest.fixture
def office(chain: Chain) -> Phone:
    """The phone of the district's standing office."""
    return chain.phone("Nguyễn Văn Bình", "TT", "huyen-tra-cu")
