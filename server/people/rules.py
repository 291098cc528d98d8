"""Who may do what where, and how long links and sessions last. Pure.

1. Rights come from a role on a place and cover the places below it; nothing else gives a right.
2. A person may be managed (given a link, a role; a phone taken back) only by somebody whose own roles may give every
   role that person holds: otherwise a link for a superior's account would be a way up.
3. A token is 256 random bits and is stored as its SHA-256 only (it can't be guessed, so no salt or stretching).
4. Consent is per purpose and never assumed (Decree 13/2023/NĐ-CP art. 11; Law 91/2025/QH15): the account needs its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

LINK_LASTS = timedelta(days=7)
LINK_ATTEMPTS = 30
LINKS_AT_ONCE = 200
# For so long the phone that used a link may ask for the answer again: on a bad link it may never have come.
LINK_REPEATS = timedelta(hours=1)
SESSION_LASTS = timedelta(days=180)
SEEN_EVERY = timedelta(hours=1)

LANGUAGES = ("vi", "km", "en")

# role: the rights it gives on its place and below. Who may `decide` takes the steps of the approval that are their
# role's (`sync.approval`); who may `review` answers for the place: its inbox, what is held there, where records belong;
# who may `commend` judges scores and nominations, and of records sees what is proposed to them alone; `forms` is for
# who writes a campaign's forms. Any role shows the campaign itself: its plan, figures and milestones.
# Units are scored in three columns: by themselves (`score`), verified (`verify`), final (`conclude`).
RIGHTS: Mapping[str, frozenset[str]] = {
    "TNV": frozenset({"read", "write"}),
    "GSV": frozenset({"read", "write", "review", "decide", "people", "score"}),
    "TT": frozenset({"read", "office", "decide", "people", "export", "forms", "verify"}),
    "LD": frozenset({"read", "decide", "export", "sign", "conclude"}),
    "CAX": frozenset({"read", "write", "decide"}),
    "TDKT": frozenset({"commend", "conclude"}),
    "TH": frozenset({"read", "write"}),
    "QT": frozenset({"people", "forms"}),
    "XEM": frozenset(),
}
WORKING = frozenset({"write", "review"})
# role: the roles it may give, on its place and below
GIVES: Mapping[str, frozenset[str]] = {
    "GSV": frozenset({"TNV"}),
    "TT": frozenset({"TNV", "GSV", "CAX", "LD", "TDKT", "TH", "XEM"}),
    "QT": frozenset({"TNV", "GSV", "TT", "CAX", "LD", "TDKT", "TH", "XEM", "QT"}),
}
ROLE_NAMES: Mapping[str, Mapping[str, str]] = {
    "TNV": {"vi": "Tình nguyện viên", "en": "Volunteer", "km": "អ្នកស្ម័គ្រចិត្ត"},
    "GSV": {"vi": "Giám sát viên", "en": "Supervisor", "km": "អ្នកត្រួតពិនិត្យ"},
    "TT": {"vi": "Thường trực Ban ATGT", "en": "Standing office", "km": "ការិយាល័យអចិន្ត្រៃយ៍"},
    "LD": {"vi": "Lãnh đạo Ban ATGT", "en": "Committee leader", "km": "ថ្នាក់ដឹកនាំ"},
    "CAX": {"vi": "Công an", "en": "Police", "km": "នគរបាល"},
    "TDKT": {"vi": "Hội đồng Thi đua - Khen thưởng", "en": "Emulation council", "km": "ក្រុមប្រឹក្សាប្រឡងប្រណាំង"},
    "TH": {"vi": "Đầu mối trường học, đoàn thể", "en": "School or organisation", "km": "តំណាងសាលា ឬអង្គការមហាជន"},
    "QT": {"vi": "Quản trị hệ thống", "en": "Administrator", "km": "អ្នកគ្រប់គ្រងប្រព័ន្ធ"},
    "XEM": {"vi": "Người xem", "en": "Viewer", "km": "អ្នកមើល"},
}

# purpose: the version of the wording that is shown today; "account" is needed, the others are free
CONSENTS: Mapping[str, str] = {"account": "2026-1", "webpush": "2026-1"}
NEEDED_CONSENTS = frozenset({"account"})


@dataclass(frozen=True)
class Actor:
    """Who is asking, on which phone, and their rights by place id (places below their roles' places included)."""

    person_id: int
    device_id: int
    name: str
    language: str
    rights: Mapping[int, frozenset[str]] = field(default_factory=dict)
    revoked: bool = False
    # Where they once might write or review and may no more: what they still send from there is not a stranger's.
    former: frozenset[int] = frozenset()
    # The roles in force that cover each place: some forms are for some roles.
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def may(self, right: str, place_id: int) -> bool:
        """Whether they have a right on a place."""
        return right in self.rights.get(place_id, frozenset())

    def places(self, right: str) -> list[int]:
        """The ids of all places where they have a right, in order."""
        return sorted(place_id for place_id, rights in self.rights.items() if right in rights)


@dataclass(frozen=True)
class Held:
    """A role and every place that it covers; `place_id` is its own, `ends` the first day on which it is no more.

    `for_person`: who is away and whose role it is; None: one's own.
    """

    role: str
    place_id: int
    covers: Collection[int] = ()
    id: int = 0
    starts: date | None = None
    ends: date | None = None
    for_person: int | None = None


def with_right(right: str) -> list[str]:
    """The roles that give a right."""
    return [role for role, rights in RIGHTS.items() if right in rights]


def rights_of(held: Collection[Held]) -> dict[int, frozenset[str]]:
    """Rights by place: the union over all roles in force."""
    rights: dict[int, frozenset[str]] = {}
    for role in held:
        for place_id in role.covers:
            rights[place_id] = rights.get(place_id, frozenset()) | RIGHTS.get(role.role, frozenset())
    return rights


def roles_by_place(held: Collection[Held]) -> dict[int, frozenset[str]]:
    """The roles that cover each place."""
    roles: dict[int, frozenset[str]] = {}
    for role in held:
        for place_id in role.covers:
            roles[place_id] = roles.get(place_id, frozenset()) | {role.role}
    return roles


def former_places(held: Collection[Held], ended: Collection[Held]) -> frozenset[int]:
    """Where a person might once write or review by roles that have ended, and may not by those they hold."""
    working = {place_id for place_id, rights in rights_of(ended).items() if rights & WORKING}
    return frozenset(working - {place_id for place_id, rights in rights_of(held).items() if rights & WORKING})


def acted_for(held: Collection[Held], place_ids: Collection[int], day: date, granting: Collection[str]) -> int | None:
    """For whom somebody with these roles (ended ones too) did on a day what takes one of `granting` at a place.

    None: for themselves. Whoever has the role of their own doesn't need somebody else's.
    """
    then = [
        role
        for role in held
        if role.role in granting
        and not set(role.covers).isdisjoint(place_ids)
        and (role.starts is None or role.starts <= day)
        and (role.ends is None or day < role.ends)
    ]
    return None if any(role.for_person is None for role in then) else next((role.for_person for role in then), None)


def may_give(mine: Collection[Held], role: str, place_id: int) -> bool:
    """Whether somebody with these roles may give `role` on a place."""
    return any(role in GIVES.get(held.role, ()) and place_id in held.covers for held in mine)


def may_manage(mine: Collection[Held], theirs: Collection[Held]) -> bool:
    """Whether somebody with these roles may manage a person who holds `theirs` (rule 2)."""
    return bool(theirs) and all(may_give(mine, held.role, held.place_id) for held in theirs)


def token_hash(token: str) -> str:
    """How a token is stored: hexadecimal SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_local(host: str | None) -> bool:
    """Whether browsers treat plain http on this host as safe (W3C Secure Contexts, 3.1)."""
    name = (host or "").lower()
    return name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost")


def cookie_name(device_id: int, secure: bool) -> str:
    """One cookie a profile; `__Host-` binds it to this host, to https and to the path / (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-ben-{device_id}" if secure else f"ben-{device_id}"
