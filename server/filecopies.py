"""The files of attachments beside a backup, and back.

They are named by their content and never change, so each is copied once, however many backups there are: into a folder
beside the backups, laid out as in the data directory. Nothing in it is ever removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from server.disk import digest, sync_directory

BESIDE = "ben-attachments"


class CopyFailed(Exception):
    """A copy came out with other bytes than its original."""


def there(root: Path) -> dict[str, int]:
    """Every file by name, with its size."""
    found = {}
    for path in _files(root):
        try:
            found[path.name] = path.stat().st_size
        except FileNotFoundError:  # a preview that was just replaced
            continue
    return found


def copy(origin: Path, target: Path, only: Collection[str] | None = None) -> dict[str, int]:
    """Copies what `target` does not have yet, each whole and read again; what `origin` holds, by name, with its size.

    Of all that is in `origin`, or `only` of these names.

    Raises OSError (a full disk) and `CopyFailed`; what was copied before stays, and is not copied again.
    """
    has, copied = there(target), {}
    folders = set()
    for name, size in there(origin).items():
        if only is not None and name not in only:
            continue
        if has.get(name) != size and not _copy(origin / name[:2] / name, target / name[:2] / name):
            continue
        copied[name] = size
        if has.get(name) != size:
            folders.add(target / name[:2])
    for folder in sorted(folders):
        sync_directory(folder)
    return copied


def missing(wanted: Mapping[str, int], *roots: Path) -> list[str]:
    """Which of these files none of the directories has in its size."""
    known = [there(root) for root in roots]
    return [name for name, size in wanted.items() if not any(files.get(name) == size for files in known)]


def _files(root: Path) -> Iterator[Path]:
    yield from sorted(root.glob("[0-9a-f][0-9a-f]/*"))


def _copy(origin: Path, target: Path) -> bool:
    """False when the original is there no more."""
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent.parent, prefix=".new-", delete=False) as made:
        try:
            with origin.open("rb") as read:
                shutil.copyfileobj(read, made, 1_000_000)
            made.flush()
            os.fsync(made.fileno())
            if digest(origin) != digest(Path(made.name)):
                raise CopyFailed(f"{origin.name} came out with other bytes: look at the disk")
            Path(made.name).replace(target)
        except FileNotFoundError:
            Path(made.name).unlink()
            return False
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise
    return True
