"""Requests of which only a part arrives at the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

SYNC, HANDINS = "/api/sync", "/api/handins"  # what a phone posts to
Body = TypeVar("Body", str, bytes)


@dataclass(frozen=True)
class Cut:
    """How a request arrives in part: so many hundredths of its body, packed or as it is.

    `told`: its length says that more was to come, as where a connection breaks; else it is that of what came. `again`:
    the network sends it once more by itself, whole.
    """

    share: int
    packed: bool
    told: bool
    again: bool

    def of(self, body: Body) -> Body:
        """What arrives of a body: never all of it."""
        return body[: len(body) * self.share // 100]


def cut_of(number: int) -> Cut:
    """The cut that a number stands for."""
    return Cut(number // 8 % 100, bool(number & 1), bool(number & 2), bool(number & 4))
