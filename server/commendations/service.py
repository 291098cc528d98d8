"""Commendations: who is proposed, what was decided about it step by step, and what is public of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, events
from server.campaigns.rules import Fault, Lined
from server.campaigns.schemas import as_written
from server.commendations import evidence, rules, telling
from server.commendations.reading import Desk, Nomination, alike, open_desk
from server.commendations.tables import StepRow, TermsRow
from server.db import db, snapshot, transaction
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people import rules as people_rules
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem

__all__ = ["Desk", "Nomination"]

Document = dict[str, Any]
Given = Mapping[str, Any]
Errors = dict[str, list[str]]


def register() -> None:
    """Tells who is to act next: when a nomination counts (or doesn't any more), moves, or took a step."""
    events.on_several("record.reviewed", telling.on_records)
    events.on_several("record.moved", telling.on_records)
    events.on("commendation.stepped", telling.on_step)


# ---------------------------------------------------------------- installing


@transaction
def install(campaign_id: int, given: Lined | None) -> list[Fault]:
    """Makes a campaign commend as its pack says (None: not at all); gives what its pack says that isn't so."""
    row = db.session.get(TermsRow, campaign_id)
    if given is None:
        if row is not None:
            db.session.delete(row)
        return []
    terms = as_written(given.data)
    if row is None:
        db.session.add(TermsRow(campaign_id=campaign_id, terms=terms))
    elif row.terms != terms:
        row.terms = terms
    db.session.flush()
    return list(_faults(campaign_id, given))


def _faults(campaign_id: int, given: Lined) -> Iterator[Fault]:
    form, reads = given.data["form"], given.data["reads"]
    versions = forms.current_versions(campaign_id)
    if form not in versions:
        yield given.fault(("form",), f"the pack has no form '{form}'")
        return
    compiled = forms.compiled(versions[form])
    for name, path in reads.items():
        if path not in compiled["fields"]:
            yield given.fault(("reads", name), f"the form {form} has no question '{path}'")
    keys = [award["key"] for award in given.data["awards"]]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield given.fault(("awards", index, "key"), f"'{key}' is there twice")
    asked = [node for node in form_rules.walk(compiled) if node.get("path") == reads["award"]]
    for choice in (choice for node in asked for choice in node.get("choices", ()) if choice["v"] not in keys):
        yield given.fault(("awards",), f"the form {form} can propose '{choice['v']}', which nobody grants here")


# ---------------------------------------------------------------- looking


@snapshot
def overview(actor: Actor, campaign_id: int) -> Document:
    """The nominations that are somebody's to see, and what is public of them; 'not-found' for strangers."""
    desk = open_desk(actor, campaign_id)
    mine = desk.all()
    mine.sort(key=lambda one: rules.order(one.vote, one.preferred, one.record))
    return {
        "today": desk.today(),
        "vote": desk.terms["vote"],
        "awards": [_award(desk, key, name) for key, name in award_names(desk).items()],
        "nominations": [_summary(desk, one) for one in mine],
        "published": _published(desk),
    }


@snapshot
def detail(actor: Actor, campaign_id: int, record: str) -> Document:
    """A nomination with its evidence, its history and what may be done about it; 'not-found'."""
    desk = open_desk(actor, campaign_id)
    return _detail(desk, desk.find(record))


def award_names(desk: Desk) -> dict[str, dict[str, str]]:
    """What the awards are called in the three languages, as the form has it; the highest first."""
    compiled = forms.compiled(forms.current_versions(desk.campaign.id)[desk.terms["form"]])
    nodes = [node for node in form_rules.walk(compiled) if node.get("path") == desk.terms["reads"]["award"]]
    called = {choice["v"]: choice["label"] for node in nodes for choice in node.get("choices", ())}
    keys = [award["key"] for award in reversed(desk.terms["awards"])]
    return {key: called.get(key, {"vi": key, "en": key, "km": key}) for key in keys}


def _award(desk: Desk, key: str, name: Mapping[str, str]) -> Document:
    award = desk.award(key)
    return {
        "key": key,
        "name": name,
        "by_unit": any(one["of"] == "unit" for one in award["grants"]) if award else False,
    }


def _summary(desk: Desk, one: Nomination) -> Document:
    vote = one.vote
    return {
        "record": one.record,
        "place": one.place_id,
        "kind": one.kind,
        "organisation": one.said.get("organisation") or "",
        "list": one.said.get("list") or "",
        "award": one.award,
        "consent": one.consent,
        "preferred": one.preferred,
        "stage": one.stage,
        "since": one.steps[-1].at if one.steps else None,
        "agree": None if vote is None else vote.agree,
        "present": None if vote is None else vote.present,
        "may": _open(desk, one),
    }


def _open(desk: Desk, one: Nomination) -> list[str]:
    """The steps that are theirs to take now."""
    by, taken = desk.actor.person_id, one.taken
    actions = rules.open_to(one.stage, desk.rights(one))
    return [action for action in actions if not rules.is_own(action, by, one.author, taken)]


def _detail(desk: Desk, one: Nomination) -> Document:
    others = desk.all()
    day = _decided_on(one) or desk.today()
    award, law = desk.award(one.award), rules.on_day(desk.terms["laws"], day)
    asked = rules.open_to(one.stage, desk.rights(one))
    rivals = alike(one, others)
    return _summary(desk, one) | {
        "rev": one.rev,
        "after": len(one.steps),
        "day": one.day,
        "sex": one.said.get("sex"),
        "members": one.said.get("members"),
        "women": one.said.get("women"),
        "position": one.said.get("position") or "",
        "achievement": one.said.get("achievement") or "",
        "evidence": evidence.of(desk, one, rivals),
        "alike": [{"record": other.record, "stage": other.stage, "why": why} for other, why in rivals],
        "own": [action for action in asked if action not in _open(desk, one)],
        "grantor": desk.grantor(one, day),
        "law": law["title"] if law else None,
        "money": rules.money(desk.terms, award, one.kind, day) if award else None,
        "steps": _steps(desk, one),
    }


def _decided_on(one: Nomination) -> date | None:
    found = one.decision
    return date.fromisoformat(found["on"]) if found and found.get("on") else None


def _steps(desk: Desk, one: Nomination) -> list[Document]:
    """The history. Why conduct holds somebody up is for those who decide about it, not for the unit."""
    acting = people.Acting({step.by for step in one.steps})
    whose = {step.number: _whom(desk, step, acting) for step in one.steps}
    called = people.names({*acting, *(whom for whom in whose.values() if whom)})
    return [
        {
            "number": step.number,
            "action": step.action,
            "was": step.was,
            "reached": step.reached,
            "rev": step.rev,
            "by": called.get(step.by, ""),
            "for": called.get(whose[step.number] or 0),
            "at": step.at,
            "reason": step.reason if desk.above or step.action not in ("block", "clear") else None,
            "ground": step.details.get("ground") if desk.above else None,
            "vote": step.details.get("vote"),
            "decision": step.details.get("decision"),
        }
        for step in one.steps
    ]


def _whom(desk: Desk, step: StepRow, acting: people.Acting) -> int | None:
    """For whom a step was taken, where somebody stood in for another."""
    rights = {right for stage, action, right in rules.STEPS if (stage, action) == (step.was, step.action)}
    granting = [role for role, given in people_rules.RIGHTS.items() if rights & given]
    day = clock.local_day(step.at, desk.campaign.zone)
    return acting.whom(step.by, {step.place_id, desk.campaign.place_id}, day, granting)


def _published(desk: Desk) -> list[Document]:
    """What everybody may know: of whom it was published with consent that still holds; never a name."""
    found = [one for one in desk.everybody if one.stage == "published" and one.consent]
    return [
        {
            "place": one.place_id,
            "kind": one.kind,
            "award": one.award,
            "number": (one.decision or {}).get("number"),
            "on": (one.decision or {}).get("on"),
        }
        for one in found
    ]


# ---------------------------------------------------------------- deciding


@transaction
def take(actor: Actor, campaign_id: int, record: str, given: Given) -> Document:
    """Takes a step about a nomination, as it was seen: after so many steps, on that revision.

    The same step given again is answered as the first time. Problems: 'not-found', 'commendation-moved' (somebody was
    faster, or it isn't at this step), 'own-nomination', 'no-grantor', 'no-consent', 'invalid' with what is missing.
    """
    desk = open_desk(actor, campaign_id)
    # One step at a time: who comes second sees what the first one did.
    db.session.execute(sa.select(TermsRow.campaign_id).where(TermsRow.campaign_id == campaign_id).with_for_update())
    one = desk.find(record)
    action, rights = given["action"], desk.rights(one)
    if not any((named, right) == (action, held) for _, named, right in rules.STEPS for held in rights):
        raise Problem("not-found")
    details = _details(given)
    if _is_again(one, given, details, actor.person_id):
        return _detail(desk, one)
    to = rules.leads_to(one.stage, action, rights)
    if to is None or given["after"] != len(one.steps) or given["rev"] != one.rev:
        raise Problem("commendation-moved")
    if rules.is_own(action, actor.person_id, one.author, one.taken):
        raise Problem("own-nomination")
    if errors := _errors(desk, one, given):
        raise Problem("invalid", errors=errors)
    if action == "vote":
        to = rules.after_vote(rules.Vote(**given["vote"]), desk.terms["vote"])
    step = StepRow(campaign_id=campaign_id, record_id=record, number=len(one.steps) + 1, rev=one.rev or 0)
    step.place_id, step.action, step.was, step.reached = one.place_id, action, one.stage, to
    step.reason, step.details, step.facts = given.get("reason") or None, details, one.facts()
    step.by, step.at = actor.person_id, clock.now()
    db.session.add(step)
    db.session.flush()
    events.emit("commendation.stepped", {"campaign_id": campaign_id, "record_id": record})
    one.steps.append(step)
    return _detail(desk, one)


def _details(given: Given) -> Document:
    """The parts of a step that are its own, as they are kept: days as texts."""
    wanted = {"vote": ("vote",), "grant": ("decision",), "decline": ("decision",), "block": ("ground",)}
    found = {name: given[name] for name in wanted.get(given["action"], ()) if given.get(name) is not None}
    kept: Document = as_written(found)
    return kept


def _is_again(one: Nomination, given: Given, details: Document, by: int) -> bool:
    """Whether exactly this was taken as the next step after what was seen: its answer was lost on the way."""
    if given["after"] >= len(one.steps):
        return False
    step = one.steps[given["after"]]
    said = (step.action, step.by, step.rev, step.reason, step.details)
    return said == (given["action"], by, given["rev"], given.get("reason") or None, details)


def _errors(desk: Desk, one: Nomination, given: Given) -> Errors:
    """What is missing or can't be so; raises the problems that have a name of their own."""
    action, reason = given["action"], given.get("reason") or ""
    checks: Mapping[str, Callable[[Desk, Nomination, Given], Errors]] = {
        "vote": _vote_errors,
        "check": _check_errors,
        "block": _block_errors,
        "list": _list_errors,
        "grant": _decision_errors,
        "decline": _decision_errors,
        "publish": _publish_errors,
    }
    errors = checks[action](desk, one, given) if action in checks else {}
    if action in rules.NEEDS_REASON and not reason:
        errors["reason"] = ["Say why."]
    texts = {"reason": reason, "decision": " ".join(str(part or "") for part in (given.get("decision") or {}).values())}
    for name, text in texts.items():
        if rules.names_somebody(text):
            errors.setdefault(name, []).append("No phone numbers, ID numbers or number plates.")
    return errors


def _vote_errors(desk: Desk, one: Nomination, given: Given) -> Errors:
    if given.get("vote") is None:
        return {"vote": ["The meeting's figures are missing."]}
    errors = rules.Vote(**given["vote"]).faults(desk.today())
    # The record of a meeting is written once; what it was written again for is told.
    if one.vote is not None and not given.get("reason"):
        errors["reason"] = ["Say why the meeting's record is written again."]
    return errors


def _check_errors(desk: Desk, one: Nomination, given: Given) -> Errors:
    rivals = alike(one, desk.all())
    counted = [each for each in evidence.of(desk, one, rivals) if each["counted"]]
    if counted and not rivals:
        return {}
    return {} if given.get("reason") else {"reason": ["Say why it passes without evidence, or beside another one."]}


def _block_errors(_desk: Desk, _one: Nomination, given: Given) -> Errors:
    return {} if given.get("ground") else {"ground": ["Say what is being looked into."]}


def _list_errors(desk: Desk, one: Nomination, _given: Given) -> Errors:
    if desk.grantor(one, desk.today()) is None:
        raise Problem("no-grantor")
    return {}


def _decision_errors(desk: Desk, one: Nomination, given: Given) -> Errors:
    decision = given.get("decision") or {}
    if given["action"] == "grant" and not (decision.get("number") and decision.get("on")):
        return {"decision": ["The decision's number and day are missing."]}
    on = decision.get("on")
    if on is not None and on > desk.today():
        return {"decision": ["The decision can't lie in the future."]}
    if given["action"] == "grant" and desk.grantor(one, on or desk.today()) is None:
        raise Problem("no-grantor")
    return {}


def _publish_errors(_desk: Desk, one: Nomination, _given: Given) -> Errors:
    if not one.consent:
        raise Problem("no-consent")
    return {}


# ---------------------------------------------------------------- for papers


@snapshot
def listed(actor: Actor, campaign_id: int, award: str, place_id: int | None) -> tuple[Desk, Sequence[Nomination]]:
    """Who is on the list for decision of an award (of one unit, where its own chair grants), in the list's order.

    Problem 'not-found' for who doesn't work on the whole campaign, and where there is nobody.
    """
    desk = open_desk(actor, campaign_id)
    found = [one for one in desk.all() if one.stage == "listed" and one.award == award]
    found = [one for one in found if place_id is None or one.place_id == place_id]
    if not desk.above or not found:
        raise Problem("not-found")
    return desk, sorted(found, key=lambda one: rules.order(one.vote, one.preferred, one.record))


@snapshot
def with_evidence(actor: Actor, campaign_id: int, record: str) -> tuple[Desk, Nomination, list[Document]]:
    """A nomination with the records that count as its evidence; 'not-found'."""
    desk = open_desk(actor, campaign_id)
    one = desk.find(record)
    return desk, one, [each for each in evidence.of(desk, one, ()) if each["counted"]]


@snapshot
def meeting(actor: Actor, campaign_id: int, record: str) -> tuple[Desk, Nomination]:
    """A nomination whose unit has met; 'not-found' where it hasn't."""
    desk = open_desk(actor, campaign_id)
    one = desk.find(record)
    if one.vote is None:
        raise Problem("not-found")
    return desk, one
