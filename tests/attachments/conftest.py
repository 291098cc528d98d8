"""A campaign with a form that asks for photos, and phones that upload."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.tools.buckets import Buckets
from tests.tools.chain import Chain
from tests.tools.phones import Phone
from tests.tools.tus import Tus


@pytest.fixture
def volunteer(chain: Chain) -> Phone:
    """An's phone."""
    return chain.volunteer


@pytest.fixture
def tus(volunteer: Phone) -> Tus:
    """Uploads of An's phone."""
    return Tus(volunteer)


@pytest.fixture
def colleague(chain: Chain) -> Callable[[], Tus]:
    """Uploads of another volunteer's phone."""
    return lambda: Tus(chain.phone("Kim Bình"))


@pytest.fixture(scope="session")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buckets]:
    """A real S3-compatible service with one bucket."""
    service = Buckets(tmp_path_factory.mktemp("buckets"))
    yield service
    service.stop()


@pytest.fixture
def bucket(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> Buckets:
    """The same, with what it takes to enter in the environment."""
    for name, value in buckets.environment.items():
        monkeypatch.setenv(name, value)
    return buckets
