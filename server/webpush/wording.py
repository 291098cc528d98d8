"""What a batch of messages says, to whom it is said, and whether it still may be said. Inside a transaction."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from server.campaigns import service as campaigns
from server.clock import today
from server.config import current_settings
from server.milestones import service as milestones
from server.people import service as people
from server.places import service as places
from server.records import service as records
from server.reviews import rules as review_rules
from server.reviews import service as reviews
from server.webpush import rules
from server.webpush.rules import News, Said, Shown

HOUSE_ZONE = "Asia/Ho_Chi_Minh"


class Words:
    """The messages of a batch; what they are made of is read once."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._told = reviews.told(set(ids))
        self._crossed = {key: milestones.crossing_of(one.cause) for key, one in self._told.items()}
        self._crossings = milestones.crossings({key for key in self._crossed.values() if key is not None})
        self._places = records.places_of({one.record_id for one in self._told.values() if one.record_id})
        self._unread = reviews.unread({one.person_id for one in self._told.values()})
        zones = [campaign.zone for campaign in campaigns.all_campaigns()]
        self._zone = zones[0] if zones else HOUSE_ZONE
        self._worded = functools.cache(self._shown)

    def silent(self, message_id: int) -> bool:
        """Whether it is not said any more: withdrawn, read in the app, or about a record that is none of theirs now."""
        one = self._told[message_id]
        if one.silent:
            return True
        spoken = one.kind in review_rules.SPOKEN and one.record_id is not None
        return spoken and one.person_id not in self._readers(self._places.get(str(one.record_id), 0))

    @functools.cache  # noqa: B019  # lives as long as the batch
    def _readers(self, place_id: int) -> frozenset[int]:
        return frozenset(people.holders("read", place_id)) if place_id else frozenset()

    def zone(self, message_id: int) -> str:
        """The zone in whose night nobody is woken."""
        crossing = self._crossings.get(self._crossed[message_id] or 0)
        return self._zone if crossing is None else crossing.zone

    def headers(self, message_id: int) -> dict[str, str]:
        """How a service keeps and delivers it."""
        crossing_id = self._crossed[message_id]
        crossing = self._crossings.get(crossing_id or 0)
        kind = self._told[message_id].kind if crossing is None else crossing.type
        return rules.headers(kind, self._tag(message_id))

    def _tag(self, message_id: int) -> str:
        crossing_id = self._crossed[message_id]
        return f"message-{message_id}" if crossing_id is None else rules.tag(crossing_id)

    def sealed(self, message_id: int, language: str) -> bytes:
        """What is encrypted for somebody who reads this language."""
        one = self._told[message_id]
        what = self._crossed[message_id]
        shown = self._worded(0 if what else message_id, what or 0, language)
        return rules.sealed(shown, current_settings().public_url, self._unread.get(one.person_id))

    def _shown(self, message_id: int, crossing_id: int, language: str) -> Shown:
        if crossing_id:
            crossing = self._crossings[crossing_id]
            news = News(
                crossing_id=crossing.id,
                campaign_id=crossing.campaign_id,
                type=crossing.type,
                name=crossing.name,
                place=crossing.place,
                campaign=crossing.campaign,
                reached_on=crossing.reached_on,
                counts_harm=crossing.counts_harm,
            )
            return rules.payload(news, language)
        one = self._told[message_id]
        place_id = one.place_id or self._places.get(one.record_id or "")
        place = places.name(place_id, today(self._zone)).as_dict() if place_id else {"vi": ""}
        text = one.text if one.kind in review_rules.SPOKEN else None
        period = rules.period_text(one.text) if one.text and one.kind in review_rules.OF_PERIODS else ""
        said = Said(one.kind, self._tag(message_id), one.record_id, place, text, period, one.about or "")
        return rules.of_message(said, language)
