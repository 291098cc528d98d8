"""The upload library that the app uses, tus-js-client, against the real server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.running.conftest import Site
from tests.running.test_uploads import HUGE, PART, Killer, Uploader, is_whole, large
from tests.tools.http_phone import HttpPhone
from tests.tools.tus import ADDRESS, name_of

PROGRAM = Path(__file__).parents[1] / "tools" / "tus_client.mjs"

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def phone(site: Site) -> HttpPhone:
    """An enrolled phone at a running server."""
    site.landing.start_server()
    return HttpPhone(site.port, site.tokens(1)[0])


def client(phone: HttpPhone, content: bytes, tmp_path: Path, **how: bool) -> dict[str, Any]:
    """What became of an upload by the library."""
    file = tmp_path / "photo"
    file.write_bytes(content)
    todo = {"endpoint": f"http://127.0.0.1:{phone.port}{ADDRESS}", "name": name_of(content, "png"), "part": PART}
    todo |= {"file": str(file), "device": phone.device, "cookie": phone.cookie, **how}
    done = subprocess.run(
        ["node", str(PROGRAM), json.dumps(todo)], capture_output=True, text=True, timeout=120, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("how", [{}, {"known": True}, {"along": True}])
def test_the_library_sends_a_photo_whole(site: Site, phone: HttpPhone, tmp_path: Path, how: dict[str, bool]) -> None:
    content = large(1)
    done = client(phone, content, tmp_path, **how)
    assert done["ended"] == "whole", done
    is_whole(site, Uploader(phone, content, name_of(content, "png")))


def test_the_library_sends_nothing_of_a_photo_that_is_there(site: Site, phone: HttpPhone, tmp_path: Path) -> None:
    content = large(2)
    client(phone, content, tmp_path)
    again = client(phone, content, tmp_path, known=True)
    assert (again["ended"], again["sent"]) == ("whole", {"POST": 0, "HEAD": 1, "PATCH": 0})
    unasked = client(phone, content, tmp_path)
    assert (unasked["ended"], unasked["sent"]) == ("whole", {"POST": 1, "HEAD": 1, "PATCH": 1})


def test_the_library_goes_on_where_another_run_of_it_was_cut(site: Site, phone: HttpPhone, tmp_path: Path) -> None:
    content = large(3)
    upload = Uploader(phone, content, name_of(content, "png"))
    upload.part(upload.part(upload.ask()))
    done = client(phone, content, tmp_path, known=True)
    assert done["ended"] == "whole"
    assert done["sent"] == {"POST": 0, "HEAD": 1, "PATCH": -(-len(content) // PART) - 2}


def test_the_library_ends_well_while_servers_are_killed(site: Site, phone: HttpPhone, tmp_path: Path) -> None:
    content = large(4, HUGE)
    killer = Killer(site, 0.03)
    killer.start()
    done = client(phone, content, tmp_path)
    killer.done.set()
    killer.join()
    assert killer.kills >= 1
    assert done["ended"] == "whole", done
    is_whole(site, Uploader(phone, content, name_of(content, "png")))


def test_the_library_is_told_why_a_file_is_refused(site: Site, phone: HttpPhone, tmp_path: Path) -> None:
    done = client(phone, b"<html>", tmp_path, known=True)
    assert (done["ended"], done["status"]) == ("refused", 415)
    assert json.loads(done["body"])["slug"] == "attachment-type-refused"
