"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

# A Tuesday in the campaign of Trà Cú, 07:30 in Việt Nam.
START = datetime(2023, 5, 16, 0, 30, tzinfo=UTC)


class StillClock:
    """Sets the time that the application reads."""

    def __init__(self, app: Flask) -> None:
        self._clock = app.extensions["ben.clock"]
        self.set(START)

    @property
    def now(self) -> datetime:
        """The time that the application reads, aware, UTC."""
        moment: datetime = self._clock.now()
        return moment

    def set(self, moment: datetime) -> None:
        """Time is now `moment` (aware)."""
        self._clock.frozen = moment

    def advance(self, **amount: Any) -> datetime:
        """Moves on by timedelta(**amount), e.g. `days=2`; returns the new time."""
        self.set(self.now + timedelta(**amount))
        return self.now

    def release(self) -> None:
        """Lets it run again with the world."""
        self._clock.frozen = None
