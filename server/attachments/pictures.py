"""Pictures are decoded and encoded anew in a process of its own, which has little and may do little.

A picture is a stranger's bytes for a large decoder. The process has limits of memory, processor time, file size and
open files, an empty environment and nothing but the file it is to read and the two it is to write. What comes out is
only what was seen: no EXIF (so no place where it was taken), no comments, no profile, nothing before or behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.problems import Problem

PROGRAM = Path(__file__).with_name("reencode.py")
MOST_PIXELS = 25_000_000
SECONDS = 40
AT_ONCE = 2
TOO_MANY_PIXELS = 4


@dataclass(frozen=True)
class Picture:
    """A picture encoded anew and its small preview (WebP), as files."""

    whole: Path
    preview: Path
    media_type: str


def encode_anew(source: Path, room: Path, slots: Path) -> Picture:
    """Makes both in the directory `room`; `slots` is a directory for the locks that bound how many run at once.

    Raises Problem 'attachment-too-large' (more pixels than MOST_PIXELS) and 'attachment-damaged' for what can't be
    decoded within the limits.
    """
    made = Picture(room / "whole", room / "preview", "")
    command = [sys.executable, "-I", str(PROGRAM), str(source), str(made.whole), str(made.preview), str(MOST_PIXELS)]
    with _slot(slots):
        try:
            # Our own program and our own paths: nothing that came in over the network.
            done = subprocess.run(  # noqa: S603
                command, cwd=room, env={}, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            raise Problem("attachment-damaged") from None
    if done.returncode == TOO_MANY_PIXELS:
        raise Problem("attachment-too-large", limit=MOST_PIXELS, unit="pixels")
    if done.returncode:
        raise Problem("attachment-damaged")
    return Picture(made.whole, made.preview, json.loads(done.stdout)["type"])


@contextmanager
def _slot(folder: Path) -> Iterator[None]:
    """One of a few places, over all processes: a machine of a commune must not decode eight pictures at once."""
    handles = [os.open(folder / f"slot-{number}", os.O_RDWR | os.O_CREAT, 0o600) for number in range(AT_ONCE)]
    try:
        for handle in handles:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                continue
        else:
            fcntl.flock(handles[os.getpid() % AT_ONCE], fcntl.LOCK_EX)
        yield
    finally:
        for handle in handles:
            os.close(handle)
