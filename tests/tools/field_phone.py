"""A phone in the field, over HTTP: what it typed stays in its outbox until it is answered, whatever happens meanwhile.

It keeps what was answered, and offers all of it again when the server says that it was restored, as the app does.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.tools.http_phone import HttpPhone, Refused

LOCAL = timezone(timedelta(hours=7))
PATIENCE = 60.0
PAUSE = 0.02
PLEDGE = {
    "signed_on": "2023-05-10",
    "pledge_type": "helmet",
    "group": "pupils",
    "target_count": 40,
    "signed_count": 30,
}


class FieldPhone(HttpPhone):
    """One volunteer's or supervisor's phone; it fills in pledges (CK-05), whose hamlet is a text nobody else types."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        form = next(form for form in self.documents("form") if form["key"] == "CK-05")
        self.form: int = form["id"]
        self.positions = {path: number for number, path in enumerate(form["compiled"]["fields"])}
        self.cursors: dict[str, int] = {}
        self.outbox: list[dict[str, Any]] = []
        self.answered: dict[int, dict[str, Any]] = {}
        self.kept: dict[int, dict[str, Any]] = {}
        self.lost: list[Exception] = []
        self.typed: set[str] = set()
        self.at = datetime.fromisoformat(self.sync([])["now"]).astimezone(LOCAL)
        self._numbers = itertools.count(1)

    # -- typing

    def create(self, **changes: Any) -> dict[str, Any]:
        """A new record in the outbox."""
        n = next(self._numbers)
        whole = {"form": self.form, "place": self.place, "record": f"{self.device}-{n}", "base": 0}
        return self._type(n, {**PLEDGE, "hamlet": self.text(), **changes}, "edit", whole)

    def edit(self, record: str, base: int, **changes: Any) -> dict[str, Any]:
        """A change of a record in the outbox; of its hamlet, unless told."""
        n = next(self._numbers)
        return self._type(n, changes or {"hamlet": self.text()}, "edit", {"record": record, "base": base})

    def review(self, record: dict[str, Any], decision: str = "approve") -> dict[str, Any]:
        """A decision on a record's document as it was pulled, in the outbox."""
        n = next(self._numbers)
        mutation = {"n": n, "kind": "review", "record": record["id"], "rev": record["rev"], "hash": record["hash"]}
        mutation |= {"decision": decision, "reason": None, "at": self.at.isoformat(timespec="seconds")}
        self.outbox.append(mutation)
        return mutation

    def text(self) -> str:
        """A text that nobody has typed before."""
        new = f"ấp {self.device}/{len(self.typed)}"
        self.typed.add(new)
        return new

    def _type(self, n: int, values: dict[str, Any], kind: str, more: dict[str, Any]) -> dict[str, Any]:
        filled = [[self.positions[name], value] for name, value in values.items()]
        at = self.at.isoformat(timespec="seconds")
        mutation = {"n": n, "kind": kind, **more, "at": at, "set": filled}
        self.outbox.append(mutation)
        return mutation

    # -- sending

    def once(self) -> bool:
        """One round trip with the whole outbox; False when no answer came or the server was busy."""
        sent = list(self.outbox)
        try:
            answer = self.sync(sent, self.cursors)
        except (OSError, Refused) as error:
            if isinstance(error, Refused) and error.status not in (502, 503, 507):
                raise
            self.lost.append(error)
            return False
        self._take(sent, answer)
        return True

    def _take(self, sent: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        self.profile["epoch"], self.cursors = answer["epoch"], answer["cursors"]
        done = {result["n"]: result for result in answer["results"] if result["status"] != "retry"}
        assert [result["n"] for result in answer["results"]] == [mutation["n"] for mutation in sent]
        self.answered |= done
        self.kept |= {mutation["n"]: mutation for mutation in sent if mutation["n"] in done}
        self.outbox = [mutation for mutation in self.outbox if mutation["n"] not in done]
        if answer["reoffer"]:
            waiting = {mutation["n"]: mutation for mutation in self.outbox}
            self.outbox = [mutation for _, mutation in sorted((self.kept | waiting).items())]
            self.cursors = {}

    def land(self, patience: float = PATIENCE, until: Callable[[], bool] = lambda: False) -> None:
        """Sends until the outbox is empty, however often it takes. AssertionError when it never is."""
        deadline = time.monotonic() + patience
        while self.outbox and not until():
            assert time.monotonic() < deadline, f"{len(self.outbox)} mutations never landed"
            if not self.once():
                time.sleep(PAUSE)

    # -- what came of it

    def statuses(self) -> set[str]:
        """The statuses of everything that was answered, as they were the first time."""
        return {result.get("first", result["status"]) for result in self.answered.values()}

    def records(self) -> dict[str, dict[str, Any]]:
        """Every record in its scope, pulled from the beginning."""
        return {record["id"]: record for record in self.documents("record")}
