"""What everybody is told in the same words is remembered by a process, and never told when it says something else."""

from __future__ import annotations

from typing import Any

import pytest

from server import feeds
from tests.records.test_moves import move, result, there
from tests.records.test_sync import documents
from tests.tools.chain import Chain
from tests.tools.phones import Phone


class Forgetful:
    """Asks twice, and once more of a process that remembers nothing."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def read(self, phone: Phone) -> dict[str, Any]:
        """Everything in the phone's feeds, told the same whether remembered or not."""
        phone.sync()
        answer: dict[str, Any] = phone.sync()
        self.patch.setattr(feeds, "_remembered", {})
        anew = phone.sync()
        assert (answer["changes"], answer["people"]) == (anew["changes"], anew["people"])
        return answer


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Forgetful:
    return Forgetful(monkeypatch)


def test_a_record_is_told_as_it_is_after_each_thing_that_happens_to_it(chain: Chain, forgetful: Forgetful) -> None:
    sent = chain.submit("CK-05")
    readers = (chain.volunteer, chain.supervisor, chain.phone("Văn phòng", "TT", "huyen-tra-cu"))
    seen = []
    for happens in (
        lambda: None,
        lambda: chain.review(sent, "return", reason="why"),
        lambda: chain.edit("CK-05", sent, signed_count=31),
        lambda: chain.edit("CK-05", sent, chain.supervisor, signed_count=33),
    ):
        happens()
        told = [documents(forgetful.read(reader), "record")[sent["record"]] for reader in readers]
        assert told[0] == told[1] == told[2]
        seen.append((told[0]["rev"], told[0]["state"], len(told[0]["conflicts"])))
    assert seen == [(1, "submitted", 0), (1, "returned", 0), (2, "submitted", 0), (2, "submitted", 1)]


def test_a_record_that_went_elsewhere_is_gone_where_it_was_for_all_who_remember_it(
    chain: Chain, forgetful: Forgetful
) -> None:
    sent = chain.submit("CK-05")
    other, office = there(chain), chain.phone("Văn phòng", "TT", "huyen-tra-cu")
    for reader in (chain.volunteer, office):
        assert forgetful.read(reader)["changes"][f"p{chain.commune}"][-1]["rev"] == 1
    assert result(chain.supervisor, move(1, sent["record"], chain.commune, chain.other_commune))["status"] == "applied"
    for reader in (chain.volunteer, office):
        assert "gone" in forgetful.read(reader)["changes"][f"p{chain.commune}"][-1]
    assert documents(forgetful.read(other), "record")[sent["record"]]["place"] == chain.other_commune
