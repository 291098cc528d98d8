"""How the local push service may answer one message: as it should, or as services do on a bad day."""

from __future__ import annotations

import dataclasses
import email.utils
import time


@dataclasses.dataclass(frozen=True)
class Behaviour:
    """What the service does with one POST to an endpoint."""

    name: str
    status: int = 201
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    delay: float = 0.0  # seconds to wait before answering
    drop: bool = False  # cut the TCP connection instead of answering

    @property
    def accepts(self) -> bool:
        """Whether the message is taken."""
        return not self.drop and 200 <= self.status < 300


def accept(status: int = 201, delay: float = 0.0) -> Behaviour:
    """Taken, after `delay` seconds."""
    return Behaviour("accept", status, delay=delay)


def gone() -> Behaviour:
    """410: what Mozilla (and Apple, FCM after unsubscribing) say of a dead subscription."""
    return Behaviour("gone", 410, body='{"code":410,"errno":106,"error":"Gone"}')


def not_found() -> Behaviour:
    """404: an endpoint that never was, or is long gone."""
    return Behaviour("not_found", 404, body='{"code":404,"errno":102,"error":"Not Found"}')


def rate_limited(retry_after: float | str | None = 1, *, as_date: bool = False) -> Behaviour:
    """429; Retry-After in seconds, as an HTTP date (`as_date`), verbatim (str) or absent (None)."""
    headers: tuple[tuple[str, str], ...] = ()
    if as_date:
        headers = (("Retry-After", email.utils.formatdate(time.time() + float(retry_after or 0), usegmt=True)),)
    elif retry_after is not None:
        headers = (("Retry-After", str(retry_after)),)
    return Behaviour("rate_limited", 429, headers)


def server_error(status: int = 500, retry_after: int | None = None) -> Behaviour:
    """5xx, with Retry-After in seconds if given."""
    headers = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
    return Behaviour("server_error", status, headers, body="internal error")


def too_large() -> Behaviour:
    """413."""
    return Behaviour("too_large", 413)


def bad_vapid(status: int = 403) -> Behaviour:
    """What Apple answers for a token it doesn't like."""
    return Behaviour("bad_vapid", status, body='{"reason":"BadJwtToken"}')


def redirect(location: str, status: int = 307) -> Behaviour:
    """A sender must not follow this: the endpoint is a URL that a stranger chose."""
    return Behaviour("redirect", status, (("Location", location),))


def hang(seconds: float = 3600.0) -> Behaviour:
    """Reads the request and answers (201) only after that long: for the sender's timeout."""
    return Behaviour("hang", 201, delay=seconds)


def reset() -> Behaviour:
    """Reads the request and closes the connection without an answer."""
    return Behaviour("reset", drop=True)
