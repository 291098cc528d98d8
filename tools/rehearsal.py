"""Prints the day on which a campaign of the past is rehearsed; nothing while the campaign still runs.

Runs in the product's own environment: `.venv/bin/python tools/rehearsal.py campaigns/tra-cu-2023`.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import yaml


def rehearsal_day(pack: Path, today: date) -> date | None:
    """The pack's `rehearsal`, once the last of its windows has ended."""
    campaign = yaml.safe_load((pack / "campaign.yaml").read_text(encoding="utf-8"))
    last = max(window["to"] for window in campaign["windows"].values())
    day: date | None = campaign.get("rehearsal")
    return day if last < today else None


if __name__ == "__main__":
    print(rehearsal_day(Path(sys.argv[1]), date.today()) or "")  # noqa: DTZ011  # the day on this machine
