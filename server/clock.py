"""Time and chance: the only file of the server that reads either, so that tests and rehearsals can set them.

A rehearsal is a campaign of the past run today: the clock is shifted by a fixed offset that is kept in the database,
so that time goes on from one start to the next and never back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

REHEARSAL_STARTS = time(7, 30)


@dataclass
class Clock:
    """The server's clock; `offset` is what a rehearsal adds, `frozen` what a test sets."""

    offset: timedelta = field(default_factory=timedelta)
    frozen: datetime | None = None

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return self.frozen if self.frozen is not None else datetime.now(UTC) + self.offset


def clock() -> Clock:
    """The running application's clock."""
    running: Clock = current_app.extensions["ben.clock"]
    return running


def now() -> datetime:
    """This moment as the campaign counts it, aware, in UTC."""
    return clock().now()


def today(zone: str = "Asia/Ho_Chi_Minh") -> date:
    """Today's date in a time zone."""
    return local_day(now(), zone)


def local_day(moment: datetime, zone: str = "Asia/Ho_Chi_Minh") -> date:
    """The date of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def real_now() -> datetime:
    """The world's time, for what outsiders check against it (a rehearsal must not shift a signature's expiry)."""
    return datetime.now(UTC)


def rehearsal_offset(day: date, zone: str = "Asia/Ho_Chi_Minh") -> timedelta:
    """What to add to the world's time so that a rehearsal begins on `day` at 07:30 local time."""
    return datetime.combine(day, REHEARSAL_STARTS, ZoneInfo(zone)) - datetime.now(UTC)


def random_token() -> str:
    """256 random bits, URL-safe: for what must not be guessed."""
    return secrets.token_urlsafe(32)


def random_id() -> str:
    """96 random bits, URL-safe: for what must not be met twice (an epoch)."""
    return secrets.token_urlsafe(12)


def one_to(most: int) -> int:
    """A whole number from 1 to `most`, by chance."""
    return 1 + secrets.randbelow(most)


def jitter(seconds: float) -> float:
    """A delay between half of `seconds` and all of it, so that retries don't march in step."""
    return seconds * (0.5 + secrets.randbelow(1000) / 2000)
