"""What else is told by web push: what became of a record, what waits; and what people choose of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.reviews import reminding
from server.webpush import rules, service
from tests.commendations.test_service import VOTE, Office
from tests.tools.chain import OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.webpush.conftest import Ears

REASON = "Thiếu số người dự, gọi ông Sơn 0912 345 678 hoặc xem thẻ 079123456789"


def test_a_returned_record_is_told_to_its_author_with_the_gist_of_the_reason(chain: Chain, ears: Ears) -> None:
    author, other = ears.listen(chain.volunteer), ears.listen(chain.phone("Kim Bình"))
    sent = chain.submit("TT-04")
    chain.review(sent, "return", reason=REASON)
    chain.work()
    assert service.send_due() == 1
    assert other.requests == []
    (request,) = author.requests
    shown = request.json()["notification"]
    assert shown["title"] == "Phiếu được trả lại"
    assert shown["body"] == f"Phiếu {sent['record']}: “Thiếu số người dự, gọi ông Sơn … hoặc xem thẻ …”"
    assert shown["navigate"].endswith(f"/#/record/{sent['record']}")
    assert request.json()["app_badge"] == 1


def test_a_reason_goes_no_further_than_the_right_to_read_the_record(chain: Chain, ears: Ears) -> None:
    author = ears.listen(chain.volunteer)
    sent = chain.submit("TT-04")
    chain.review(sent, "return", reason="Thiếu")
    chain.work()
    move = {"n": 900, "kind": "move", "record": sent["record"], "rev": 1, "from": chain.commune, "at": chain.at}
    mover = chain.phone("Cả hai", "GSV", "huyen-tra-cu")
    (result,) = mover.sync(move | {"place": chain.other_commune})["results"]
    assert result["status"] == "applied", result
    chain.work()
    service.send_due()
    assert [request.json()["notification"]["title"] for request in author.requests] == ["Phiếu được chuyển địa bàn"]


def test_a_supervisor_is_asked_and_reminded_by_push(chain: Chain, ears: Ears, clock: StillClock) -> None:
    supervisor = ears.listen(chain.supervisor, "en")
    ears.listen(chain.phone("Kim Bình", "GSV", OTHER_COMMUNE))
    chain.submit("TNGT-01", deaths_seen=1)
    reminding.tick()
    clock.advance(hours=2)
    reminding.tick()
    chain.work()
    service.send_due()
    told = [request.json()["notification"] for request in supervisor.requests]
    # They are sent at once, and may come in either order.
    assert sorted(one["title"] for one in told) == ["A review is overdue", "Records wait for you"]
    assert {one["body"] for one in told} == {"Ngãi Xuyên commune."}


def test_a_phone_is_told_of_the_kinds_that_were_chosen_on_it(chain: Chain, ears: Ears) -> None:
    chosen = ears.listen(chain.volunteer, kinds=["milestones"])
    nothing = ears.listen(chain.supervisor, kinds=[])
    chain.review(chain.submit("TT-04"), "return", reason="Thiếu")
    chain.approved("TT-04", attendees_total=100)
    service.send_due()
    assert [request.json()["notification"]["title"] for request in chosen.requests] == [
        "100 lượt người được tuyên truyền"
    ]
    assert nothing.requests == []


def test_a_subscription_that_the_browser_renews_keeps_the_choice(chain: Chain, ears: Ears) -> None:
    ears.listen(chain.volunteer, kinds=["milestones"])
    renewed = ears.listen(chain.volunteer)
    chain.review(chain.submit("TT-04"), "return", reason="Thiếu")
    chain.work()
    service.send_due()
    assert renewed.requests == []


def test_a_kind_that_is_none_is_refused(chain: Chain, ears: Ears) -> None:
    body = {**ears.push.create_subscription(None).info, "language": "vi", "kinds": ["prizes"]}
    assert chain.volunteer.put("/api/webpush/subscription", body).status_code == 422


def test_what_was_read_in_the_app_is_not_told_any_more(chain: Chain, ears: Ears, clock: StillClock) -> None:
    mine = ears.listen(chain.volunteer)
    clock.set(datetime(2023, 5, 16, 14, 30, tzinfo=UTC))  # 21:30: it waits for the morning
    chain.review(chain.submit("TT-04"), "return", reason="Thiếu")
    chain.work()
    assert service.send_due() == 0
    (message,) = chain.documents("message")
    chain.volunteer.sync(seen=[int(message["id"])])
    chain.work()
    clock.set(datetime(2023, 5, 16, 23, 0, tzinfo=UTC))
    service.send_due()
    assert mine.requests == []


def test_a_milestone_that_holds_again_before_it_was_told_is_told_after_all(
    chain: Chain, ears: Ears, clock: StillClock
) -> None:
    mine = ears.listen(chain.volunteer)
    clock.set(datetime(2023, 5, 16, 14, 30, tzinfo=UTC))
    sent = chain.approved("TT-04", attendees_total=100)
    smaller = chain.edit("TT-04", sent, attendees_total=10)
    chain.review(smaller)
    chain.work()
    clock.set(datetime(2023, 5, 16, 23, 0, tzinfo=UTC))
    service.send_due()
    assert mine.requests == []
    chain.review(chain.edit("TT-04", smaller, attendees_total=100))
    chain.work()
    service.send_due()
    assert len(mine.requests) == 1


def test_a_push_names_the_unit_and_nothing_of_the_nomination(chain: Chain, ears: Ears, clock: StillClock) -> None:
    office = Office(chain)
    unit, standing = ears.listen(office.unit), ears.listen(office.standing, "en", kinds=["reviews"])
    deaf = ears.listen(office.council, kinds=["milestones"])
    record = office.nominate()
    chain.work()
    service.send_due()
    (shown,) = [request.json()["notification"] for request in unit.requests]
    assert (shown["title"], shown["body"]) == ("Đề nghị khen chờ bình xét", "Xã Ngãi Xuyên.")
    assert shown["navigate"].endswith(f"/#/commendations/{chain.campaign}/{record}")
    clock.advance(hours=14)  # at night nobody is woken, and by the morning it has been done
    office.step(office.unit, record, "vote", vote=VOTE)
    chain.work()
    assert service.send_due() == 0
    office.step(office.standing, record, "check", reason="Hồ sơ giấy đủ")
    chain.work()
    clock.advance(hours=12)
    service.send_due()
    assert standing.requests == deaf.requests == []


@pytest.mark.parametrize(
    ("reason", "gist"),
    [
        ("Thiếu  số\nngười dự", "Thiếu số người dự"),
        ("Gọi 0912.345.678", "Gọi …"),
        ("Ngày 9/5 có 2 buổi", "Ngày 9/5 có 2 buổi"),
        ("a" * 50 + " " + "b" * 80, "a" * 50 + "…"),
    ],
)
def test_a_gist_is_short_and_holds_no_long_number(reason: str, gist: str) -> None:
    assert rules.gist(reason) == gist


def test_every_message_has_its_words_in_three_languages_and_one_kind() -> None:
    assert set(rules.MESSAGES) == set(rules.KIND_OF) - {"milestone", "guard", "deadline"}
    for title, body, _ in rules.MESSAGES.values():
        assert title.keys() == body.keys() == {"vi", "en", "km"}
