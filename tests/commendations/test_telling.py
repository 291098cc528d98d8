"""Whoever a nomination waits for is told, once, until it waits no more."""

from __future__ import annotations

from typing import Any

import pytest

from server.people import granting
from tests.commendations.test_service import DECISION, VOTE, Office
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.phones import Phone


@pytest.fixture
def office(chain: Chain) -> Office:
    return Office(chain)


def told(office: Office, phone: Phone) -> list[str]:
    """What waits for somebody by their list of messages, in order."""
    return [one["kind"] for one in _messages(office, phone) if "withdrawn" not in one]


def _messages(office: Office, phone: Phone) -> list[dict[str, Any]]:
    office.chain.work()
    found = [one for one in office.chain.documents("message", phone) if one["kind"].startswith("to_")]
    return sorted(found, key=lambda one: int(one["id"]))


def test_at_each_step_those_are_told_who_can_take_it_and_nobody_else(office: Office) -> None:
    chain = office.chain
    elsewhere = chain.phone("Kim Bình", "GSV", OTHER_COMMUNE)
    everybody = [office.unit, office.standing, office.council, office.leader, chain.volunteer, elsewhere]
    record = office.nominate()
    steps: list[tuple[Phone, str, dict[str, Any]]] = [
        (office.unit, "vote", {"vote": VOTE}),
        (office.standing, "check", {"reason": "Hồ sơ giấy đủ"}),
        (office.council, "clear", {}),
        (office.leader, "list", {}),
        (office.standing, "grant", {"decision": DECISION}),
    ]
    for phone, action, more in steps:
        expected = [[f"to_{action}"] if one is phone else [] for one in everybody]
        assert [told(office, one) for one in everybody] == expected
        office.step(phone, record, action, **more)
    assert [told(office, one) for one in everybody] == [[]] * len(everybody)
    (message,) = _messages(office, office.council)
    assert (message["record"], message["place"], message["about"]) == (record, chain.commune, str(chain.campaign))
    assert (message["text"], message["by"]) == (None, None)


def test_a_nomination_that_comes_back_is_told_of_anew(office: Office) -> None:
    record = office.up_to("voted", office.nominate())
    assert told(office, office.unit) == []
    office.step(office.standing, record, "return", reason="Thiếu biên bản")
    assert told(office, office.unit) == ["to_vote"]
    assert len(_messages(office, office.unit)) == 2
    assert told(office, office.standing) == []


def test_a_nomination_that_is_blocked_waits_for_nobody(office: Office) -> None:
    record = office.up_to("listed", office.nominate())
    assert told(office, office.standing) == ["to_grant"]
    office.step(office.council, record, "block", ground="complaint", reason="Có đơn")
    phones = [office.unit, office.standing, office.council, office.leader]
    assert [told(office, phone) for phone in phones] == [[]] * 4


def test_a_nomination_that_is_changed_goes_back_to_the_vote_and_waits_no_more_where_it_stood(office: Office) -> None:
    chain = office.chain
    sent = chain.approved("DX-08")
    office.up_to("voted", sent["record"])
    assert told(office, office.standing) == ["to_check"]
    changed = chain.edit("DX-08", sent, organisation="Chi đoàn ấp Đầu Giồng")
    chain.review(changed)
    assert told(office, office.standing) == []
    assert told(office, office.unit) == ["to_vote"]
    again = chain.edit("DX-08", changed, organisation="Chi đoàn ấp Nhà Thờ")
    chain.review(again)
    assert told(office, office.unit) == ["to_vote"]
    assert len(_messages(office, office.unit)) == 2


def test_a_nomination_that_counts_no_more_waits_for_nobody(office: Office) -> None:
    chain = office.chain
    sent = chain.approved("DX-08")
    assert told(office, office.unit) == ["to_vote"]
    chain.review(chain.edit("DX-08", sent, organisation="Khác"), "reject", reason="Sai đối tượng")
    assert told(office, office.unit) == []


def test_who_wrote_it_or_took_another_of_the_separate_steps_is_not_asked(office: Office) -> None:
    for phone in (office.standing, office.chain.sender("DX-08")):
        granting.install_role(phone.sync()["person"], {"role": "LD", "place": DISTRICT, "start": None, "end": None})
    office.up_to("cleared", office.nominate())
    assert told(office, office.leader) == ["to_list"]
    assert told(office, office.standing) == []
    assert "to_list" not in told(office, office.chain.sender("DX-08"))


def test_a_record_of_another_form_is_no_nomination(office: Office) -> None:
    office.chain.approved("TT-04")
    assert told(office, office.unit) == []
