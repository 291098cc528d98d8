"""Feeds: the ordered log of one place, campaign or person, and how a device reads on from its cursor.

Rules (the protocol's):
- A position is taken by the last statements of a transaction, feeds in sorted order, so that the order of numbers is
  the order of commits and a reader can't skip a row that commits late.
- A feed keeps one row a document, at the position of its latest change: what a device is sent is the document as it
  is now, so older rows of it would say nothing more.
- Whoever owns a kind of document provides the loader that shows it to a viewer; a document that it doesn't show is
  answered as gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server import db as database
from server.db import among, db, listed, per_dialect, save_rows
from sync import feed

Document = dict[str, Any]
# Given the references that changed and who asks: the documents that may be shown, by reference.
Loader = Callable[[Sequence[str], Any], Mapping[str, Document]]


class Feed(db.Model):  # type: ignore[name-defined,misc]
    """How far a feed has come. Keys: p<place>, c<campaign>, u<person>."""

    __tablename__ = "feeds"
    key: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)


class FeedRow(db.Model):  # type: ignore[name-defined,misc]
    """The latest change of one document in one feed."""

    __tablename__ = "feed_rows"
    feed: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)
    __table_args__ = (sa.Index("ix_feed_rows_feed_position", "feed", "position"),)


FEEDS: sa.Table = Feed.__table__
FEED_ROWS: sa.Table = FeedRow.__table__


@dataclass(frozen=True)
class Page:
    """What a device is sent: documents per feed in order, its cursors from now on, and whether there is more.

    `ahead` is true when a cursor lay beyond its feed: the server has been restored from a backup. `left` counts what is
    still to come after this page.
    """

    changes: dict[str, list[Document | str]]
    cursors: dict[str, int]
    forget: list[str]
    more: bool
    ahead: bool
    left: int = 0


_loaders: dict[str, Loader] = {}


def provide(kind: str, loader: Loader) -> None:
    """Makes `loader` the one that shows documents of `kind`."""
    _loaders[kind] = loader


def publish(key: str, kind: str, ref: str) -> None:
    """Tells a feed, at the end of the open transaction, that a document has changed (or left it)."""
    waiting: dict[tuple[str, str, str], None] = db.session().info.setdefault("publish", {})
    waiting[(key, kind, ref)] = None


Positions = dict[tuple[str, str, str], int]


def write() -> Positions:
    """Takes the numbers and inserts the rows of what was published: two statements, the last of the transaction.

    The positions taken, by (feed, kind, reference). Whatever is still waiting at the commit is written then.
    """
    session = db.session()
    waiting = session.info.pop("publish", None)
    if not waiting:
        return {}
    session.flush()
    by_feed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, kind, ref in waiting:
        by_feed[key].append((kind, ref))
    counts = [[key, len(by_feed[key])] for key in sorted(by_feed)]
    positions: Positions = {}
    for key, last in session.execute(_take(), {"counts": orjson.dumps(counts).decode()}).all():
        first = last - len(by_feed[key])
        positions |= {(key, kind, ref): first + step for step, (kind, ref) in enumerate(by_feed[key], 1)}
    rows = [
        {"feed": key, "kind": kind, "ref": ref, "position": position}
        for (key, kind, ref), position in positions.items()
    ]
    save_rows(FEED_ROWS, rows)
    return positions


@per_dialect
def _take() -> Any:
    """Takes so many positions of each feed, in the order given: that is the order of their locks."""
    given = {
        "postgresql": "SELECT pair ->> 0, CAST(pair ->> 1 AS bigint) FROM json_array_elements(CAST(:counts AS json))"
        " WITH ORDINALITY AS given(pair, place) ORDER BY place",
        "sqlite": "SELECT value ->> 0, value ->> 1 FROM json_each(:counts) WHERE true ORDER BY key",
    }[db.engine.dialect.name]
    return sa.text(
        f"INSERT INTO feeds (key, position) {given} "  # both are written above
        "ON CONFLICT (key) DO UPDATE SET position = feeds.position + excluded.position RETURNING key, position"
    )


if write not in database.before_commit:
    database.before_commit.append(write)


def read(
    scope: Sequence[str], cursors: Mapping[str, int], viewer: Any, limit: int = 500, *, known: Positions | None = None
) -> Page:
    """One page of what changed in the feeds of `scope` since `cursors`, inside the snapshot that is open.

    A feed without a cursor is read from its start (a grant backfills whole); a cursor without a feed in scope comes
    back under `forget`; a cursor beyond its feed counts as none. At most `limit` documents a page. What the reader
    has since it wrote it (`known`, and unchanged since) is answered by its reference alone.
    """
    found = db.session.execute(_heads(), {"keys": listed(scope)})
    heads: dict[str, int] = dict.fromkeys(scope, 0) | {row.key: row.position for row in found}
    begun = feed.start(heads, cursors)
    rows, upto, more = feed.cut(_changed(begun.behind, begun.since, limit + 1), heads, begun, limit)
    left = _left(begun.behind, upto) if more else 0
    return Page(_documents(rows, viewer, known or {}), upto, begun.forget, more, begun.ahead, left)


@per_dialect
def _heads() -> Any:
    return sa.select(*FEEDS.c).where(among(FEEDS.c.key, "keys"))


def _changed(behind: Sequence[str], since: Mapping[str, int], limit: int) -> Sequence[Any]:
    if not behind:
        return []
    query = sa.select(*FEED_ROWS.c).where(_after(behind, since))
    return db.session.execute(query.order_by(FEED_ROWS.c.feed, FEED_ROWS.c.position).limit(limit)).all()


def _left(behind: Sequence[str], since: Mapping[str, int]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(FEED_ROWS).where(_after(behind, since))) or 0


def _after(behind: Sequence[str], since: Mapping[str, int]) -> Any:
    return sa.or_(*(sa.and_(FEED_ROWS.c.feed == key, FEED_ROWS.c.position > since[key]) for key in behind))


def _documents(rows: Sequence[Any], viewer: Any, known: Positions) -> dict[str, list[Document | str]]:
    refs: dict[str, list[str]] = defaultdict(list)
    brief = {row for row in rows if known.get((row.feed, row.kind, row.ref)) == row.position}
    for row in rows:
        if row not in brief:
            refs[row.kind].append(row.ref)
    shown = {kind: _loaders[kind](found, viewer) for kind, found in refs.items() if kind in _loaders}
    changes: dict[str, list[Document | str]] = defaultdict(list)
    for row in rows:
        document = shown.get(row.kind, {}).get(row.ref)
        if row in brief:
            changes[row.feed].append(row.ref)
        elif document is None:
            changes[row.feed].append({"k": row.kind, "id": row.ref, "gone": True})
        else:
            changes[row.feed].append({"k": row.kind, "id": row.ref, **document})
    return dict(changes)
