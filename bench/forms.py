"""Forms on a slow phone: what must be loaded, how long until the first question, how long an answer takes.

Our runtime, ODK's headless engine and Enketo are given the same generated forms (questions.py) in the same run, in
Chromium with its processor slowed down six times. The first two draw one question at a time on the same light screen
(pwa/tests/bench); Enketo draws its own, and its transformation of the form, a server's work, is not counted.
Then the app's own screen, on the real server (screen.py).

`python -m bench.forms` prints the numbers; `make bench` has them with the others.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import Browser, Page, sync_playwright
from pyxform.xls2xform import convert

from bench import screen
from bench.questions import form as questions_of
from server.forms.sources import compile_source
from tests.tools.chromium_tools import launch

ROOT = Path(__file__).parents[1]
PWA = ROOT / "pwa"
ENKETO = ROOT / "bench" / "enketo"
SIZES = (40, 300)
SLOWER = 6
OPENED = 3  # times that each is opened, each in a browser that knows nothing
GOALS = {"runtime and 40 questions, bytes": 30_000, "answer p95 ms at 300 questions": 50}
PAGE = '<!doctype html><meta charset="utf-8"><title>form</title><body><script type="module" src="page.js"></script>'

OPEN = """async () => {
  const began = performance.now();
  await contestant.open();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
ANSWERS = """async () => {
  const channel = new MessageChannel();
  const turn = () => new Promise((done) => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
  const taken = [];
  for (let index = 0; index < contestant.questions(); index++) {
    const began = performance.now();
    contestant.answer(index);
    await turn();
    taken.push(performance.now() - began);
  }
  return taken;
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_parts: Any) -> None:
        """Nothing is printed for a request."""


def measure() -> dict[str, Any]:
    """Numbers by contestant and number of questions; why one is missing where it can't be had."""
    found: dict[str, Any] = {"slower": SLOWER, "goals": GOALS}
    with tempfile.TemporaryDirectory(prefix="ben-forms-") as name, sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            for contestant in ("ours", "odk", "enketo"):
                try:
                    found[contestant] = _measured(contestant, Path(name) / contestant, browser)
                except (subprocess.SubprocessError, OSError) as error:
                    found[contestant] = {"missing": str(error)[:300]}
        finally:
            browser.close()
    found["screen"] = screen.measure()
    return found


def _measured(contestant: str, directory: Path, browser: Browser) -> dict[str, Any]:
    _build(contestant, directory)
    found = {}
    for questions in SIZES:
        _forms(questions, directory)
        (directory / "index.html").write_text(PAGE)
        with _served(directory) as url:
            if contestant == "enketo":
                _transform(browser, url, directory)
            found[str(questions)] = _run(browser, url, directory)
    return found


def _build(contestant: str, directory: Path) -> None:
    """The contestant's page, bundled and minified as an app would have it."""
    config = PWA / "tests" / "bench" / "vite.config.ts"
    if contestant == "enketo":
        config = ENKETO / "vite.config.mjs"
        if not (ENKETO / "node_modules").is_dir():
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(install, cwd=ENKETO, check=True, timeout=300, capture_output=True)
    command = ["npx", "vite", "build", "--config", str(config), "--outDir", str(directory), "--logLevel", "error"]
    environment = {**os.environ, "CONTESTANT": contestant}
    subprocess.run(command, cwd=PWA, env=environment, check=True, timeout=300, capture_output=True)


def _forms(questions: int, directory: Path) -> None:
    source = questions_of(questions)
    compiled, _warnings = compile_source(source.encode(), f"bench-{questions}.md")
    (directory / "form.json").write_text(json.dumps(compiled, ensure_ascii=False, separators=(",", ":")))
    (directory / "form.xml").write_text(convert(source, file_type=".md", pretty_print=False).xform)


@contextmanager
def _served(directory: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _transform(browser: Browser, url: str, directory: Path) -> None:
    page = browser.new_page()
    try:
        page.goto(url)
        made = page.evaluate("(xform) => transformed(xform)", (directory / "form.xml").read_text())
        (directory / "enketo.json").write_text(json.dumps(made, ensure_ascii=False))
    finally:
        page.close()


def _run(browser: Browser, url: str, directory: Path) -> dict[str, Any]:
    opened, answers, loaded, wrong = [], [], set[str](), 0
    for time in range(OPENED):
        context = browser.new_context(viewport={"width": 360, "height": 640})
        page = context.new_page()
        try:
            page.on("requestfinished", lambda request: loaded.add(request.url.rsplit("/", 1)[-1]))
            page.goto(url)
            page.wait_for_function("window.contestant")
            _slow_down(page)
            opened.append(page.evaluate(OPEN))
            if time == 0:
                answers = page.evaluate(ANSWERS)
                wrong = page.evaluate("contestant.wrong()")
        finally:
            context.close()
    files = [directory / name for name in loaded if name and (directory / name).is_file()]
    code = sum(_compressed(file) for file in files if file.suffix == ".js")
    form = sum(_compressed(file) for file in files if file.suffix in (".json", ".xml"))
    return {
        "code_bytes": code,
        "form_bytes": form,
        "bytes": code + form,
        "first_question_ms": round(statistics.median(opened)),
        "answers": len(answers),
        "wrong": wrong,
        "answer_p50_ms": round(statistics.median(answers), 1),
        "answer_p95_ms": round(sorted(answers)[int(len(answers) * 0.95)], 1),
        "answer_most_ms": round(max(answers), 1),
    }


def _slow_down(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _compressed(file: Path) -> int:
    return len(brotli.compress(file.read_bytes(), quality=11))


def lines(found: dict[str, Any]) -> list[str]:
    """The numbers as a table."""
    slow = f"processor {found['slower']} times slower"
    out = [f"forms, {slow}: code and form to load, ms to the first question, ms an answer (p50, p95)"]
    for contestant in ("ours", "odk", "enketo"):
        told = found[contestant]
        if "missing" in told:
            out.append(f"  {contestant:8} missing: {told['missing']}")
            continue
        for questions, each in told.items():
            size = f"{each['code_bytes'] / 1000:6.1f} + {each['form_bytes'] / 1000:5.1f} kB"
            answer = f"{each['answer_p50_ms']:7} {each['answer_p95_ms']:7} ms"
            out.append(f"  {contestant:8} {questions:>4} questions {size} {each['first_question_ms']:7} ms {answer}")
    for layout, each in found["screen"].items():
        answer = f"{each['answer_p50_ms']:7} {each['answer_p95_ms']:7} ms"
        work = f"of work, unslowed {each['work_p50_ms']:5} {each['work_p95_ms']:5} ms"
        out.append(f"  the app's screen, {screen.QUESTIONS} questions, {layout:14} {answer}, {work}")
    return out


if __name__ == "__main__":
    numbers = measure()
    sys.stdout.write("\n".join(lines(numbers)) + "\n")
    if "-v" in sys.argv:
        sys.stdout.write(json.dumps(numbers, indent=1) + "\n")
