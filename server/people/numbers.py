"""Device numbers after a restore: none that a phone may hold is given to another one.

Rules:
- Phones that were enrolled after the backup was made go on with numbers that the restored database doesn't know. So it
  leaves out a thousand and more: how many is up to chance, since a second restore of the same backup must not leave out
  the same ones and then give those that the life between gave.
- A number below the next one that nobody has was lost so (or never given): a phone that comes back with it, by a new
  link of its person, keeps it, and with it all that waits on the phone under that number.
"""

from __future__ import annotations

import sqlalchemy as sa

from server import clock
from server.db import db
from server.people.tables import Device

LEFT_OUT = 1_000


def skip_lost() -> None:
    """Leaves numbers out, unless it has been done; inside a transaction."""
    highest = db.session.scalar(sa.select(sa.func.max(Device.id)))
    if highest is None or _last() >= highest + LEFT_OUT:
        return
    last = highest + LEFT_OUT * clock.one_to(99)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SELECT setval('devices_id_seq', :last)"), {"last": last})
    else:
        db.session.execute(sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = 'devices'"), {"last": last})


def was_lost(number: int) -> bool:
    """Whether nobody has this number and nobody will be given it; inside a transaction."""
    return number <= _last() and db.session.get(Device, number) is None


def reclaim(number: int, person_id: int) -> bool:
    """Makes a lost number the person's, without a session: what was written under it can be handed in."""
    if not was_lost(number):
        return False
    now = clock.now()
    db.session.add(Device(id=number, person_id=person_id, browser="", created_at=now, seen_at=now))
    db.session.flush()
    return True


def _last() -> int:
    """The last number that was given or left out."""
    if db.engine.dialect.name == "postgresql":
        return int(db.session.scalar(sa.text("SELECT last_value FROM devices_id_seq")) or 0)
    return int(db.session.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'devices'")) or 0)
