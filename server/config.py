"""Settings: read once from the environment, never changed afterwards.

Every setting has a heading in `docs/operations.md`; a test holds that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

# The web push services of today's browsers; anything else a browser hands in is refused.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "web.push.apple.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
# The settings that are whole numbers.
COUNTS = (
    ("BEN_MAX_BODY", "max_body"),
    ("BEN_MAX_UNPACKED", "max_unpacked"),
    ("BEN_MAX_PICTURE", "max_picture"),
    ("BEN_MAX_FILE", "max_file"),
    ("BEN_MAX_UNFINISHED", "max_unfinished"),
    ("BEN_UPLOAD_DAYS", "upload_days"),
    ("BEN_PROXIES", "proxies"),
)


class SettingError(Exception):
    """A setting can't be used; the message names it and says what it should be."""


@dataclass(frozen=True)
class Settings:
    """All that may differ between two installations.

    `database_url` is an SQLAlchemy URL or a plain `postgres(ql)://` one; `data_dir` holds what is not in the
    database (keys, the epoch's copy, the SQLite file); sizes are in bytes.
    """

    data_dir: Path = field(default_factory=lambda: Path("var"))
    database_url: str = ""
    public_url: str = "http://localhost:8000"
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    vapid_subject: str = "mailto:ben@example.org"
    rehearse: date | None = None
    max_body: int = 1_000_000
    max_unpacked: int = 8_000_000
    max_picture: int = 8_000_000
    max_file: int = 25_000_000
    max_unfinished: int = 100_000_000
    upload_days: int = 30
    storage: str = ""
    storage_endpoint: str = ""
    proxies: int = 0
    tiles: str = ""
    app_dir: Path = field(default_factory=lambda: Path(__file__).parent.parent / "pwa" / "dist")

    @property
    def sqlalchemy_url(self) -> str:
        """The database as SQLAlchemy names it: SQLite beside the data unless set; PostgreSQL through psycopg 3."""
        url = self.database_url or f"sqlite:///{(self.data_dir / 'ben.db').resolve()}"
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url[len(plain) :]
        return url

    @property
    def attachments_dir(self) -> Path | None:
        """Where photos and other files of records are, unless a bucket holds them."""
        return None if self.storage else self.data_dir / "attachments"

    @property
    def tiles_origin(self) -> str:
        """The one other server that pages may fetch pictures from: the background of maps; "" for none."""
        at = urlsplit(self.tiles)
        return f"{at.scheme}://{at.netloc}" if self.tiles else ""

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so that cookies may be Secure."""
        return urlsplit(self.public_url).scheme == "https"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from BEN_* and DATABASE_URL; raises `SettingError` naming the first that is wrong."""
    get = environment.get
    given: dict[str, object] = {}
    if get("BEN_DATA"):
        given["data_dir"] = Path(environment["BEN_DATA"])
    if get("DATABASE_URL"):
        given["database_url"] = environment["DATABASE_URL"]
    if get("BEN_PUSH_HOSTS"):
        given["push_hosts"] = tuple(h.strip() for h in environment["BEN_PUSH_HOSTS"].split(",") if h.strip())
    if get("BEN_VAPID_SUBJECT"):
        given["vapid_subject"] = environment["BEN_VAPID_SUBJECT"]
    if get("BEN_REHEARSE"):
        given["rehearse"] = _date("BEN_REHEARSE", environment["BEN_REHEARSE"])
    if get("BEN_APP_DIR"):
        given["app_dir"] = Path(environment["BEN_APP_DIR"])
    if get("BEN_STORAGE_ENDPOINT"):
        given["storage_endpoint"] = environment["BEN_STORAGE_ENDPOINT"].rstrip("/")
    for name, key, read in ADDRESSES:
        if get(name):
            given[key] = read(environment[name])
    for name, key in COUNTS:
        if get(name):
            given[key] = _count(name, environment[name])
    return Settings(**given)  # type: ignore[arg-type]  # each value above has its field's type


def current_settings() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["ben.settings"]
    return settings


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SettingError(f"BEN_PUBLIC_URL is {text!r}; it must be the app's address, like https://ben.example.org")
    return text.rstrip("/")


def _storage(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise SettingError(f"BEN_STORAGE is {text!r}; it must be a bucket, like s3://ben-photos or s3://bucket/folder")
    return text


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingError(f"{name} is {text!r}; it must be a date like 2023-05-16") from None


def _tiles(text: str) -> str:
    parts = urlsplit(text)
    plain = all(sign not in parts.netloc for sign in " ;,'{}")
    if parts.scheme not in ("http", "https") or not parts.netloc or not plain:
        raise SettingError("BEN_TILES must begin with https:// (or http://) and a host of its own")
    if any(f"{{{name}}}" not in text for name in "zxy"):
        raise SettingError("BEN_TILES must say where {z}, {x} and {y} stand")
    return text


def _count(name: str, text: str) -> int:
    if not text.isdigit():
        raise SettingError(f"{name} is {text!r}; it must be a whole number")
    return int(text)


ADDRESSES = (
    ("BEN_PUBLIC_URL", "public_url", _public_url),
    ("BEN_STORAGE", "storage", _storage),
    ("BEN_TILES", "tiles", _tiles),
)
