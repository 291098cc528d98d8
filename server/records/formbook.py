"""What the sync engine asks about forms (`sync.forms.Forms`), answered once a batch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server import clock
from server.campaigns import service as campaigns
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people.rules import Actor
from sync.forms import Seen


class FormBook:
    """The engine's view of forms, for one batch: which are filled in where, and what they say about a document."""

    def __init__(self, actor: Actor | None) -> None:
        """`actor`: who begins records; None where somebody who answers for the place lets one in."""
        self._actor = actor
        self._known: dict[tuple[int, int], bool] = {}
        self._audiences: dict[int, forms.Audience | None] = {}
        self._fields: dict[int, dict[str, dict[str, Any]]] = {}
        self._compiled: dict[int, forms.CompiledForm] = {}

    def known(self, form: int, place: int) -> bool:
        """Whether this form version exists and belongs to a campaign that reaches the place."""
        if (form, place) not in self._known:
            campaign = forms.campaign_of(form)
            self._known[form, place] = campaign is not None and campaigns.reaches(campaign, place)
        return self._known[form, place]

    def offered(self, form: int, place: int, at: datetime) -> bool:
        """Whether the author could begin a record with this form version at this place at that moment."""
        if self._actor is None:
            return True
        if form not in self._audiences:
            self._audiences[form] = forms.audience(form, clock.today())
        audience = self._audiences[form]
        return audience is not None and audience.offers(self._actor.roles.get(place, frozenset()), place, at)

    def confirmed(self, form: int) -> bool:
        """Whether the police confirm what is reported with this form version."""
        campaign = campaigns.find(forms.campaign_of(form) or 0)
        return campaign is not None and forms.compiled(form)["key"] in campaign.confirmed

    def policy(self, form: int, path: str) -> str:
        """The merge policy of a field."""
        policy: str = self._field(form, path).get("merge", "ask")
        return policy

    def choices(self, form: int, path: str) -> list[str]:
        """The names that a select offers, in the form's order."""
        return [choice["v"] for choice in self._field(form, path).get("choices", ())]

    def _field(self, form: int, path: str) -> dict[str, Any]:
        if form not in self._fields:
            nodes = form_rules.walk(forms.compiled(form), hidden=True)
            self._fields[form] = {node["path"]: node for node in nodes if "pos" in node}
        return self._fields[form].get(path, {})

    def violations(self, seen: Seen) -> list[dict[str, Any]]:
        """What is wrong with a document, with words in each language."""
        if seen.form not in self._compiled:
            self._compiled[seen.form] = forms.compiled(seen.form)
        found = form_rules.validate(self._compiled[seen.form], seen.document, seen.at, changed=seen.changed)
        return [{"path": fault.path, "kind": fault.kind, "message": dict(fault.message)} for fault in found]
