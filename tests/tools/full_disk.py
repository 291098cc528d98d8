"""A disk that is full, without a disk: the system lets no file of some processes grow beyond a size (RLIMIT_FSIZE).

It needs no rights, no mount and no kernel's leave, so it runs wherever the tests do, and it can be lifted while they
run. A write that is refused so has the same end as one that the disk has no room for, but another name (EFBIG).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil


def longest(place: Path) -> int:
    """Bytes of the longest file beneath a directory."""
    return max(path.stat().st_size for path in place.rglob("*") if path.is_file())


def limit_files(size: int | None, *parents: int) -> None:
    """No file can be written beyond so many bytes by these processes, their children and who those start later.

    None: there is room again.
    """
    for parent in map(psutil.Process, parents):
        _limit(parent, size)  # before its children are listed: who is born from here on has it from birth
        for child in parent.children(recursive=True):
            _limit(child, size)


def _limit(process: psutil.Process, size: int | None) -> None:
    """As the process's own user, who may always; root of a container may not, of another user's."""
    most = "unlimited" if size is None else str(size)
    command = ["prlimit", "--pid", str(process.pid), f"--fsize={most}:"]
    done = subprocess.run(command, user=process.uids().real, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not process.is_running(), done.stderr
