"""From a nomination to an award: the committee proposes, others grant, and nothing is public without consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from server.people import granting
from tests.people.test_standing_in import stand_in
from tests.tools.chain import COMMUNE, DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

VOTE = {"held_on": "2023-05-14", "members": 9, "present": 8, "agree": 7, "against": 0, "abstained": 1}
DECISION = {"number": "12/QĐ-UBND", "on": "2023-05-15", "book": "07"}


class Office:
    """The people around a nomination, each on a phone."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.unit = chain.supervisor
        self.standing = chain.phone("Cúc", "TT", DISTRICT)
        self.council = chain.phone("Phan Hội", "TDKT", DISTRICT)
        self.leader = chain.phone("Trần Lãnh", "LD", DISTRICT)
        self.at = f"/api/campaigns/{chain.campaign}/commendations"

    def nominate(self, **changes: Any) -> str:
        """An approved nomination; its record's number."""
        record: str = self.chain.approved("DX-08", **changes)["record"]
        return record

    def seen(self, record: str, phone: Phone | None = None) -> dict[str, Any]:
        answer = (phone or self.standing).get(f"{self.at}/{record}")
        assert answer.status_code == 200, answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found

    def post(self, phone: Phone, record: str, action: str, **more: Any) -> Any:
        now = self.seen(record)
        return phone.post(
            f"{self.at}/{record}/steps", {"action": action, "after": now["after"], "rev": now["rev"], **more}
        )

    def step(self, phone: Phone, record: str, action: str, **more: Any) -> dict[str, Any]:
        answer = self.post(phone, record, action, **more)
        assert answer.status_code == 200, answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found

    def up_to(self, stage: str, record: str) -> str:
        """Takes all steps until a nomination stands there."""
        steps: list[tuple[str, Phone, str, dict[str, Any]]] = [
            ("voted", self.unit, "vote", {"vote": VOTE}),
            ("checked", self.standing, "check", {"reason": "Hồ sơ giấy đủ"}),
            ("cleared", self.council, "clear", {}),
            ("listed", self.leader, "list", {}),
            ("granted", self.standing, "grant", {"decision": DECISION}),
            ("published", self.standing, "publish", {}),
        ]
        for reached, phone, action, more in steps:
            assert self.step(phone, record, action, **more)["stage"] == reached
            if reached == stage:
                break
        return record

    def overview(self, phone: Phone) -> dict[str, Any]:
        answer = phone.get(self.at)
        assert answer.status_code == 200, answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found


@pytest.fixture
def office(chain: Chain) -> Office:
    return Office(chain)


def slug(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]


def errors(answer: Any) -> set[str]:
    assert slug(answer) == (422, "invalid"), answer.get_json()
    return set(answer.get_json()["errors"])


# ---------------------------------------------------------------- the whole way


def test_a_nomination_becomes_an_award_by_vote_evidence_conduct_list_and_decision(office: Office) -> None:
    session = office.chain.approved("TT-04")["record"]
    record = office.nominate(evidence=session)
    office.step(office.unit, record, "vote", vote=VOTE)
    office.step(office.standing, record, "check")
    office.step(office.council, record, "clear")
    listed = office.step(office.leader, record, "list")
    assert listed["grantor"]["vi"] == "Chủ tịch UBND xã Ngãi Xuyên"
    assert (listed["law"], listed["money"]) == ("Nghị định số 91/2017/NĐ-CP", 230_000)
    granted = office.step(office.standing, record, "grant", decision=DECISION)
    assert granted["steps"][-1]["decision"] == DECISION
    assert office.step(office.standing, record, "publish")["stage"] == "published"
    taken = office.seen(record)["steps"]
    assert [(one["action"], one["was"], one["reached"], one["by"]) for one in taken] == [
        ("vote", "nominated", "voted", "Sơn Chi"),
        ("check", "voted", "checked", "Cúc"),
        ("clear", "checked", "cleared", "Phan Hội"),
        ("list", "cleared", "listed", "Trần Lãnh"),
        ("grant", "listed", "granted", "Cúc"),
        ("publish", "granted", "published", "Cúc"),
    ]
    assert taken[0]["vote"] == VOTE


def test_only_approved_records_are_nominations_and_a_rejected_one_stands_nowhere(office: Office) -> None:
    sent = office.chain.submit("DX-08")
    assert office.overview(office.standing)["nominations"] == []
    office.chain.review(sent)
    office.chain.work()
    office.step(office.unit, sent["record"], "vote", vote=VOTE)
    office.chain.review(sent, "reject", reason="Khai sai")
    office.chain.work()
    seen = office.seen(sent["record"])
    assert (seen["stage"], seen["may"], len(seen["steps"])) == ("withdrawn", [], 1)


def test_a_changed_nomination_begins_again_and_keeps_its_history(office: Office) -> None:
    sent = office.chain.approved("DX-08")
    office.up_to("cleared", sent["record"])
    changed = office.chain.edit("DX-08", sent, proposed_form="province")
    assert office.seen(sent["record"])["stage"] == "cleared"  # what counts is still the first one
    office.chain.review(changed)
    office.chain.work()
    seen = office.seen(sent["record"])
    assert (seen["stage"], seen["award"], len(seen["steps"]), seen["agree"]) == ("nominated", "province", 3, None)


def test_a_lower_award_is_no_condition_of_a_higher_one(office: Office) -> None:
    record = office.up_to("granted", office.nominate(proposed_form="province"))
    assert office.seen(record)["grantor"]["vi"] == "Chủ tịch UBND tỉnh Trà Vinh"


# ---------------------------------------------------------------- the meeting


def test_a_meeting_without_a_quorum_leads_nowhere_and_is_kept(office: Office) -> None:
    record = office.nominate()
    few = {**VOTE, "present": 5, "agree": 5, "abstained": 0}
    assert office.step(office.unit, record, "vote", vote=few)["stage"] == "nominated"
    assert slug(office.post(office.standing, record, "check", reason="x")) == (409, "commendation-moved")
    assert errors(office.post(office.unit, record, "vote", vote=VOTE)) == {"reason"}
    again = office.step(office.unit, record, "vote", vote=VOTE, reason="Họp lại, đủ người")
    assert (again["stage"], len(again["steps"]), again["agree"]) == ("voted", 2, 7)


def test_a_meeting_that_did_not_agree_proposes_nobody(office: Office) -> None:
    record = office.nominate()
    against = {**VOTE, "agree": 4, "against": 4, "abstained": 0}
    assert office.step(office.unit, record, "vote", vote=against)["stage"] == "not_passed"
    assert slug(office.post(office.standing, record, "check", reason="x")) == (409, "commendation-moved")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [({"agree": 8}, "agree"), ({"present": 10, "abstained": 3}, "present"), ({"held_on": "2023-05-17"}, "held_on")],
)
def test_figures_of_a_meeting_that_cannot_be_are_refused(office: Office, changes: dict[str, Any], wrong: str) -> None:
    record = office.nominate()
    assert errors(office.post(office.unit, record, "vote", vote={**VOTE, **changes})) == {wrong}
    assert office.seen(record)["after"] == 0


# ---------------------------------------------------------------- evidence and rivals


def test_evidence_counts_where_its_record_is_approved_and_can_be_read(office: Office) -> None:
    good, waiting = office.chain.approved("TT-04")["record"], office.chain.submit("TT-04")["record"]
    case = office.chain.approved("TNGT-02")["record"]
    record = office.nominate(evidence=f"{good} {waiting} {case} 99999-1")
    for phone in (office.standing, office.council):
        found = {one["record"]: one for one in office.seen(record, phone)["evidence"]}
        assert {key: one["counted"] for key, one in found.items()} == {
            good: True, waiting: False, case: True, "99999-1": False,
        }  # fmt: skip
        said = {one["question"]["vi"]: [part["vi"] for part in one["answer"]] for one in found[good]["answers"]}
        assert "60" in said["Tổng số người dự"]
        assert found[good]["form"]["vi"] == "Buổi tuyên truyền"
        assert found[case]["answers"] == []  # who was hurt is no evidence of merit


def test_without_evidence_or_beside_a_rival_the_check_says_why(office: Office) -> None:
    session = office.chain.approved("TT-04")["record"]
    first = office.nominate(evidence=session)
    office.up_to("voted", first)
    office.step(office.standing, first, "check")
    bare = office.nominate(list_ref="Số 9, UBND xã")
    office.up_to("voted", bare)
    assert errors(office.post(office.standing, bare, "check")) == {"reason"}
    twin = office.nominate(evidence=session, list_ref="số 3,  văn phòng UBND xã")
    shared = office.nominate(evidence=session, organisation="Tổ tự quản ấp Chợ")
    assert {(one["record"], one["why"]) for one in office.seen(twin)["alike"]} == {
        (first, "nominee"), (shared, "evidence"),
    }  # fmt: skip
    assert set(office.seen(shared)["evidence"][0]["others"]) == {first, twin}
    office.up_to("voted", twin)
    assert errors(office.post(office.standing, twin, "check")) == {"reason"}
    assert office.step(office.standing, twin, "check", reason="Khác người")["stage"] == "checked"


def test_what_was_cancelled_or_refused_is_no_rival(office: Office) -> None:
    first = office.nominate()
    office.step(office.standing, first, "cancel", reason="Lập hai lần")
    assert office.seen(office.nominate())["alike"] == []


# ---------------------------------------------------------------- conduct


def test_nobody_is_awarded_while_something_is_looked_into(office: Office) -> None:
    record = office.up_to("checked", office.nominate())
    assert errors(office.post(office.council, record, "block")) == {"reason", "ground"}
    blocked = office.step(office.council, record, "block", ground="complaint", reason="Đơn khiếu nại đang giải quyết")
    assert blocked["stage"] == "blocked"
    assert slug(office.post(office.leader, record, "list")) == (409, "commendation-moved")
    assert office.step(office.council, record, "clear", reason="Đã có kết luận")["stage"] == "cleared"
    office.step(office.leader, record, "list")
    late = office.step(office.council, record, "block", ground="discipline", reason="Mới phát sinh")
    assert late["stage"] == "blocked"
    assert slug(office.post(office.standing, record, "grant", decision=DECISION)) == (409, "commendation-moved")


def test_why_conduct_holds_somebody_up_is_not_told_to_the_unit(office: Office) -> None:
    record = office.up_to("checked", office.nominate())
    office.step(office.council, record, "block", ground="complaint", reason="Đơn khiếu nại")
    for phone, told in ((office.unit, (None, None)), (office.leader, ("complaint", "Đơn khiếu nại"))):
        step = office.seen(record, phone)["steps"][-1]
        assert (step["action"], (step["ground"], step["reason"])) == ("block", told)
    office.step(office.council, record, "clear", reason="Đơn đã rút")
    assert office.seen(record, office.unit)["steps"][-1]["reason"] is None


# ---------------------------------------------------------------- whose step it is


def test_each_step_is_its_offices_and_nobody_elses(office: Office) -> None:
    record = office.nominate()
    everybody = [office.unit, office.standing, office.council, office.leader]
    steps = [
        (office.unit, "vote", {"vote": VOTE}),
        (office.standing, "check", {"reason": "Hồ sơ giấy"}),
        (office.council, "clear", {}),
        (office.leader, "list", {}),
        (office.standing, "grant", {"decision": DECISION}),
        (office.standing, "publish", {}),
    ]
    for whose, action, more in steps:
        for phone in everybody:
            if phone is not whose:
                assert slug(office.post(phone, record, action, **more)) == (404, "not-found")
        assert office.seen(record, whose)["may"][0] == action
        office.step(whose, record, action, **more)


def test_a_supervisor_sees_their_own_commune_the_offices_all_and_others_nothing(office: Office) -> None:
    record = office.nominate()
    for phone in (office.unit, office.standing, office.council, office.leader):
        assert [one["record"] for one in office.overview(phone)["nominations"]] == [record]
    other = office.chain.phone("Lan", "GSV", OTHER_COMMUNE)
    for phone in (office.chain.volunteer, office.chain.phone("Công", "CAX"), other):
        assert office.overview(phone)["nominations"] == []
        assert slug(phone.get(f"{office.at}/{record}")) == (404, "not-found")
        body = {"action": "vote", "after": 0, "rev": 1, "vote": VOTE}
        assert slug(phone.post(f"{office.at}/{record}/steps", body)) == (404, "not-found")
    assert Phone(office.chain.app).get(office.at).status_code == 401
    assert slug(office.standing.get(f"/api/campaigns/{office.chain.campaign + 1}/commendations")) == (404, "not-found")


def test_who_wrote_or_checked_it_does_not_clear_or_list_it(office: Office) -> None:
    person = office.standing.sync()["person"]
    for role in ("LD", "TDKT"):
        granting.install_role(person, {"role": role, "place": DISTRICT, "start": None, "end": None})
    record = office.up_to("checked", office.nominate())
    assert slug(office.post(office.standing, record, "clear")) == (409, "own-nomination")
    seen = office.seen(record, office.standing)
    assert "clear" in seen["own"]
    assert "clear" not in seen["may"]
    office.step(office.council, record, "clear")
    assert slug(office.post(office.standing, record, "list")) == (409, "own-nomination")
    author = office.chain.sender("DX-08").sync()["person"]
    granting.install_role(author, {"role": "LD", "place": DISTRICT, "start": None, "end": None})
    assert slug(office.post(office.chain.sender("DX-08"), record, "list")) == (409, "own-nomination")


def test_of_two_at_once_the_second_sees_what_the_first_did(office: Office) -> None:
    record = office.nominate()
    body = {"action": "vote", "after": 0, "rev": office.seen(record)["rev"], "vote": VOTE}
    address = f"{office.at}/{record}/steps"
    assert office.unit.post(address, body).status_code == 200
    other = office.chain.phone("Kim Hai", "GSV", COMMUNE)
    assert slug(other.post(address, {**body, "vote": {**VOTE, "agree": 8, "abstained": 0}})) == (
        409, "commendation-moved",
    )  # fmt: skip
    again = office.unit.post(address, body)  # its answer was lost
    assert (again.status_code, again.get_json()["after"]) == (200, 1)
    stale = {**body, "after": 1, "rev": 9, "reason": "x"}
    assert slug(office.unit.post(address, stale)) == (409, "commendation-moved")


def test_who_took_a_step_in_anothers_place_stays_known(office: Office) -> None:
    deputy, away = office.chain.phone("Kim Bình", "XEM"), office.unit
    stand_in(office.standing, away.person, deputy.person, **{"from": "2023-05-16", "to": "2023-05-27"})
    record = office.nominate()
    office.step(deputy, record, "vote", vote=VOTE)
    office.step(office.standing, record, "check", reason="Hồ sơ giấy đủ")
    taken = office.seen(record)["steps"]
    assert [(one["by"], one["for"]) for one in taken] == [("Kim Bình", "Sơn Chi"), ("Cúc", None)]


# ---------------------------------------------------------------- granting and after


def test_the_district_grants_until_june_2025_and_nobody_in_its_name_after(office: Office, clock: StillClock) -> None:
    record = office.up_to("cleared", office.nominate(proposed_form="district"))
    assert office.seen(record)["grantor"]["vi"] == "Chủ tịch UBND huyện Trà Cú"
    other = office.up_to("listed", office.nominate(proposed_form="province", list_ref="Số 4"))
    clock.set(datetime.fromisoformat("2025-06-20T08:00:00+07:00"))
    office.standing = office.chain.phone("Cúc", "TT", DISTRICT)  # a session lasts half a year
    office.leader = office.chain.phone("Trần Lãnh", "LD", DISTRICT)
    assert office.seen(record)["grantor"]["vi"] == "Chủ tịch UBND huyện Trà Cú"
    clock.set(datetime.fromisoformat("2025-07-02T08:00:00+07:00"))
    seen = office.seen(record)
    assert (seen["grantor"], seen["law"]) == (None, "Nghị định số 152/2025/NĐ-CP")
    assert slug(office.post(office.leader, record, "list")) == (409, "no-grantor")
    assert office.seen(other)["grantor"]["vi"] == "Chủ tịch UBND tỉnh Vĩnh Long"


def test_a_decision_has_a_number_and_a_day_that_is_not_to_come(office: Office) -> None:
    record = office.up_to("listed", office.nominate())
    for decision in (None, {"on": "2023-05-15"}, {"number": "12"}, {"number": "12", "on": "2023-05-17"}):
        assert errors(office.post(office.standing, record, "grant", decision=decision)) == {"decision"}
    assert errors(office.post(office.standing, record, "decline")) == {"reason"}
    declined = office.step(office.standing, record, "decline", reason="UBND xã không chọn")
    assert (declined["stage"], declined["may"]) == ("declined", [])


def test_nothing_is_public_without_consent_and_no_more_once_it_is_withdrawn(office: Office) -> None:
    silent = office.up_to("granted", office.nominate(nominee_consent="no", list_ref="Số 1"))
    assert slug(office.post(office.standing, silent, "publish")) == (409, "no-consent")
    sent = office.chain.approved("DX-08")
    office.up_to("published", sent["record"])
    expected = {"place": office.chain.commune, "kind": "person", "award": "commune"}
    expected |= {"number": "12/QĐ-UBND", "on": "2023-05-15"}
    assert office.overview(office.chain.volunteer)["published"] == [expected]
    changed = office.chain.edit("DX-08", sent, nominee_consent="no")
    office.chain.review(changed)
    office.chain.work()
    assert office.overview(office.chain.volunteer)["published"] == []
    assert office.seen(sent["record"])["stage"] == "published"
    assert office.step(office.standing, sent["record"], "unpublish", reason="Rút đồng ý")["stage"] == "granted"


def test_an_award_from_false_declarations_is_cancelled_with_a_reason_and_its_history_stays(office: Office) -> None:
    record = office.up_to("published", office.nominate())
    assert errors(office.post(office.standing, record, "cancel")) == {"reason"}
    cancelled = office.step(office.council, record, "cancel", reason="Khai man thành tích; thu hồi tiền thưởng")
    assert (cancelled["stage"], cancelled["may"], len(cancelled["steps"])) == ("cancelled", [], 7)
    assert office.overview(office.chain.volunteer)["published"] == []


def test_no_number_of_a_person_is_taken_in_a_reason(office: Office) -> None:
    record = office.up_to("checked", office.nominate())
    told = office.post(office.council, record, "block", ground="complaint", reason="Đơn của 0912 345 678")
    assert errors(told) == {"reason"}


def test_a_list_is_in_the_order_of_the_votes_and_women_come_first_on_a_tie(office: Office) -> None:
    records = {}
    for sex, agree in (("male", 8), ("male", 7), ("female", 7)):
        records[sex, agree] = office.nominate(sex=sex, list_ref=f"Số {sex} {agree}")
        office.step(office.unit, records[sex, agree], "vote", vote={**VOTE, "agree": agree, "abstained": 8 - agree})
    ordered = [one["record"] for one in office.overview(office.standing)["nominations"]]
    assert ordered == [records["male", 8], records["female", 7], records["male", 7]]
