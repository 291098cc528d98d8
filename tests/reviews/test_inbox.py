"""The inbox: what waits for a decision, for whom, in which order."""

from __future__ import annotations

from typing import Any

from tests.people.test_standing_in import disputed
from tests.tools.chain import AT, DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def inbox(phone: Phone, **query: Any) -> dict[str, Any]:
    answer = phone.get("/api/reviews/inbox", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def records(page: dict[str, Any]) -> list[str]:
    return [item["record"] for item in page["items"]]


def test_it_shows_what_was_submitted_oldest_first_until_it_is_decided(chain: Chain, clock: StillClock) -> None:
    first = chain.submit("TT-04")
    clock.advance(minutes=5)
    second = chain.submit("CK-05")
    clock.advance(minutes=5)
    page = inbox(chain.supervisor)
    assert records(page) == [first["record"], second["record"]]
    assert page["next"] is None
    item = page["items"][0]
    assert (item["form"], item["rev"], item["place"], item["conflicts"]) == ("TT-04", 1, chain.commune, 0)
    assert item["author"] == {"id": chain.volunteer.person, "name": "Thạch Thị An"}
    chain.review(first, "return", reason="Thiếu số người dự")
    assert records(inbox(chain.supervisor)) == [second["record"]]
    chain.edit("TT-04", first, attendees_total=61)
    assert records(inbox(chain.supervisor)) == [second["record"], first["record"]]


def test_it_counts_the_conflicts_that_somebody_must_decide_still(chain: Chain) -> None:
    added, asked = chain.submit("QS-06"), disputed(chain)
    chain.edit("QS-06", added, riders_total=104)
    chain.edit("QS-06", added, chain.phone("Kim Bình"), riders_total=101)  # the form adds them up
    counted = {item["record"]: item["conflicts"] for item in inbox(chain.supervisor)["items"]}
    assert counted == {added["record"]: 0, asked["record"]: 1}
    resolve = {"n": 900, "kind": "resolve", "record": asked["record"], "base": 2, "closes": [1], "at": AT, "set": []}
    assert chain.supervisor.sync(resolve)["results"][0]["status"] == "applied"
    assert {item["conflicts"] for item in inbox(chain.supervisor)["items"]} == {0}


def test_nobody_is_shown_their_own_record(chain: Chain) -> None:
    mine = chain.submit("TT-04", phone=chain.supervisor)
    theirs = chain.submit("TT-04")
    assert records(inbox(chain.supervisor)) == [theirs["record"]]
    assert set(records(inbox(chain.phone("Sơn Dũng", "GSV")))) == {mine["record"], theirs["record"]}


def test_only_places_where_one_reviews_are_shown(chain: Chain) -> None:
    chain.submit("TT-04")
    for other in (
        chain.volunteer,
        chain.phone("Cúc", "TT", DISTRICT),
        chain.phone("Lâm", "GSV", OTHER_COMMUNE),
    ):
        assert inbox(other) == {"items": [], "next": None}
    assert Phone(chain.app).get("/api/reviews/inbox").status_code == 401
    assert inbox(chain.supervisor, place=chain.other_commune)["items"] == []
    assert len(inbox(chain.supervisor, place=chain.commune)["items"]) == 1


def test_it_is_filtered_by_form(chain: Chain) -> None:
    session, pledges = chain.submit("TT-04"), chain.submit("CK-05")
    assert records(inbox(chain.supervisor, form="CK-05")) == [pledges["record"]]
    assert records(inbox(chain.supervisor, form="TT-04")) == [session["record"]]
    assert records(inbox(chain.supervisor, form="XX-99")) == []


def test_pages_go_on_where_the_last_one_ended(chain: Chain, clock: StillClock) -> None:
    sent = [chain.submit("TT-04")["record"] for _ in range(4)]  # all at the same moment
    clock.advance(minutes=1)
    sent.append(chain.submit("TT-04")["record"])
    found, after = [], None
    while True:
        page = inbox(chain.supervisor, limit=2, **({"after": after} if after else {}))
        assert len(page["items"]) <= 2
        found += records(page)
        after = page["next"]
        if after is None:
            break
    assert sorted(found) == sorted(sent)
    assert found[-1] == sent[-1]


def test_a_query_that_makes_no_sense_is_invalid(chain: Chain) -> None:
    for query in ({"limit": "0"}, {"limit": "x"}, {"place": "x"}, {"after": "x"}, {"after": "2023-05-16T00:00:00~1-1"}):
        answer = chain.supervisor.get("/api/reviews/inbox", query_string=query)
        assert (answer.status_code, answer.get_json()["slug"]) == (422, "invalid"), query
