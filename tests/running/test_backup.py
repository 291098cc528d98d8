"""A backup and its restore, rehearsed on a real installation while people work."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from server import backup
from server.running import StillRunning
from tests.running.conftest import Site
from tests.tools.field_phone import FieldPhone


def backup_while(site: Site, phone: FieldPhone, directory: Path) -> Path:
    """A backup that is made while a phone goes on sending."""
    made = threading.Event()

    def work() -> None:
        while not made.is_set():
            phone.create()
            phone.land()
            made.wait(0.1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        site.landing.flask("backup", str(directory))
    finally:
        made.set()
        thread.join()
    (archive,) = directory.iterdir()
    return archive


def test_after_a_restore_nothing_is_lost_that_any_phone_still_holds(site: Site, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    site.landing.start_server()
    author, colleague = (FieldPhone(site.port, token) for token in site.tokens(2))
    (supervisor,) = (FieldPhone(site.port, token) for token in site.tokens(1, "GSV"))
    early = [author.create()["record"] for _ in range(20)]
    author.land()
    archive = backup_while(site, author, tmp_path / "backup")

    late = [author.create()["record"] for _ in range(10)]
    author.edit(early[0], 1)
    author.land()
    colleague.edit(early[1], 1)  # of a record that the backup has
    colleague.edit(late[0], 1)  # of one that it hasn't
    colleague.land()
    supervisor.review(supervisor.records()[early[2]])
    supervisor.land()
    before, typed = author.records(), author.typed | colleague.typed
    assert before[early[2]]["state"] == "approved"

    with site.operator(), pytest.raises(StillRunning):
        backup.restore(archive, replace=True)
    site.landing.stop()
    assert "before_restore_" in site.landing.flask("restore", "--replace", str(archive))
    site.landing.start_server()
    assert set(late).isdisjoint(site.evidence.revisions())

    author.create()
    for phone in (author, colleague, supervisor):
        phone.once()  # learns of the new life of the server, and offers everything again
        phone.land()
    after = author.records()
    assert set(before) | {author.kept[max(author.kept)]["record"]} == set(after)
    assert {key: record["hash"] for key, record in before.items()} == {key: after[key]["hash"] for key in before}
    assert after[early[2]]["state"] == "approved"
    assert typed | author.typed <= site.evidence.texts()
    assert site.evidence.gaps() == {}
    assert {result["status"] for result in author.answered.values()} == {"applied", "duplicate"}
