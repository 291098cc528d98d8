"""Lighthouse's four categories for the screens that most people see.

A real installation is started; each person's browser is enrolled and lived in, and then audited as it is, signed in, by
Lighthouse (bench/lighthouse) with its mobile preset, the inbox with the desktop preset. Goal: 95 in every category.

`python -m bench.audits` prints the scores and what keeps them down; `make bench` has them with the others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.tools import screens
from tests.tools.chromium_tools import launch_kept
from tests.tools.landing import Landing, free_port

TOOL = Path(__file__).parent / "lighthouse"
GOAL = 95
expect.set_options(timeout=30_000)

Pages = list[dict[str, Any]]


def measure() -> dict[str, Any]:
    """Scores by screen; why they are missing where Lighthouse can't be had."""
    try:
        _install()
    except (subprocess.SubprocessError, OSError) as error:
        return {"goal": GOAL, "missing": str(error)[:300]}
    # The performance score follows the processor: work of others on the machine lowers it.
    found: dict[str, Any] = {"goal": GOAL, "load_before": round(os.getloadavg()[0], 1)}
    with tempfile.TemporaryDirectory(prefix="ben-audits-") as name, sync_playwright() as playwright:
        running = Landing(Path(name)).prepare().start()
        try:
            volunteer, supervisor, _office = running.tokens()
            newcomer = running.another_link(1)
            for who, prepare in {
                "newcomer": lambda _page: _newcomer(running, newcomer),
                "volunteer": lambda page: _volunteer(running, page, volunteer),
                "supervisor": lambda page: _supervisor(running, page, supervisor),
            }.items():
                found |= _audited(playwright, Path(name) / who, prepare)
        finally:
            running.stop()
    return found


def _install() -> None:
    if not (TOOL / "node_modules").is_dir():
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, cwd=TOOL, check=True, timeout=300, capture_output=True)


def _newcomer(running: Landing, token: str) -> Pages:
    """The first page of all, with nothing on the phone; the link is not used up by looking at it."""
    return [{"name": "enrolment", "url": f"{running.url}/#/enrol/{token}"}]


def _enrol(running: Landing, page: Page, token: str) -> None:
    page.goto(f"{running.url}/#/enrol/{token}")
    screens.join(page)
    screens.wait_for_worker(page)
    screens.wait_for_languages(page)


def _volunteer(running: Landing, page: Page, token: str) -> Pages:
    """The list of forms, a form begun, what the commune has reached; with a report that has arrived."""
    _enrol(running, page, token)
    screens.report(page)
    screens.landed(page)
    screens.show(page, "")
    screens.begin(page, screens.ACCIDENT)
    screens.answer(page, "mode", "Đường bộ")
    screens.kept(page)
    return [
        {"name": "home", "url": f"{running.url}/#/"},
        {"name": "form", "url": page.url},
        {"name": "progress", "url": f"{running.url}/#/campaign"},
    ]


def _supervisor(running: Landing, page: Page, token: str) -> Pages:
    """The inbox at a desk, with that report in it."""
    _enrol(running, page, token)
    screens.show(page, "inbox")
    page.locator("a[data-record]").first.wait_for()
    return [{"name": "inbox", "url": f"{running.url}/#/inbox", "desk": True}]


def _audited(playwright: Playwright, profile: Path, prepare: Callable[[Page], Pages]) -> dict[str, Any]:
    """One person's browser, lived in and then audited; its page is left, so that it takes nothing from the audit."""
    port = free_port()
    context = launch_kept(playwright, str(profile), f"--remote-debugging-port={port}", locale="vi-VN")
    try:
        pages = prepare(context.pages[0])
        context.pages[0].goto("about:blank")
        command = ["node", "audit.js", str(port)]
        asked = json.dumps(pages)
        done = subprocess.run(command, cwd=TOOL, input=asked, check=False, capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        told: dict[str, Any] = json.loads(done.stdout)
        return told
    finally:
        context.close()


def lines(found: dict[str, Any]) -> list[str]:
    """The scores as a table, and what is below the goal."""
    if "missing" in found:
        return [f"Lighthouse is missing: {found['missing']}"]
    out = []
    for screen, told in found.items():
        if not isinstance(told, dict):
            continue
        out.append(f"{screen:10} " + "  ".join(f"{category} {score}" for category, score in told["scores"].items()))
        out += [f"  {category}: {each}" for category, all_of_it in told["below"].items() for each in all_of_it]
    return out


if __name__ == "__main__":
    numbers = measure()
    sys.stdout.write("\n".join(lines(numbers)) + "\n")
    if "-v" in sys.argv:
        sys.stdout.write(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n")
