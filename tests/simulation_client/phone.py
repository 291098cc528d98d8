"""A phone without a screen: the app's own TypeScript in a Node process of its own (pwa/tests/phone.ts)."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from tests.simulation_client.gate import Gate

PWA = Path(__file__).parents[2] / "pwa"
PATIENCE = 60


def bundle(directory: Path) -> Path:
    """Builds the phone; gives the script to run."""
    vite = [str(PWA / "node_modules" / ".bin" / "vite"), "build", "--config", "tests/vite.config.ts"]
    given = [*vite, "--outDir", str(directory), "--emptyOutDir", "--logLevel", "warn"]
    done = subprocess.run(given, cwd=PWA, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return directory / "phone.mjs"


class AppError(Exception):
    """The app itself raised."""


class NodePhone:
    """One phone; it may be killed at any moment and started again on what its disk held."""

    def __init__(self, script: Path, gate: Gate) -> None:
        self.script = script
        self.gate = gate
        self._start()

    def _start(self) -> None:
        node = shutil.which("node")
        assert node is not None
        self._waiting: dict[int, Future[Any]] = {}
        self._count = 0
        self._process = subprocess.Popen(
            [node, str(self.script), self.gate.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._listen, args=(self._process, self._waiting), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str], waiting: dict[int, Future[Any]]) -> None:
        assert process.stdout is not None
        for text in process.stdout:
            line = json.loads(text)
            asked = waiting.pop(line["id"])
            if "error" in line:
                asked.set_exception(AppError(line["error"]))
            else:
                asked.set_result(line["answer"])
        for asked in waiting.values():
            asked.set_exception(AppError("the phone has ended"))

    def begin(self, do: str, **given: Any) -> Future[Any]:
        """Tells the phone to do something, and doesn't wait for it."""
        self._count += 1
        asked: Future[Any] = Future()
        self._waiting[self._count] = asked
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": self._count, "do": do, **given}) + "\n")
        self._process.stdin.flush()
        return asked

    def ask(self, do: str, **given: Any) -> Any:
        """What came of it. Raises AppError."""
        return self.begin(do, **given).result(PATIENCE)

    def crash(self) -> None:
        """Power gone in the middle of whatever it does; it starts again with what was committed by then."""
        dumped = self.ask("dump")
        self.kill()
        self._start()
        self.ask("load", **dumped)

    def kill(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
