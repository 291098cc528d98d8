"""The campaign of Trà Cú at work."""

from __future__ import annotations

import pytest

from tests.tools.chain import DISTRICT, Chain
from tests.tools.phones import Phone


@pytest.fixture
def office(chain: Chain) -> Phone:
    """The standing office, which verifies."""
    return chain.phone("Cúc", "TT", DISTRICT)


@pytest.fixture
def leader(chain: Chain) -> Phone:
    """The committee's leader, whose word is final."""
    return chain.phone("Trần Lãnh", "LD", DISTRICT)
