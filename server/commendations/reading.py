"""Nominations as they stand: approved records of the campaign's form, with the steps that were taken about them."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.commendations import rules
from server.commendations.rules import Stage, Taken, Vote
from server.commendations.tables import StepRow, TermsRow
from server.db import db
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import approved

# In these a nomination is no rival of another one.
OVER: frozenset[Stage] = frozenset({"not_passed", "declined", "cancelled", "withdrawn"})
Terms = Mapping[str, Any]


@dataclass(frozen=True)
class Nomination:
    """A nomination: what its approved record says (`said`, by the terms' names), its steps, where it stands.

    Where no revision counts any more, `rev` is None and `said` what the last step was taken on.
    """

    record: str
    rev: int | None
    place_id: int
    author: int
    day: date | None
    said: Mapping[str, Any]
    steps: list[StepRow] = field(default_factory=list)

    @property
    def taken(self) -> list[Taken]:
        """The steps as the rules read them."""
        return [Taken(step.action, step.reached, step.rev, step.by) for step in self.steps]  # type: ignore[arg-type]

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return rules.standing(self.taken, self.rev)

    @property
    def kind(self) -> str:
        """person, group or household."""
        return str(self.said.get("nominee") or "person")

    @property
    def award(self) -> str:
        """The key of the award that is proposed."""
        return str(self.said.get("award") or "")

    @property
    def consent(self) -> bool:
        """Whether the nominee agrees to be made public."""
        return self.said.get("consent") == "yes"

    @property
    def preferred(self) -> bool:
        """Whether they come first on a tie."""
        said = self.said
        return rules.preferred(self.kind, said.get("sex"), said.get("members"), said.get("women"))

    @property
    def evidence(self) -> list[str]:
        """The numbers of the records that are named as evidence, each once."""
        return list(dict.fromkeys(str(self.said.get("evidence") or "").split()))

    @property
    def vote(self) -> Vote | None:
        """The last meeting of the revision that counts (or of what was decided on)."""
        held = [step for step in self.steps if step.action == "vote"]
        if not held or (self.stage not in rules.DECIDED and held[-1].rev != self.rev):
            return None
        details = held[-1].details["vote"]
        return Vote(**{**details, "held_on": date.fromisoformat(details["held_on"])})

    @property
    def decision(self) -> Mapping[str, Any] | None:
        """What was decided by who grants, once it is written down."""
        found = [step.details.get("decision") for step in self.steps if step.action in ("grant", "decline")]
        return found[-1] if found and self.stage in rules.DECIDED else None

    def facts(self) -> dict[str, Any]:
        """What a step keeps of it, so that what was decided can be told without the record."""
        return dict(self.said)


def terms_of(campaign_id: int) -> Terms | None:
    """How a campaign commends; None if its pack doesn't say."""
    row = db.session.get(TermsRow, campaign_id)
    return None if row is None else row.terms


@dataclass
class Desk:
    """What somebody sees of a campaign's nominations, and by which rights."""

    actor: Actor
    campaign: Campaign
    terms: Terms

    @property
    def above(self) -> frozenset[str]:
        """Their rights on the campaign's own place that steps belong to."""
        return frozenset(one for one in rules.RIGHTS if self.actor.may(one, self.campaign.place_id)) - {"review"}

    def rights(self, one: Nomination) -> frozenset[str]:
        """The rights by which somebody takes steps about a nomination."""
        return self.above | ({"review"} if self.actor.may("review", one.place_id) else frozenset())

    @functools.cached_property
    def places(self) -> frozenset[int]:
        """Where nominations are theirs to see."""
        covered = campaigns.covered_places(self.campaign.id)
        return covered if self.above else covered.intersection(self.actor.places("review"))

    def today(self) -> date:
        """The day at the campaign."""
        return clock.today(self.campaign.zone)

    @functools.cached_property
    def everybody(self) -> list[Nomination]:
        """Every nomination of the campaign, in order of number: read once."""
        return _nominations(self.campaign.id, self.terms, campaigns.covered_places(self.campaign.id))

    def all(self) -> list[Nomination]:
        """Every nomination that is theirs to see."""
        return [one for one in self.everybody if one.place_id in self.places]

    def find(self, record: str) -> Nomination:
        """One of them; Problem 'not-found'."""
        found = next((one for one in self.all() if one.record == record), None)
        if found is None:
            raise Problem("not-found")
        return found

    def award(self, key: str) -> Mapping[str, Any] | None:
        """An award of the terms."""
        return next((award for award in self.terms["awards"] if award["key"] == key), None)

    def grantor(self, one: Nomination, day: date) -> dict[str, str] | None:
        """Who grants the proposed award on a day, in the three languages; None where nobody does (any more)."""
        award = self.award(one.award)
        grant = rules.on_day(award["grants"], day) if award else None
        place_id = self.place_of(grant, one.place_id, day) if grant else None
        if grant is None or place_id is None:
            return None
        called = places.names([place_id], day)[place_id].as_dict()
        # In the middle of a sentence the kind of a unit is written small: "Chủ tịch UBND xã …".
        called["vi"] = called["vi"][:1].lower() + called["vi"][1:]
        return {language: f"{grant['title'][language]} {name}" for language, name in called.items()}

    def place_of(self, grant: Mapping[str, Any], unit: int, day: date) -> int | None:
        """The place whose chair grants."""
        if grant["of"] == "above":
            first = self.campaign.windows["activity"].first
            above = places.ancestors(self.campaign.place_id, first)
            base = above[0] if above else None
        else:
            base = unit if grant["of"] == "unit" else self.campaign.place_id
        if base is None:
            return None
        heir = places.heirs([base], day).get(base, base)
        return heir if places.last_day(heir, day) == day else None


def open_desk(actor: Actor, campaign_id: int) -> Desk:
    """The desk of somebody; Problem 'not-found' where a campaign isn't theirs to see, or doesn't commend."""
    campaign = campaigns.find(campaign_id)
    terms = terms_of(campaign_id)
    if campaign is None or terms is None or f"c{campaign_id}" not in campaigns.scope(actor):
        raise Problem("not-found")
    return Desk(actor, campaign, terms)


def _nominations(campaign_id: int, terms: Terms, place_ids: Collection[int]) -> list[Nomination]:
    """All nominations of these places: those that count, and those about which something was decided."""
    counting = approved.ids_of(campaign_id, terms["form"], place_ids)
    found = _made(terms, counting, StepRow.campaign_id == campaign_id)
    return [one for one in found if one.rev is not None or one.place_id in place_ids]


def named(terms: Terms, records: Sequence[str]) -> list[Nomination]:
    """The nominations among records of the campaign's form: those that count or were decided about."""
    return _made(terms, records, StepRow.record_id.in_(records))


def _made(terms: Terms, records: Sequence[str], which: sa.ColumnElement[bool]) -> list[Nomination]:
    """Those of these records that count, and all others of which there are such steps; in order of number."""
    steps: dict[str, list[StepRow]] = {}
    for step in db.session.scalars(sa.select(StepRow).where(which).order_by(StepRow.record_id, StepRow.number)):
        steps.setdefault(step.record_id, []).append(step)
    found: dict[str, Nomination] = {}
    for content in approved.contents(records):
        said = {name: content.values.get(path) for name, path in terms["reads"].items()}
        own = steps.get(content.record_id, [])
        found[content.record_id] = Nomination(
            content.record_id, content.rev, content.place_id, content.author_id, content.occurred_on, said, own
        )
    for record, own in steps.items():
        if record not in found:
            last = own[-1]
            found[record] = Nomination(record, None, last.place_id, 0, None, last.facts, own)
    return sorted(found.values(), key=lambda one: [int(part) for part in one.record.split("-")])


def alike(one: Nomination, others: Sequence[Nomination]) -> list[tuple[Nomination, str]]:
    """Nominations that may be of the same nominee (the same line of the same list), or name the same evidence."""
    found = []
    mine, who = set(one.evidence), _who(one)
    for other in others:
        if other.record == one.record or other.stage in OVER:
            continue
        if who == _who(other):
            found.append((other, "nominee"))
        elif mine.intersection(other.evidence):
            found.append((other, "evidence"))
    return found


def _who(one: Nomination) -> tuple[Any, ...]:
    said = one.said
    return (one.place_id, one.kind, *(_plain(said.get(name)) for name in ("list", "organisation", "position")))


def _plain(text: object) -> str:
    return re.sub(r"\s+", " ", str(text or "")).strip().casefold()
