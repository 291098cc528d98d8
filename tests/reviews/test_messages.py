"""Who is told what became of a record, in their own feed."""

from __future__ import annotations

from typing import Any

from server.reviews import rules
from server.reviews.rules import Message
from tests.tools.chain import AT, Chain


def told(chain: Chain, phone: Any) -> list[tuple[Any, ...]]:
    chain.work()
    found = chain.documents("message", phone)
    return [(item["kind"], item["record"], item["text"], item["by"]) for item in found]


def test_a_returned_record_comes_back_to_its_author_with_the_reason(chain: Chain) -> None:
    sent = chain.submit("TT-04")
    chain.review(sent, "return", reason="Thiếu số người dự")
    by = chain.supervisor.person
    assert told(chain, chain.volunteer) == [("returned", sent["record"], "Thiếu số người dự", by)]
    assert told(chain, chain.supervisor) == []
    assert told(chain, chain.phone("Kim Bình")) == []


def test_an_approval_needs_no_message(chain: Chain) -> None:
    chain.approved("TT-04")
    assert told(chain, chain.volunteer) == []


def test_a_rejection_tells_why(chain: Chain) -> None:
    sent = chain.submit("TT-04")
    chain.review(sent, "reject", reason="Trùng với buổi ngày 9/5")
    assert told(chain, chain.volunteer)[0][:3] == ("rejected", sent["record"], "Trùng với buổi ngày 9/5")


def test_both_sides_of_a_conflict_are_told(chain: Chain) -> None:
    sent = chain.submit("TT-04", attendees_total=60)
    colleague = chain.phone("Kim Bình")
    chain.edit("TT-04", sent, attendees_total=70)
    edit = {"n": 900, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("TT-04", {"attendees_total": 80})
    (result,) = colleague.sync(edit)["results"]
    assert result["status"] == "conflict"
    assert told(chain, chain.volunteer) == [("conflict", sent["record"], None, colleague.person)]
    assert told(chain, colleague) == [("conflict", sent["record"], None, chain.volunteer.person)]


def test_whoevers_value_was_not_chosen_is_told_and_the_others_are_not(chain: Chain) -> None:
    sent = chain.submit("TT-04", attendees_total=60)
    colleague = chain.phone("Kim Bình")
    chain.edit("TT-04", sent, attendees_total=70)
    edit = {"n": 900, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("TT-04", {"attendees_total": 80})
    (result,) = colleague.sync(edit)["results"]
    decision = {"n": 901, "kind": "resolve", "record": sent["record"], "base": result["rev"], "at": AT}
    decision |= {"closes": result["conflicts"], "set": chain.positions("TT-04", {"attendees_total": 80})}
    (decided,) = colleague.sync(decision)["results"]
    assert decided["status"] == "applied"
    assert [kind for kind, *_ in told(chain, chain.volunteer)] == ["conflict", "decided"]
    assert told(chain, chain.volunteer)[1] == ("decided", sent["record"], None, colleague.person)
    assert [kind for kind, *_ in told(chain, colleague)] == ["conflict"]


def test_a_third_who_decides_for_neither_tells_both() -> None:
    event = {"record_id": "1-1", "conflict_id": 1, "by": 7, "not_chosen": [5, 6]}
    assert rules.of_decision(event) == [
        Message(5, "decided", "1-1", 7, cause="decided:1-1:1"),
        Message(6, "decided", "1-1", 7, cause="decided:1-1:1"),
    ]
    assert rules.of_decision({**event, "by": 5}) == [Message(6, "decided", "1-1", 5, cause="decided:1-1:1")]


def test_a_held_item_is_told_to_its_author_and_so_is_what_became_of_it(chain: Chain) -> None:
    edit = {"n": 900, "kind": "edit", "record": f"{chain.volunteer.device}-900", "base": 0, "at": AT}
    edit |= {"form": chain.versions["TT-04"], "place": chain.commune, "set": [[0, "no date"]]}
    (result,) = chain.volunteer.sync(edit)["results"]
    assert result["status"] == "quarantined"
    assert told(chain, chain.volunteer)[0][0] == "quarantined"
    (held,) = chain.documents("quarantine", chain.supervisor)
    assert chain.supervisor.post(f"/api/quarantine/{held['id']}/discard").status_code == 200
    kinds = [kind for kind, *_ in told(chain, chain.volunteer)]
    assert kinds == ["quarantined", "discarded"]
    assert told(chain, chain.volunteer)[1][3] == chain.supervisor.person


def test_one_who_settles_their_own_item_is_not_told_of_it() -> None:
    event = {"quarantine_id": 1, "person_id": 5, "by": 5, "status": "released", "record_id": "1-1"}
    assert rules.of_settlement(event) == []
    assert rules.of_settlement({**event, "by": 6}) == [Message(5, "released", "1-1", 6, cause="released:1")]


def test_one_person_with_two_phones_is_told_of_a_conflict_once() -> None:
    event = {"record_id": "1-1", "head_by": 5, "theirs_by": 5, "place_id": 4, "conflict_ids": [1]}
    assert rules.of_conflict(event) == [Message(5, "conflict", "1-1", 5, cause="conflict:1-1:1")]


def test_what_was_read_on_one_phone_is_read_on_all_and_nobody_elses_is(chain: Chain) -> None:
    chain.review(chain.submit("TT-04"), "return", reason="Thiếu số người dự")
    chain.work()
    (message,) = chain.documents("message")
    stranger = chain.phone("Kim Bình")
    stranger.sync(seen=[int(message["id"])])
    chain.work()
    assert "read" not in chain.documents("message")[0]
    cursors = chain.volunteer.sync(seen=[int(message["id"])])["cursors"]
    chain.volunteer.sync(seen=[int(message["id"])])
    chain.work()
    changes = chain.volunteer.sync(cursors=cursors)["changes"][f"u{chain.volunteer.person}"]
    assert [one["read"] for one in changes] == ["2023-05-16T00:30:00+00:00"]


def test_a_record_that_is_returned_again_is_news_again(chain: Chain) -> None:
    sent = chain.submit("TT-04")
    chain.review(sent, "return", reason="Thiếu số người dự")
    chain.work()
    (message,) = chain.documents("message")
    chain.volunteer.sync(seen=[int(message["id"])])
    chain.work()
    chain.review(sent)
    chain.review(sent, "return", reason="Xem lại ngày")
    assert told(chain, chain.volunteer) == [("returned", sent["record"], "Xem lại ngày", chain.supervisor.person)]
    assert "read" not in chain.documents("message")[0]


def test_a_milestone_stands_among_the_messages_and_says_when_it_was_taken_back(chain: Chain) -> None:
    sent = chain.approved("TT-04", attendees_total=100)
    (message,) = chain.documents("message")
    assert (message["kind"], message["about"]) == ("milestone", f"{chain.campaign}:T100:{chain.commune}")
    smaller = chain.edit("TT-04", sent, attendees_total=10)
    chain.review(smaller)
    chain.work()
    assert "withdrawn" in chain.documents("message")[0]
    chain.review(chain.edit("TT-04", smaller, attendees_total=200))
    chain.work()
    (again,) = chain.documents("message")
    assert again["id"] == message["id"]
    assert "withdrawn" not in again
