"""The campaign of Trà Cú, and its office."""

from __future__ import annotations

import pytest

from tests.tools.chain import Chain
from tests.tools.phones import Phone


@pytest.fixture
def office(chain: Chain) -> Phone:
    """The phone of the district's standing office."""
    return chain.phone("Nguyễn Văn Bình", "TT", "huyen-tra-cu")
