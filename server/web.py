"""Bodies that come in: bounded before they are unpacked, unpacked before they are parsed, parsed strictly.

- A body may be gzip-compressed (Content-Encoding: gzip). Packed it is at most `max_body` bytes, unpacked
  `max_unpacked`; unpacking stops there, so that a gzip bomb costs no more than a body that is just too large.
- JSON is strict: NaN and Infinity are refused (RFC 8259, 6) and so is nesting that a parser can't follow.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn

import flask_smorest
import orjson
from flask.json.provider import DefaultJSONProvider
from webargs import core
from webargs.flaskparser import FlaskParser

from server.problems import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from server.config import Settings

MAX_NESTING = 40
NESTED = (dict, list)
TOO_LARGE = "ben.too_large"
# An office's form with the files beside it comes in one body, larger than any other.
UPLOAD = re.compile(r"/api/campaigns/[0-9]+/forms")
MAX_UPLOAD = 26_000_000
UNREADABLE = "ben.unreadable"


class Unzip:
    """WSGI middleware: hands the application an unpacked body, or a note that there is none to hand on."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self.app = app
        self.max_body = settings.max_body
        self.max_unpacked = settings.max_unpacked

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
        length = environ.get("CONTENT_LENGTH") or ""
        most = max(MAX_UPLOAD, self.max_body) if UPLOAD.fullmatch(environ.get("PATH_INFO", "")) else self.max_body
        if length.isdigit() and int(length) > most:
            environ[TOO_LARGE] = most
        elif encoding == "gzip":
            self._unpack(environ, int(length) if length.isdigit() else None)
        elif encoding not in ("", "identity"):
            environ[UNREADABLE] = encoding
        return self.app(environ, start_response)

    def _unpack(self, environ: WSGIEnvironment, length: int | None) -> None:
        packed = environ["wsgi.input"].read(self.max_body + 1 if length is None else length)
        if len(packed) > self.max_body:
            environ[TOO_LARGE] = self.max_body
            return
        unzip = zlib.decompressobj(wbits=31)
        try:
            plain = unzip.decompress(packed, self.max_unpacked)
        except zlib.error:
            environ[UNREADABLE] = "gzip"
            return
        if unzip.unconsumed_tail:
            environ[TOO_LARGE] = self.max_unpacked
            return
        if not unzip.eof:
            environ[UNREADABLE] = "gzip"
            return
        environ["wsgi.input"] = BytesIO(plain)
        environ["CONTENT_LENGTH"] = str(len(plain))
        del environ["HTTP_CONTENT_ENCODING"]


def check_body(environ: WSGIEnvironment) -> None:
    """Raises the problem that `Unzip` noted: 413 with the limit, or 415 for what can't be unpacked."""
    if TOO_LARGE in environ:
        raise Problem("body-too-large", limit=environ[TOO_LARGE])
    if UNREADABLE in environ:
        raise Problem("unsupported-media")


class Json(DefaultJSONProvider):
    """JSON that goes out: UTF-8 as it is, escaped only where a phone typed what UTF-8 can't carry."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """`obj` as JSON text that can be encoded."""
        if not kwargs or kwargs == {"separators": (",", ":")}:  # so does Flask ask for what it answers
            try:
                return orjson.dumps(obj, default=self.default, option=orjson.OPT_NON_STR_KEYS).decode()
            except TypeError:  # half of a surrogate pair, or a number of more than 64 bits
                pass
        return super().dumps(obj, **{"ensure_ascii": True, "default": _plain, **kwargs})


def _plain(obj: Any) -> Any:
    """What JSON has no type for; a ready part of an answer, where the whole can't be written as UTF-8."""
    return orjson.loads(orjson.dumps(obj)) if isinstance(obj, orjson.Fragment) else DefaultJSONProvider.default(obj)


class StrictParser(FlaskParser):
    """webargs' parser with our JSON: a body that isn't strict JSON is a 'not-json' problem."""

    def _raw_load_json(self, req: Any) -> Any:
        if not core.is_json(req.mimetype):
            if req.content_length:
                raise Problem("unsupported-media")
            return core.missing
        return loads(req.get_data(cache=True))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """flask-smorest's blueprint, reading strict JSON; every folder's api uses it."""

    ARGUMENTS_PARSER = StrictParser()


def loads(text: bytes) -> Any:
    """The JSON value in `text`; raises Problem 'not-json' for anything else, NaN and deep nesting included."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem("not-json") from None
    if _is_deeper(value, MAX_NESTING):
        raise Problem("not-json", f"nested deeper than {MAX_NESTING}")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether lists and objects are nested deeper than so many levels."""
    level = [value] if type(value) in NESTED else []
    for _ in range(depth):
        inside = [item.values() if type(item) is dict else item for item in level]
        level = [child for children in inside for child in children if type(child) in NESTED]
        if not level:
            return False
    return True
