"""What a phone keeps of photos, recordings and files, and what the server gives of them, as a browser sees both."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.tools import screens


def take(page: Page, file: Path, path: str) -> None:
    """Answers with a file, as the camera or the gallery gives it back; returns when the form shows it."""
    asked = screens.question(page, path)
    asked.locator("input[type=file]").first.set_input_files(file)
    expect(asked.locator(".media-picture")).to_be_visible(timeout=30_000)
    screens.kept(page)


def picture_record(page: Page, file: Path, paper: Path) -> str:
    """A finished record with a photo, a signature and a file; its number."""
    screens.show(page, "")
    page.locator(".tile[data-form='MAU-03']").click()
    page.locator(".question").first.wait_for()
    screens.answer(page, "day", "now")
    take(page, file, "photo")
    screens.draw(page, screens.question(page, "signature").locator("canvas"))
    take(page, paper, "paper")
    page.wait_for_timeout(1_000)  # longer than the pause after which a drawing is kept
    screens.kept(page)
    return screens.finish(page)


def photos(page: Page) -> list[dict[str, Any]]:
    """What the phone keeps, without bytes."""
    found: list[dict[str, Any]] = page.evaluate(
        """async () => {
            const name = (await indexedDB.databases()).map(each => each.name).find(name => /^ben-[0-9]+$/.test(name));
            const open = request => new Promise(done => { request.onsuccess = () => done(request.result); });
            const database = await open(indexedDB.open(name));
            const found = await open(database.transaction('photos').objectStore('photos').getAll());
            database.close();
            return found;
        }"""
    )
    return found


def wait_for_state(page: Page, state: str, count: int = 1, seconds: float = 60) -> None:
    """Waits until so many are in this state."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if sum(photo["state"] == state for photo in photos(page)) == count:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{photos(page)}")


def served(page: Page, record: str, name: str, more: str = "") -> bytes:
    """An answer's file as the server gives it to this person."""
    names: list[str] = page.evaluate("indexedDB.databases().then(all => all.map(each => each.name))")
    (device,) = [name.removeprefix("ben-") for name in names if name.removeprefix("ben-").isdigit()]
    bytes_ = page.evaluate(
        """async ([path, device]) => {
            const answer = await fetch(path, { headers: { 'Ben-Device': device } });
            if (!answer.ok) throw new Error(answer.status);
            const bytes = new Uint8Array(await answer.arrayBuffer());
            return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
        }""",
        [f"/api/records/{record}/attachments/{name}{more}", device],
    )
    return base64.b64decode(bytes_)


def wait_for_media(page: Page) -> None:
    """Returns when the phone has what taking a photo needs: from here on no network is needed for it."""
    screens.wait_for_groups(page, "media")
