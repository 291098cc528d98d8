"""Who may do what where."""

from __future__ import annotations

import pytest

from server.people import rules
from server.people.rules import Actor, Held

DISTRICT, COMMUNE, OTHER = 1, 2, 3
OFFICE = Held("TT", DISTRICT, (DISTRICT, COMMUNE, OTHER))
SUPERVISOR = Held("GSV", COMMUNE, (COMMUNE,))
VOLUNTEER = Held("TNV", COMMUNE, (COMMUNE,))


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("TNV", {"read", "write"}),
        ("GSV", {"read", "write", "review", "decide", "people", "score"}),
        ("TT", {"read", "office", "decide", "people", "export", "forms", "verify"}),
        ("LD", {"read", "decide", "export", "sign", "conclude"}),
        ("CAX", {"read", "write", "decide"}),
        ("TDKT", {"commend", "conclude"}),
        ("TH", {"read", "write"}),
        ("QT", {"people", "forms"}),
        ("XEM", set()),
    ],
)
def test_a_role_gives_exactly_its_rights(role: str, rights: set[str]) -> None:
    assert rules.rights_of([Held(role, COMMUNE, (COMMUNE,))]) == {COMMUNE: frozenset(rights)}


def test_rights_of_several_roles_add_up_place_by_place() -> None:
    rights = rules.rights_of([OFFICE, SUPERVISOR])
    both = {"read", "write", "review", "decide", "people", "office", "export", "forms", "score", "verify"}
    assert rights[COMMUNE] == both
    assert rights[OTHER] == {"read", "office", "decide", "people", "export", "forms", "verify"}


def test_an_unknown_role_gives_nothing() -> None:
    assert rules.rights_of([Held("XYZ", COMMUNE, (COMMUNE,))]) == {COMMUNE: frozenset()}


def test_an_actor_has_no_right_on_a_place_that_no_role_covers() -> None:
    actor = Actor(1, 1, "A", "vi", rules.rights_of([SUPERVISOR]))
    assert actor.may("review", COMMUNE)
    assert not actor.may("review", OTHER)
    assert not actor.may("office", COMMUNE)
    assert actor.places("read") == [COMMUNE]


def test_a_supervisor_gives_only_the_volunteers_role_and_only_at_home() -> None:
    assert rules.may_give([SUPERVISOR], "TNV", COMMUNE)
    assert not rules.may_give([SUPERVISOR], "GSV", COMMUNE)
    assert not rules.may_give([SUPERVISOR], "TT", COMMUNE)
    assert not rules.may_give([SUPERVISOR], "TNV", OTHER)


def test_the_office_gives_roles_below_its_own() -> None:
    assert all(rules.may_give([OFFICE], role, COMMUNE) for role in ("TNV", "GSV", "LD", "CAX", "TDKT", "TH", "XEM"))
    assert not any(rules.may_give([OFFICE], role, DISTRICT) for role in ("TT", "QT"))


def test_an_administrator_gives_every_role() -> None:
    administrator = Held("QT", DISTRICT, (DISTRICT, COMMUNE, OTHER))
    assert all(rules.may_give([administrator], role, COMMUNE) for role in rules.RIGHTS)
    assert rules.RIGHTS.keys() == rules.ROLE_NAMES.keys()


def test_a_person_who_also_holds_a_higher_role_elsewhere_is_not_managed_from_below() -> None:
    assert rules.may_manage([SUPERVISOR], [VOLUNTEER])
    assert not rules.may_manage([SUPERVISOR], [VOLUNTEER, OFFICE])
    assert not rules.may_manage([SUPERVISOR], [VOLUNTEER, Held("TNV", OTHER, (OTHER,))])
    assert not rules.may_manage([SUPERVISOR], [])


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "::1", "ben.localhost"])
def test_plain_http_is_safe_on_the_machine_itself(host: str) -> None:
    assert rules.is_local(host)


@pytest.mark.parametrize("host", ["ben.example.org", "192.168.1.5", "localhost.example.org", "notlocalhost", "", None])
def test_plain_http_is_not_safe_anywhere_else(host: str | None) -> None:
    assert not rules.is_local(host)


def test_a_cookie_is_bound_to_its_host_wherever_browsers_can() -> None:
    assert rules.cookie_name(17, secure=True) == "__Host-ben-17"
    assert rules.cookie_name(17, secure=False) == "ben-17"
