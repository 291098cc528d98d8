"""An answer on the app's own screen: from the event in the real filling screen of an enrolled phone until it is drawn.

The real app on the real server, its processor slowed down six times: the page draws, keeps the draft in IndexedDB and
syncs meanwhile. 300 questions twice: on pages of ten as `questions.py` has them, and all on one page.
"""

from __future__ import annotations

import http.client
import re
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.questions import form
from tests.tools import screens
from tests.tools.handset import Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing

QUESTIONS = 300
SLOWER = 6

# `bench.ready(place)` finds the next question of the page that isn't answered yet and puts the cursor there;
# `bench.give()` answers it as a person does and gives the milliseconds until all that follows is laid out.
SETUP = """() => {
  const channel = new MessageChannel();
  const turn = () => new Promise((done) => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
  const write = (box, text) => {
    box.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), 'value').set.call(box, text);
    return () => box.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }));
  };
  const prepared = (question, index) => {
    const choices = [...question.querySelectorAll('input[type=radio], input[type=checkbox]')];
    if (choices.length) return () => choices[index % choices.length].click();
    const box = question.querySelector('input, textarea');
    if (box.type === 'date') return write(box, index % 3 === 0 ? '2030-01-01' : '2020-02-29');
    if (box.inputMode === 'numeric') return write(box, String(index % 1200));
    if (box.inputMode === 'decimal') return write(box, `${index % 50},5`);
    return write(box, index % 2 === 0 ? 'Seen from the road' : 'Nr. 12');
  };
  const done = new Set();
  let answer;
  window.bench = {
    ready(place) {
      const left = (each) => !done.has(each.dataset.path) && each.querySelector('input, textarea');
      const question = [...document.querySelectorAll('.question')].find(left);
      if (!question) return false;
      done.add(question.dataset.path);
      answer = prepared(question, place);
      return true;
    },
    async give() {
      await new Promise(requestAnimationFrame);
      await turn();
      const began = performance.now();
      answer();
      await turn();
      document.body.getBoundingClientRect();
      return performance.now() - began;
    },
    drawn: () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  };
}"""


def measure() -> dict[str, Any]:
    """Milliseconds of an answer, by how the questions are laid out."""
    with tempfile.TemporaryDirectory(prefix="ben-screen-") as name, sync_playwright() as playwright:
        directory = Path(name)
        running = Landing(directory).prepare()
        try:
            running.start()
            tokens = running.tokens()
            office = HttpPhone(running.port, tokens[2])
            forms = {"pages of ten": form(QUESTIONS), "one page": _in_one(form(QUESTIONS))}
            titles = {layout: _publish(office, source, layout) for layout, source in forms.items()}
            handset = Handset(playwright, directory / "handset", running.port)
            try:
                page = handset.enrol(tokens[0])
                screens.join(page)
                screens.wait_for_worker(page)
                return {layout: _run(page, title) for layout, title in titles.items()}
            finally:
                handset.end()
        finally:
            running.stop()


def _in_one(source: str) -> str:
    return source.replace("field-list", "").replace(f"bench-{QUESTIONS}", f"bench-{QUESTIONS}-one")


def _publish(office: HttpPhone, source: str, title: str) -> str:
    """Uploads the form as an office does and publishes it to everybody; gives its title."""
    source = source.replace(f"{QUESTIONS} questions", title)
    campaign = office.documents("campaign")[0]["id"]
    border = "form-of-the-bench"
    head = f'--{border}\r\nContent-Disposition: form-data; name="form"; filename="{title}.md"\r\n\r\n'
    body = f"{head}{source}\r\n--{border}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={border}", "Sec-Fetch-Site": "same-origin"}
    headers |= {"Ben-Device": str(office.device), "Cookie": office.cookie}
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
    connection.request("POST", f"/api/campaigns/{campaign}/forms", body, headers)
    answer = connection.getresponse()
    found = re.search(r'"id": ?(\d+)', answer.read().decode())
    connection.close()
    if answer.status != 201 or found is None:
        raise RuntimeError(f"the form was not taken: {answer.status}")
    office.post(f"/api/forms/{found[1]}/publish", {"roles": [], "places": []})
    return title


def _run(page: Page, title: str) -> dict[str, Any]:
    """Every question answered twice: slowed down for the time that it takes, then unslowed for the work that it is.

    The work is the main thread's own time until all is drawn; what else the machine does hardly lengthens it.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    taken = _answers(page, title, lambda: float(page.evaluate("bench.give()")))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    work = _answers(page, title, lambda: _work(page, session))
    session.detach()
    return {"answers": len(taken), **_told("answer", taken), **_told("work", work)}


def _told(name: str, taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    found = {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)], "most": ordered[-1]}
    return {f"{name}_{which}_ms": round(value, 1) for which, value in found.items()}


def _work(page: Page, session: CDPSession) -> float:
    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    page.evaluate("bench.drawn()")
    before = spent()
    page.evaluate("bench.give().then(bench.drawn)")
    return spent() - before


def _answers(page: Page, title: str, give: Callable[[], float]) -> list[float]:
    screens.show(page, "")
    screens.begin(page, title)
    page.evaluate(SETUP)
    taken: list[float] = []
    onward = page.locator(".steps button[data-kind=primary]", has_text="Tiếp")
    while True:
        page.wait_for_timeout(1_000)
        while page.evaluate("(place) => bench.ready(place)", len(taken)):
            taken.append(give())
        if not onward.count():
            return taken
        before = page.evaluate("location.hash")
        while page.evaluate("location.hash") == before:  # what is missing is told first
            onward.click()
            page.wait_for_timeout(300)


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
