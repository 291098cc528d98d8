"""What the office sees of messages that web push gave up on."""

from __future__ import annotations

from typing import Any

from server.people import service as people
from server.webpush import rules, service
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone
from tests.tools.push_behaviours import Behaviour, bad_vapid, server_error
from tests.webpush.conftest import Ears


def shown(office: Phone) -> dict[str, Any]:
    answer = office.get("/api/webpush/undelivered")
    assert answer.status_code == 200, answer.get_json()
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def give_up(chain: Chain, ears: Ears, clock: StillClock, how: Behaviour) -> str:
    """A record that is returned to a volunteer whose service answers so, until the sender has given up; its id."""
    ears.listen(chain.volunteer).behave(how)
    sent = chain.submit("TT-04")
    chain.review(sent, "return", reason="Thiếu số người dự")
    chain.work()
    for _ in range(3 * rules.ATTEMPTS):  # at night nothing is tried
        service.send_due()
        clock.advance(hours=7)
    return str(sent["record"])


def test_the_office_sees_whom_a_message_did_not_reach_of_which_kind_since_when_and_why(
    chain: Chain, ears: Ears, clock: StillClock
) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    assert shown(office) == {"messages": 0, "phones": []}
    began = clock.now
    record = give_up(chain, ears, clock, server_error(503))
    found = shown(office)
    (phone,) = found["phones"]
    assert (found["messages"], phone["device"]) == (1, chain.volunteer.device)
    assert phone["person"] == {"id": chain.volunteer.person, "name": "Thạch Thị An"}
    assert (phone["kinds"], phone["reasons"]) == ({"records": 1}, {"busy": 1})
    assert phone["since"] == phone["last"] == began.isoformat()
    told = str(found)
    assert "https" not in told
    assert record not in told
    assert "Thiếu" not in told


def test_a_refusal_is_told_apart_and_shown_at_once(chain: Chain, ears: Ears, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    give_up(chain, ears, clock, bad_vapid())
    assert [one["reasons"] for one in shown(office)["phones"]] == [{"refused": 1}]


def test_only_an_office_sees_it_and_only_of_people_it_looks_after(chain: Chain, ears: Ears, clock: StillClock) -> None:
    give_up(chain, ears, clock, server_error(503))
    for other in (chain.volunteer, chain.supervisor, chain.phone("Trần Lãnh", "LD", DISTRICT)):
        assert other.get("/api/webpush/undelivered").status_code == 404
    assert shown(chain.phone("Xã khác", "TT", OTHER_COMMUNE))["phones"] == []


def test_a_line_goes_once_the_message_was_read_in_the_app(chain: Chain, ears: Ears, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    give_up(chain, ears, clock, server_error(503))
    (message,) = chain.documents("message")
    chain.volunteer.sync(seen=[int(message["id"])])
    chain.work()
    assert shown(office)["messages"] == 0


def test_what_reached_another_phone_of_the_person_is_no_worry(chain: Chain, ears: Ears, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    token = people.install_link(chain.volunteer.person)["url"].rpartition("/")[2]
    ears.listen(Phone(chain.app).enrol(token))
    give_up(chain, ears, clock, server_error(503))
    assert shown(office)["messages"] == 0
