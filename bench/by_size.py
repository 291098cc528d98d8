"""Whether a pull's cost follows what has changed and not what there is: one phone in a small and in a large store."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import psycopg

from bench import run

SIZES = (10_000, 1_000_000)
PHONES = 100
TIMES = 200
# Copies of one record under ids of a device that there is not, spread over the places, each in its place's feed.
RECORDS = """
WITH places AS (SELECT array_agg(DISTINCT place_id) AS all_of_them FROM records)
INSERT INTO records SELECT '999999999-' || n, form_version_id, all_of_them[1 + n %% cardinality(all_of_them)],
  author_id, rev, state, created_at, approved_rev, conflict_count, was
FROM places, (SELECT * FROM records ORDER BY id LIMIT 1) AS one, generate_series(%(first)s::int, %(last)s::int) AS n
"""
REVISIONS = """
INSERT INTO revisions SELECT '999999999-' || copy, rev, document, changed, hash, kind, person_id, device_id, n, at,
  received_at
FROM (SELECT * FROM revisions ORDER BY record_id LIMIT 1) AS one, generate_series(%(first)s::int, %(last)s::int) AS copy
"""
ROWS = """
WITH new AS (SELECT 'p' || place_id AS feed, id, row_number() OVER (PARTITION BY place_id) AS step FROM records
  WHERE id LIKE '999999999-%%' AND substr(id, 11)::int BETWEEN %(first)s AND %(last)s)
INSERT INTO feed_rows (feed, kind, ref, position)
SELECT feed, 'record', id, position + step FROM new JOIN feeds ON key = feed
"""
HEADS = """
UPDATE feeds SET position = newest FROM (SELECT feed, max(position) AS newest FROM feed_rows GROUP BY feed) AS found
WHERE key = feed
"""


def measure(database_url: str) -> dict[str, Any]:
    """'A hundred behind' at each size of the store, and the ratio of the p95 of the largest to the smallest."""
    with (
        tempfile.TemporaryDirectory(prefix="ben-bench-") as name,
        run.landing(Path(name), database_url, PHONES, PHONES) as (_running, ready),
    ):
        crowd = ready[PHONES:-1]
        for phone in ready[: PHONES + 1]:
            phone.take(phone.connection.send(phone.sync(phone.create(1))))
        found: dict[str, Any] = {}
        filled = PHONES + 1
        for size in SIZES:
            _fill(database_url, filled + 1, size)
            filled = size
            crowd[0].catch_up()
            found[str(size)] = run.behind(crowd[0], crowd[1], TIMES)
        small, large = (found[str(size)]["p95_ms"] for size in SIZES)
        return {**found, "p95_ratio": round(large / small, 2)}


def _fill(database_url: str, first: int, last: int) -> None:
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        for statement in (RECORDS, REVISIONS, ROWS):
            connection.execute(statement, {"first": first, "last": last})
        connection.execute(HEADS)
        connection.execute("ANALYZE")
