"""One lock on each data directory: servers and workers hold it together, a restore holds it alone.

The system lets go of it when a process ends, however it ends: it can't be left behind.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StillRunning(Exception):
    """A server or a worker of this data directory is running, or a restore is under way."""


def hold(data_dir: Path) -> None:
    """Says, until this process and the children it forks have ended, that the data is in use.

    Raises `StillRunning` while a restore is under way.
    """
    _lock(data_dir, fcntl.LOCK_SH)


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Nobody uses the data meanwhile, and nobody starts to; raises `StillRunning` when somebody does already."""
    handle = _lock(data_dir, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _lock(data_dir: Path, kind: int) -> int:
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StillRunning from None
    return handle
