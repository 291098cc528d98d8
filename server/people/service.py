"""People: enrolling a phone, knowing who asks, managing those below one's own place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Response, after_this_request, request

from server import clock, events, feeds, structure
from server.config import current_settings
from server.db import db, snapshot, transaction
from server.epoch import INSTALLATION, note, on_begin
from server.people import numbers, profiles, roles, rules
from server.people.adding import add_people
from server.people.profiles import tell_beside
from server.people.roles import Acting
from server.people.rules import Actor
from server.people.tables import Consent, Device, DeviceSession, Enrolment, Person, PersonRole
from server.places import service as places
from server.problems import Problem
from server.statements import Query, among

__all__ = ["Acting", "tell_beside"]

Document = dict[str, Any]
SESSIONS: sa.Table = DeviceSession.__table__
DEVICES: sa.Table = Device.__table__
PEOPLE: sa.Table = Person.__table__
HEADER = "Ben-Device"
SAME_SITE = (None, "same-origin", "none")


def register() -> None:
    """Follows restores."""
    on_begin(numbers.skip_lost)


# ---------------------------------------------------------------- who is asking


def current_actor(allow_revoked: bool = False, device: str | None = None, reads: Collection[str] = ()) -> Actor:
    """Who sent the request that is being answered; `device` where the browser asks by itself and sends no header.

    `reads` are feeds that a request which writes nothing will ask for: how far they are is found by the same statement.

    Raises Problem 'sign-in' without a living session of the phone named in Ben-Device, 'device-revoked' when its access
    was taken back (unless allowed: then an actor without rights), 'cross-site' when another site made the request.
    A session's 180 days start again at its use, at most once an hour.
    """
    device_id, token = _credentials(device)
    actor, stale = _authenticate(device_id, rules.token_hash(token), reads)
    if actor.revoked and not allow_revoked:
        raise Problem("device-revoked")
    if stale and not actor.revoked:
        _prolong(device_id, token)
    return actor


def _credentials(named: str | None = None) -> tuple[int, str]:
    refuse_other_sites()
    device = request.headers.get(HEADER, named or "")
    if not (device.isascii() and device.isdigit() and len(device) < 10):
        raise Problem("sign-in")
    token = request.cookies.get(rules.cookie_name(int(device), current_settings().secure))
    if not token:
        raise Problem("sign-in")
    return int(device), token


def refuse_other_sites() -> None:
    """Raises Problem 'cross-site' when the browser says that another site made this request."""
    if request.headers.get("Sec-Fetch-Site") not in SAME_SITE:
        raise Problem("cross-site")


@Query
def _session() -> Any:
    session, device, person, here = SESSIONS.c, DEVICES.c, PEOPLE.c, INSTALLATION.c
    held = (session.ended_at, session.expires_at, device.revoked_at, device.seen_at)
    joined = SESSIONS.join(DEVICES, device.id == session.device_id).join(PEOPLE, person.id == device.person_id)
    beside = joined.outerjoin(INSTALLATION, here.id == 1)  # each request reads it: it needs no statement of its own
    mine = (session.token_hash == sa.bindparam("token_hash"), device.id == sa.bindparam("device"))
    wanted = (*held, person.id, person.name, person.language, here.epoch, here.structure)
    return sa.select(*wanted, feeds.beside("feeds").label("feeds")).select_from(beside).where(*mine)


def _authenticate(device_id: int, token_hash: str, reads: Collection[str]) -> tuple[Actor, bool]:
    found = next(iter(_session.glance(token_hash=token_hash, device=device_id, feeds=list(reads))), None)
    now = clock.now()
    if found is None or found.ended_at is not None or found.expires_at <= now:
        raise Problem("sign-in")
    note(found.epoch, found.structure)
    feeds.note(reads, found.feeds)
    if found.revoked_at is not None:
        return Actor(found.id, device_id, found.name, found.language, {}, revoked=True), False
    allowed, once, held = _reach(found.id, clock.today())
    actor = Actor(found.id, device_id, found.name, found.language, allowed, former=once, roles=held)
    return actor, now - found.seen_at > rules.SEEN_EVERY


@structure.remembered
@snapshot
def _reach(person_id: int, _today: date) -> tuple[dict[int, frozenset[str]], frozenset[int], dict[int, frozenset[str]]]:
    """A person's rights by place today, where they had some once, and their roles by place."""
    standing = roles.standings([person_id])[person_id]
    once = rules.former_places(standing.held, standing.ended)
    return rules.rights_of(standing.held), once, rules.roles_by_place(standing.held)


def _prolong(device_id: int, token: str) -> None:
    try:
        _seen(device_id, rules.token_hash(token))
    except Problem:
        return  # a full disk must not keep anybody from reading; the next request tries again
    _send_cookie(device_id, token)


@transaction
def _seen(device_id: int, token_hash: str) -> None:
    now = clock.now()
    db.session.execute(sa.update(Device).where(Device.id == device_id).values(seen_at=now))
    mine = sa.update(DeviceSession).where(DeviceSession.token_hash == token_hash)
    db.session.execute(mine.values(expires_at=now + rules.SESSION_LASTS))


def _send_cookie(device_id: int, token: str) -> None:
    secure = current_settings().secure

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(
            rules.cookie_name(device_id, secure),
            token,
            max_age=rules.SESSION_LASTS,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Strict",
        )
        return response


def _refuse_plain_http() -> None:
    """A session cookie on plain http could be read on the way; only a machine's own address is spared."""
    settings = current_settings()
    local = rules.is_local(urlsplit(settings.public_url).hostname) and rules.is_local(urlsplit(request.url).hostname)
    if not settings.secure and not local:
        raise Problem("needs-https")


# ---------------------------------------------------------------- roles and names


def rights(person_id: int) -> dict[int, frozenset[str]]:
    """A person's rights by place today, whatever phone they use; inside a transaction or snapshot."""
    return rules.rights_of(roles.in_force([person_id])[person_id])


def former(person_id: int) -> frozenset[int]:
    """Where a person might once write or review and may no more; inside a transaction or snapshot."""
    standing = roles.standings([person_id])[person_id]
    return rules.former_places(standing.held, standing.ended)


def owner(device_id: int) -> Actor | None:
    """Whose phone this is, with what they may do today; None: no such phone. Inside a transaction or snapshot."""
    found = db.session.get(Device, device_id)
    if found is None:
        return None
    person = db.session.get_one(Person, found.person_id)
    may, did, held = _reach(person.id, clock.today())
    return Actor(person.id, device_id, person.name, person.language, may, found.revoked_at is not None, did, held)


def reclaim(device_id: int, person_id: int) -> Actor | None:
    """A number that a restore forgot, as the person's again who has a phone that wrote under it; None: it is none."""
    return owner(device_id) if numbers.reclaim(device_id, person_id) else None


def lock_device(device_id: int) -> None:
    """Makes other transactions about this device wait until the open one ends, so that its answers are given once."""
    device_lock.rows(device=device_id)


@Query
def device_lock() -> Any:
    """The statement of `lock_device`, for who asks other things in the same breath."""
    return sa.select(DEVICES.c.id).where(DEVICES.c.id == sa.bindparam("device")).with_for_update()


def names(ids: Collection[int]) -> dict[int, str]:
    """The names of people by id."""
    return {row.id: row.name for row in _named.glance(ids=set(ids))}


@Query
def _named() -> Any:
    return sa.select(PEOPLE.c.id, PEOPLE.c.name).where(among(PEOPLE.c.id, "ids"))


def languages(ids: Collection[int]) -> dict[int, str]:
    """The language that each person wants to be told things in; inside a transaction or snapshot."""
    query = sa.select(Person.id, Person.language).where(Person.id.in_(sorted(set(ids))))
    return dict(db.session.execute(query).all())


# Who may what, who is asked and told, and what people hold and held; inside a transaction or snapshot.
holders, having, on_places = roles.holders, roles.having, roles.on_places


def scope(actor: Actor) -> list[str]:
    """Their own feed, those of places that they may read, and of items held at places where they review.

    Campaign feeds come from `campaigns.service.scope`.
    """
    if actor.revoked:
        return []
    places = [f"p{place_id}" for place_id in actor.places("read")]
    return [*places, *(f"q{place_id}" for place_id in actor.places("review")), f"u{actor.person_id}"]


# ---------------------------------------------------------------- enrolment


@dataclass(frozen=True)
class Redeemed:
    """What using a link gave: the device number, whose it is, and the session's token (for the cookie only)."""

    device_id: int
    person_id: int
    token: str


@transaction
def _opened(token: str, attempt: str | None = None) -> Enrolment | Problem:
    """The living link of a token, its use counted; or what is wrong with it.

    A used link lives on, for an hour, for the one attempt that used it: its answer may have been lost on the way.
    """
    query = sa.select(Enrolment).where(Enrolment.token_hash == rules.token_hash(token))
    link = db.session.scalars(query.with_for_update()).first()
    if link is None:
        return Problem("enrolment-unknown")
    if link.used_at is not None:
        again = attempt is not None and link.attempt_hash == rules.token_hash(attempt)
        if not again or clock.now() - link.used_at > rules.LINK_REPEATS:
            return Problem("enrolment-used")
    if link.expires_at <= clock.now() or link.attempts >= rules.LINK_ATTEMPTS:
        return Problem("enrolment-expired")
    link.attempts += 1
    return link


def inspect(token: str) -> Document:
    """Whose link this is. Raises 'enrolment-unknown', 'enrolment-used' or 'enrolment-expired'."""
    refuse_other_sites()
    link = _opened(token)
    if isinstance(link, Problem):
        raise link
    return whose(link.person_id) | {"expires": link.expires_at}


@snapshot
def whose(person_id: int) -> Document:
    """A person with their roles in force, as they are shown before enrolling; 'enrolment-expired' without any."""
    person = db.session.get_one(Person, person_id)
    held = roles.documents(roles.in_force([person_id]))[person_id]
    if not held:
        raise Problem("enrolment-expired", "This person has no role any more.")
    return {
        "person": {"id": person.id, "name": person.name},
        "role": held[0]["role"],
        "role_name": dict(rules.ROLE_NAMES[held[0]["role"]]),
        "place": held[0]["place"],
        "roles": held,
        "language": person.language,
        "consents": dict(rules.CONSENTS),
    }


def redeem(given: Mapping[str, Any], browser: str) -> Document:
    """Uses a link: makes this phone its person's and sends the session's cookie.

    Raises what `inspect` raises, 'consent-needed' without consent to the account, and 'needs-https' where a cookie
    would travel in the clear. Of several uses at once exactly one succeeds.
    """
    refuse_other_sites()
    _refuse_plain_http()
    redeemed = _redeem(given, browser)
    if isinstance(redeemed, Problem):
        raise redeemed
    _send_cookie(redeemed.device_id, redeemed.token)
    return _profile(redeemed.person_id, redeemed.device_id)


@transaction
def _redeem(given: Mapping[str, Any], browser: str) -> Redeemed | Problem:
    """A problem is returned, not raised, so that the attempt stays counted."""
    attempt = given.get("attempt")
    link = _opened(given["token"], attempt)
    if isinstance(link, Problem):
        return link
    if not set(given["consents"]) >= rules.NEEDED_CONSENTS:
        return Problem("consent-needed", needed=sorted(rules.NEEDED_CONSENTS))
    now = clock.now()
    person = db.session.get_one(Person, link.person_id)
    person.language = given["language"]
    repeated = link.used_at is not None
    device = _device(person.id, link.device_id if repeated else given.get("device"), browser)
    if repeated:
        return Redeemed(device.id, person.id, _begin_session(device.id))
    link.used_at = now
    link.device_id = device.id
    link.attempt_hash = None if attempt is None else rules.token_hash(attempt)
    for purpose in sorted(set(given["consents"])):
        db.session.add(
            Consent(
                person_id=person.id,
                device_id=device.id,
                purpose=purpose,
                wording=rules.CONSENTS[purpose],
                given_at=now,
            )
        )
    return Redeemed(device.id, person.id, _begin_session(device.id))


def _device(person_id: int, number: int | None, browser: str) -> Device:
    """The phone that this person already had under this number, or a new one."""
    now = clock.now()
    device = db.session.get(Device, number) if number is not None else None
    if device is None or device.person_id != person_id or device.revoked_at is not None:
        lost = {"id": number} if number is not None and numbers.was_lost(number) else {}
        device = Device(person_id=person_id, created_at=now, **lost)
        db.session.add(device)
    device.browser = browser[:200]
    device.seen_at = now
    db.session.flush()
    living = sa.update(DeviceSession).where(DeviceSession.device_id == device.id, DeviceSession.ended_at.is_(None))
    db.session.execute(living.values(ended_at=now))
    return device


def _begin_session(device_id: int) -> str:
    token = clock.random_token()
    now = clock.now()
    db.session.add(
        DeviceSession(
            device_id=device_id,
            token_hash=rules.token_hash(token),
            created_at=now,
            expires_at=now + rules.SESSION_LASTS,
        )
    )
    return token


def _profile(person_id: int, device_id: int) -> Document:
    from server.epoch import current_epoch  # noqa: PLC0415  # it opens a transaction of its own

    return profiles.me(person_id, device_id) | {"epoch": current_epoch()} | _beside(device_id)


@snapshot
def _beside(device_id: int) -> Document:
    actor = owner(device_id)
    return profiles.beside(actor) if actor else {}


def new_number(actor: Actor, browser: str) -> Document:
    """Another device number and session for a phone whose storage was copied from another one."""
    token, device_id = _another_device(actor, browser)
    _send_cookie(device_id, token)
    return _profile(actor.person_id, device_id)


@transaction
def _another_device(actor: Actor, browser: str) -> tuple[str, int]:
    device = _device(actor.person_id, None, browser)
    return _begin_session(device.id), device.id


def end_session() -> None:
    """Ends the session that asks, and nothing else: what the phone holds stays on the phone."""
    device_id, token = _credentials()
    _end(rules.token_hash(token))
    name, secure = rules.cookie_name(device_id, current_settings().secure), current_settings().secure

    @after_this_request
    def clear(response: Response) -> Response:
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Strict")
        return response


@transaction
def _end(token_hash: str) -> None:
    mine = sa.update(DeviceSession).where(DeviceSession.token_hash == token_hash, DeviceSession.ended_at.is_(None))
    db.session.execute(mine.values(ended_at=clock.now()))


# ---------------------------------------------------------------- me


def me(actor: Actor) -> Document:
    """Who the server takes this phone for."""
    return profiles.me(actor.person_id, actor.device_id)


def set_language(actor: Actor, language: str) -> Document:
    """Changes the language in which a person is told things."""
    _set_language(actor.person_id, language)
    return me(actor)


@transaction
def _set_language(person_id: int, language: str) -> None:
    db.session.get_one(Person, person_id).language = language


# ---------------------------------------------------------------- managing people


@snapshot
def visible_people(actor: Actor) -> list[Document]:
    """Those with a role in the places whose people one manages, by name, with their phones."""
    return _people(actor, looked_after(actor))


def looked_after(actor: Actor) -> list[int]:
    query = sa.select(PersonRole.person_id).where(PersonRole.place_id.in_(actor.places("people")), roles.now_in_force())
    return sorted(set(db.session.scalars(query)))


def person_document(actor: Actor, person_id: int) -> Document:
    """A person as those who manage people see them; inside a transaction or snapshot."""
    return _people(actor, [person_id])[0]


def _people(actor: Actor, ids: Sequence[int]) -> list[Document]:
    held = roles.in_force({*ids, actor.person_id})
    shown = roles.documents(held)
    phones: dict[int, list[Document]] = defaultdict(list)
    for device in db.session.scalars(sa.select(Device).where(Device.person_id.in_(ids)).order_by(Device.id)):
        phones[device.person_id].append(
            {
                "number": device.id,
                "browser": device.browser,
                "created": device.created_at,
                "last_seen": device.seen_at,
                "revoked": device.revoked_at,
            }
        )
    found = db.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id))
    return [
        {
            "id": person.id,
            "name": person.name,
            "language": person.language,
            "roles": shown[person.id],
            "devices": phones[person.id],
            "manageable": rules.may_manage(held[actor.person_id], held[person.id]),
        }
        for person in found
    ]


@transaction
def add_person(actor: Actor, given: Mapping[str, Any]) -> Document:
    """Adds somebody with a first role. 'not-found' outside one's places, 'not-yours-to-give' for too high a role."""
    if not actor.may("people", given["place"]):
        raise Problem("not-found")
    if not rules.may_give(roles.in_force([actor.person_id])[actor.person_id], given["role"], given["place"]):
        raise Problem("not-yours-to-give")
    (person_id,) = add_people([given], actor.person_id)
    return person_document(actor, person_id)


@transaction
def give_links(actor: Actor, person_ids: Sequence[int]) -> list[Document]:
    """New one-time links for people one manages, in this order: for all of them, or none.

    Raises 'not-found' where one of them is outside one's places, 'not-yours-to-give' where one is a superior.
    """
    managed(actor, *person_ids)
    return [{"person": person_id} | _link(person_id, actor.person_id) for person_id in person_ids]


def managed(actor: Actor, *person_ids: int) -> None:
    """Raises 'not-found' with the `people` outside one's places, 'not-yours-to-give' with superiors; transaction."""
    if outside := set(person_ids) - set(looked_after(actor)):
        raise Problem("not-found", people=sorted(outside))
    held = roles.in_force({actor.person_id, *person_ids})
    if above := {each for each in person_ids if not rules.may_manage(held[actor.person_id], held[each])}:
        raise Problem("not-yours-to-give", people=sorted(above))


def _link(person_id: int, by: int | None) -> Document:
    token = clock.random_token()
    now = clock.now()
    link = Enrolment(
        person_id=person_id,
        token_hash=rules.token_hash(token),
        created_at=now,
        created_by=by,
        expires_at=now + rules.LINK_LASTS,
    )
    db.session.add(link)
    # In the fragment, which browsers keep to themselves: the token never reaches a log or a referrer.
    return {"url": f"{current_settings().public_url}/#/enrol/{token}", "expires": link.expires_at}


@transaction
def revoke_device(actor: Actor, number: int) -> None:
    """Takes a phone's access back: one's own, or of somebody one manages. What it still sends goes to quarantine."""
    device = db.session.get(Device, number)
    if device is None:
        raise Problem("not-found")
    if device.person_id != actor.person_id:
        managed(actor, device.person_id)
    _revoke(device, actor.person_id)


def _revoke(device: Device, by: int | None) -> None:
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        device.revoked_by = by
        events.emit("device.revoked", {"device_id": device.id, "person_id": device.person_id})


# ---------------------------------------------------------------- from the command line


class UnknownPerson(LookupError):
    """No person, or no phone, has this id."""


@transaction
def install_person(given: Mapping[str, Any]) -> int:
    """The id of the person of this name who holds this role on this place (`place` is a key); added if missing.

    Raises `places.UnknownPlace`.
    """
    place_id = places.by_key(given["place"])
    query = (
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.name == given["name"], PersonRole.role == given["role"], PersonRole.place_id == place_id)
        .order_by(Person.id)
    )
    found = db.session.scalars(query).first()
    return found if found is not None else add_people([{**given, "place": place_id}], None)[0]


@transaction
def install_link(person_id: int) -> Document:
    """A new one-time link for anybody; raises `UnknownPerson`."""
    if db.session.get(Person, person_id) is None:
        raise UnknownPerson(person_id)
    return _link(person_id, None)


@transaction
def operator_revoke(number: int) -> str:
    """Takes any phone's access back and gives its person's name; raises `UnknownPerson`."""
    device = db.session.get(Device, number)
    if device is None:
        raise UnknownPerson(number)
    _revoke(device, None)
    return db.session.get_one(Person, device.person_id).name


@snapshot
def has_phone(person_id: int) -> bool:
    """Whether some phone of this person is in use: not revoked, with a living session."""
    now: datetime = clock.now()
    query = (
        sa.select(Device.id)
        .join(DeviceSession, DeviceSession.device_id == Device.id)
        .where(
            Device.person_id == person_id,
            Device.revoked_at.is_(None),
            DeviceSession.ended_at.is_(None),
            DeviceSession.expires_at > now,
        )
    )
    return db.session.scalars(query).first() is not None
