"""What a story knows of itself: its people and phones, what was typed, what the office did; drawn from a seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.simulation_client.book import Book
from tests.simulation_client.phone import AppError
from tests.simulation_client.town import COMMUNES, Hand, Town

VALUE = re.compile(r"\bv\d+v\b")
Weights = dict[str, int]
# What else happens in some stories: a step, and how often. The first seeds tell one of these each.
FLAVOURS: tuple[Weights, ...] = (
    {},
    {"clone": 2},
    {"revoke": 1},
    {"clone": 1, "revoke": 1},
    {"kill": 1},
    {"backup": 2, "restore": 3},
    {"role": 4, "settle": 3},
    {"move": 4, "role": 1, "settle": 3},
    {"fill": 2, "make_room": 3, "lose": 3},
    {"skew": 3, "jump": 2},
    {"reform": 2, "settle": 1},
)
# The day before the communes of the plan are merged, and a day after.
BEFORE_REFORM, AFTER_REFORM = date(2025, 6, 30), date(2025, 7, 2)
LONG_AGO = date(2023, 1, 1)


def flavour_of(seed: int) -> Weights:
    """What else happens in the story of this seed: one of the flavours, or up to three at once."""
    if seed < len(FLAVOURS):
        return FLAVOURS[seed]
    chance = random.Random(f"flavour {seed}")
    mixed: Weights = {}
    for one in chance.sample(FLAVOURS, chance.randint(1, 3)):
        mixed |= one
    if "reform" in mixed:  # it is a jump of the clock itself, and sessions last for less than two of them
        mixed.pop("jump", None)
    return mixed


@dataclass
class Typed:
    """A value that somebody submitted, unique in the world."""

    value: str
    record: str
    path: str
    by: str


@dataclass
class Kept:
    """What a backup of the server holds of the office's doings."""

    book: Book
    revoked: set[int]


class Story:
    """The state of one story."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.seed = seed
        self.chance = random.Random(seed)
        self.flavour = flavour_of(seed)
        self.commune = COMMUNES[seed % len(COMMUNES)]
        self.other = COMMUNES[(seed + 1 + seed // len(COMMUNES) % (len(COMMUNES) - 1)) % len(COMMUNES)]
        self.book = Book()
        self.typed: list[Typed] = []
        self.submissions: Counter[str] = Counter()
        # Values that their author typed over before they were ever sent.
        self.retired: set[str] = set()
        self.decided: Counter[str] = Counter()
        self.hands: list[Hand] = []
        self.devices: set[int] = set()
        # Who had no role, or no access, for some time: forms go with them.
        self.outcasts: set[int] = set()
        self.told: list[str] = []
        self.kept: Kept | None = None
        self.rare: Counter[str] = Counter()

    def tell(self, *what: object) -> None:
        """A line of the story, printed when the schedule fails."""
        self.told.append(" ".join(str(each) for each in what))

    @property
    def desk(self) -> Hand:
        """The supervisor's phone."""
        return next(each for each in self.hands if each.reviews)

    def first_time(self, what: str, most: int = 1) -> bool:
        """Counts something that happens only so often in a story; false: not again."""
        self.rare[what] += 1
        return self.rare[what] <= most

    def note_outcasts(self) -> None:
        """To be called when what somebody may has changed."""
        today = self.town.day
        self.outcasts |= {hand.person for hand in self.hands if hand.revoked}
        self.outcasts |= {hand.person for hand in self.hands if not self.book.communes(hand.person, today)}

    def excuse(self, hand: Hand, error: AppError) -> None:
        """Raises the error again unless it is what this phone's state explains: no room, or no form any more."""
        full = hand.full and "StorageFull" in str(error)
        formless = hand.person in self.outcasts and "FormMissing" in str(error)
        if not (full or formless):
            raise error
        self.tell(hand.name, "can't:", error)


def in_mutation(item: dict[str, Any]) -> list[str]:
    """The unique values that an item of an outbox sets."""
    given = (value for _, value in item["mutation"].get("set", []) if isinstance(value, str))
    return [value for value in given if VALUE.fullmatch(value)]


def ordered(record: str) -> tuple[int, ...]:
    """A record's place in the order of device and counter."""
    return tuple(int(part) for part in record.split("-"))
