"""The epoch: which life of the server's database this is.

It is kept in the database and in a file beside it. When they differ, the database is not the one that this server
last wrote: it was restored from a backup, or the file went to another machine. Then a new epoch begins, and phones
offer again what they were told was safe.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, has_request_context
from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server.db import db, snapshot, transaction
from server.statements import Query


class Installation(db.Model):  # type: ignore[name-defined,misc]
    """The one row about this database itself."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(sa.String(24))
    rehearsal_day: Mapped[date | None]
    clock_offset: Mapped[float | None]
    structure: Mapped[int] = mapped_column(default=0)  # how often places, campaigns or forms have changed


INSTALLATION: sa.Table = Installation.__table__


def installation() -> Installation:
    """The row about this database, made when it is first asked for; inside a transaction."""
    row = db.session.scalars(sa.select(Installation).where(Installation.id == 1).with_for_update()).first()
    if row is None:
        row = Installation(id=1, epoch=clock.random_id())
        db.session.add(row)
        db.session.flush()
    return row


_begun: list[Callable[[], None]] = []


def on_begin(work: Callable[[], None]) -> None:
    """Has `work` done in the transaction that begins an epoch; the same one twice is once."""
    if work not in _begun:
        _begun.append(work)


@transaction
def restored() -> None:
    """Does what follows from this database having been restored, where no file beside it can tell."""
    for work in _begun:
        work()


@dataclass
class Epoch:
    """The epoch as this process knows it, and the file beside the database."""

    path: Path
    known: str | None = None


def stored() -> tuple[str | None, int]:
    """The epoch that the database holds and the number of its structure; read once a request, or noted already."""
    if not has_request_context():
        return _stored()
    if "installation" not in g:
        g.installation = _stored()
    found: tuple[str | None, int] = g.installation
    return found


def note(epoch: str | None, structure: int | None) -> None:
    """Keeps for this request what was read of the installation's row beside something else."""
    if has_request_context() and "installation" not in g:
        g.installation = (epoch, structure or 0)


@Query
def _numbers() -> Any:
    return sa.select(INSTALLATION.c.epoch, INSTALLATION.c.structure)


@snapshot
def _stored() -> tuple[str | None, int]:
    row = _numbers.first()
    return (None, 0) if row is None else (row.epoch, row.structure)


def current_epoch() -> str:
    """The epoch of this database; a new one is begun when database and file disagree. Outside a transaction."""
    epoch: Epoch = current_app.extensions["ben.epoch"]
    if epoch.known is None or stored()[0] != epoch.known:
        epoch.known = _agree(epoch.path)
    return epoch.known


@transaction
def _agree(path: Path) -> str:
    row = installation()
    beside = path.read_text(encoding="ascii").strip() if path.exists() else None
    if beside is not None and beside != row.epoch:
        row.epoch = clock.random_id()
        restored()
    if beside != row.epoch:
        _write(path, row.epoch)
    return row.epoch


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
