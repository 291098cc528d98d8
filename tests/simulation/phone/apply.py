"""An answer of the server becomes the phone's state, in one transaction (apply.ts, outbox.ts)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.simulation.phone.land import Landing, erase_unseen, forget, take_changes
from tests.simulation.phone.storage import KEPT, Mutation, Progress, Row, Sent, Storage

Answer = dict[str, Any]


class Collected(NamedTuple):
    """What the loop sends."""

    epoch: str | None
    cursors: dict[str, int]
    generation: int
    mutations: list[Mutation]
    saw: dict[str, str]
    left: int
    forgets: int


class Applied(NamedTuple):
    """What an answer said of this phone."""

    retried: tuple[int, ...] = ()
    reoffered: bool = False
    renumber: bool = False
    revoked: bool = False


def collect(storage: Storage, limit: int, but: Iterable[int] = ()) -> Collected:
    """What to send next; frozen before anything of it leaves the phone."""
    waiting = [row for row in storage.waiting() if row.n not in set(but)]
    taken = waiting[:limit]
    for row in taken:
        storage.outbox[row.n] = row._replace(frozen=True, sending=True)
    progress = storage.progress
    mutations = [row.mutation for row in taken]
    saw = {str(row.n): row.saw.hash for row in taken if row.saw is not None and row.saw.epoch != progress.epoch}
    left = len(waiting) - len(taken)
    return Collected(
        progress.epoch, dict(progress.cursors), progress.generation, mutations, saw, left, progress.forgets
    )


def release(storage: Storage) -> None:
    """Nothing is under way any more."""
    for n, row in list(storage.outbox.items()):
        storage.outbox[n] = row._replace(sending=False)


def apply(storage: Storage, answer: Answer, sent: Collected, at: float) -> Applied:
    """Takes an answer; `at` is the phone's own clock."""
    before = storage.progress
    if sent.generation != before.generation:
        return Applied()
    restored = answer["reoffer"]
    if restored:
        _offer_again(storage)
    settled = _take_results(storage, answer["results"], server_time(answer))
    revoked = settled.revoked or not answer["cursors"]
    started = _new_reading(before) if restored else before
    progress = _take_page(storage, started, answer, sent)
    storage.progress = progress._replace(offset=server_time(answer) - at)
    if not answer["more"]:
        _prune(storage, server_time(answer))
    if progress.last == answer["now"]:
        _close_landing(storage)
    return settled._replace(revoked=revoked, reoffered=restored)


def server_time(answer: Answer) -> float:
    """The server's clock, in seconds."""
    return float(answer["now"])


def _take_results(storage: Storage, results: list[dict[str, Any]], at: float) -> Applied:
    retried = []
    for result in results:
        row = storage.outbox.get(result["n"])
        if row is None:
            continue
        if result["status"] == "retry":
            storage.outbox[row.n] = row._replace(sending=False)
            retried.append(row.n)
        else:
            del storage.outbox[row.n]
            _keep(storage, row, result, at)
    return Applied(
        tuple(retried),
        renumber=any(result.get("renumber") for result in results),
        revoked=any(result.get("reason") == "device-revoked" for result in results),
    )


def _keep(storage: Storage, row: Row, result: dict[str, Any], at: float) -> None:
    standing = _standing(result, row.mutation["kind"] == "review")
    storage.sent[row.n] = Sent(
        row.n, row.record, row.mutation, row.form, row.place, result, at, standing, row.saw, row.contained
    )
    if standing != "landing":
        return
    for earlier in storage.answered(row.record):
        if earlier.open == "held" and earlier.n < row.n:
            storage.sent[earlier.n] = earlier._replace(open=None)


def _standing(result: dict[str, Any], is_review: bool) -> str | None:
    status = result.get("first", "applied") if result["status"] == "duplicate" else result["status"]
    if status == "quarantined":
        return "held"
    return None if is_review or status == "stale" else "landing"


def _offer_again(storage: Storage) -> None:
    for row in storage.sent.values():
        contained = row.contained or row.open is None
        storage.outbox[row.n] = Row(
            row.n, row.record, row.mutation, row.form, row.place, frozen=True, saw=row.saw, contained=contained
        )
    storage.sent = {}
    storage.due = bool(storage.former)


def _new_reading(before: Progress) -> Progress:
    return before._replace(cursors={}, generation=before.generation + 1, sweeping=True, incomplete=())


def _take_page(storage: Storage, begun: Progress, answer: Answer, sent: Collected) -> Progress:
    restored = answer["reoffer"]
    if sent.forgets != begun.forgets or (restored and sent.epoch == answer["epoch"]):
        return begun._replace(epoch=answer["epoch"])
    cursors = answer["cursors"]
    fresh = [
        (feed, documents)
        for feed, documents in answer["changes"].items()
        if cursors.get(feed, 0) >= begun.cursors.get(feed, 0)
    ]
    applied = frozenset(result["n"] for result in answer["results"] if result["status"] == "applied")
    incomplete = take_changes(storage, fresh, Landing(begun.generation, not restored, applied))
    missing = tuple(dict.fromkeys([*begun.incomplete, *incomplete]))
    for feed in answer["forget"]:
        forget(storage, feed)
    ended = begun.sweeping and not answer["more"]
    if ended:
        erase_unseen(storage, begun.generation, missing)
    return begun._replace(
        cursors=_advanced(begun.cursors, answer),
        epoch=answer["epoch"],
        sweeping=begun.sweeping and not ended,
        incomplete=missing,
        forgets=begun.forgets + bool(answer["forget"]),
        last=begun.last if answer["more"] else answer["now"],
    )


def _advanced(begun: Any, answer: Answer) -> dict[str, int]:
    cursors = dict(begun)
    for feed, position in answer["cursors"].items():
        cursors[feed] = max(position, cursors.get(feed, 0))
    for feed in answer["forget"]:
        cursors.pop(feed, None)
    return cursors


def _prune(storage: Storage, at: float) -> None:
    for n, row in list(storage.sent.items()):
        if row.answered <= at - KEPT and row.open != "held":
            del storage.sent[n]
    if storage.due:
        return  # a restored server is still to be offered it
    storage.former = {
        device: tuple(row for row in rows if row.answered > at - KEPT) for device, rows in storage.former.items()
    }


def _close_landing(storage: Storage) -> None:
    for n, row in list(storage.sent.items()):
        if row.open == "landing" and row.record not in storage.progress.incomplete:
            storage.sent[n] = row._replace(open=None)
