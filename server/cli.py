"""Commands: `flask campaign`, `people`, `devices`, `indicators`, `worker`, `backup`, `restore`.

They stand above every folder.
"""

from __future__ import annotations

import functools
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from flask.cli import AppGroup

from server import backup, demo, events
from server.attachments import service as attachments
from server.campaigns import service as campaigns
from server.campaigns.rules import PackRefused
from server.config import current_settings
from server.db import db
from server.epoch import restored
from server.indicators import service as indicators
from server.milestones import service as milestones
from server.people import granting
from server.people import rules as people_rules
from server.people import service as people
from server.places import service as places
from server.problems import CATALOGUE, Problem
from server.records import orphans
from server.reviews import reminding
from server.running import StillRunning, alone, hold
from server.setup import service as setup
from server.setup.loading import load
from server.webpush import service as webpush
from server.year import Size

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

TRA_CU = Path(__file__).parent.parent / "campaigns" / "tra-cu-2023"
TICK_SECONDS = 60.0
IDLE_SECONDS = 0.5
DAY = click.DateTime(["%Y-%m-%d"])
TROUBLE_SECONDS = 5.0

campaign_commands = AppGroup("campaign", help="Campaign packs.")
people_commands = AppGroup("people", help="People and their links.")
device_commands = AppGroup("devices", help="Phones.")
indicator_commands = AppGroup("indicators", help="Figures.")


def register(app: Flask) -> None:
    """Adds the commands to the application."""
    for group in (campaign_commands, people_commands, device_commands, indicator_commands):
        app.cli.add_command(group)
    for command in (worker, backup_command, restore_command):
        app.cli.add_command(command)


def _plainly(work: Callable[P, T]) -> Callable[P, T]:
    """What stops a command is told in words, with exit code 1 and no traceback."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except PackRefused as refused:
            count = len(refused.faults)
            told = f"the campaign was not loaded; {count} thing{'s' if count > 1 else ''} to mend:\n{refused}"
            raise click.ClickException(told) from None
        except places.UnknownPlace as unknown:
            raise click.ClickException(f"no place has the key '{unknown}'; packs name them in places.yaml") from None
        except people.UnknownPerson as unknown:
            raise click.ClickException(f"there is no number {unknown}") from None
        except backup.BackupError as error:
            raise click.ClickException(str(error)) from None
        except StillRunning:
            raise click.ClickException("the server, its worker or a restore is running here: end it first") from None
        except Problem as problem:
            _, title, todo = CATALOGUE[problem.slug]
            raise click.ClickException(f"{title}. {problem.detail or todo}") from None

    return run


# ---------------------------------------------------------------- campaigns


@campaign_commands.command("load")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_plainly
def load_command(path: Path) -> None:
    """Loads the campaign pack in PATH, whole or not at all; loading it again changes nothing."""
    pack = campaigns.read_pack(path)
    campaign_id = load(pack)
    click.echo(f"Campaign {pack.campaign['key']} is loaded (number {campaign_id}).")
    if kept := setup.kept_over_pack(campaign_id):
        click.echo(f"As the office changed it on screen, whatever the pack says: {', '.join(kept)}.")


@campaign_commands.command("demo")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=TRA_CU)
@click.option("--year", is_flag=True, required=True, expose_value=False, help="a whole year of the campaign")
@click.option("--records", type=click.IntRange(1, 1_000_000), default=Size.records, show_default=True)
@click.option("--seed", type=int, default=2023, show_default=True, help="the same seed makes the same year")
@_plainly
def demo_year_command(path: Path, *, records: int, seed: int) -> None:
    """Makes up a year of the campaign in PATH and plays it: into a rehearsal that holds nothing yet, and no other."""
    pack = campaigns.read_pack(path)
    try:
        with alone(current_settings().data_dir):
            told = demo.play(load, pack, (Size(records=records), seed), click.echo)
    except demo.NotARehearsal:
        raise click.ClickException(
            "a made-up year needs a rehearsal of its own: set BEN_REHEARSE, and an empty BEN_DATA or DATABASE_URL"
        ) from None
    for answer, many in sorted(told.answers.items()):
        click.echo(f"{many:7} {answer}")
    click.echo(f"{told.records} records, {told.events} events, {told.closed} periods signed. The story ends today.")


@indicator_commands.command("rebuild")
@click.argument("key", required=False)
@_plainly
def rebuild_command(key: str | None) -> None:
    """Counts all figures again from approved records: of the campaign with this KEY, or of every one."""
    found = [one for one in campaigns.all_campaigns() if key in (None, one.key)]
    if not found:
        raise click.ClickException(f"there is no campaign {key}" if key else "there is no campaign yet")
    for campaign in found:
        indicators.rebuild(campaign.id)
        click.echo(f"{campaign.key}: all figures are counted again.")


# ---------------------------------------------------------------- people and phones


@people_commands.command("add")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(list(people_rules.RIGHTS)))
@click.option("--place", required=True, help="the place's key in places.yaml, like xa-ngai-xuyen")
@click.option("--language", default="vi", type=click.Choice(people_rules.LANGUAGES))
@_plainly
def add_command(**given: str) -> None:
    """Adds a person with a role on a place (once: the same again changes nothing) and prints their number."""
    if not given["name"].strip():
        raise click.ClickException("a name needs a letter")
    click.echo(people.install_person({**given, "name": given["name"].strip()}))


@people_commands.command("link")
@click.argument("person_id", type=int)
@_plainly
def link_command(person_id: int) -> None:
    """Prints a new one-time enrolment link for a person."""
    link = people.install_link(person_id)
    click.echo(f"{link['url']}\nIt works once, until {link['expires']:%Y-%m-%d %H:%M} UTC.")


@people_commands.command("role")
@click.argument("person_id", type=int)
@click.option("--role", required=True, type=click.Choice(list(people_rules.RIGHTS)))
@click.option("--place", required=True, help="the place's key in places.yaml")
@click.option("--from", "start", type=DAY, help="its first day; today if left out")
@click.option("--to", "end", type=DAY, help="the first day on which it is no more; open if left out")
@_plainly
def role_command(person_id: int, **given: Any) -> None:
    """Gives a person another role; it begins and ends by itself at the local midnight."""
    granting.install_role(person_id, _days(given))
    click.echo(f"{person_id} has the role {given['role']} on {given['place']}.")


@people_commands.command("end-role")
@click.argument("person_id", type=int)
@click.option("--role", required=True, type=click.Choice(list(people_rules.RIGHTS)))
@click.option("--place", required=True, help="the place's key in places.yaml, as it was given")
@click.option("--on", "end", type=DAY, help="the first day on which it is no more; today if left out")
@_plainly
def end_role_command(person_id: int, **given: Any) -> None:
    """Ends a person's role; what their phones still send of that place is kept in quarantine."""
    ended = granting.operator_end_role(person_id, _days(given))
    if not ended:
        raise click.ClickException(f"{person_id} has no role {given['role']} on {given['place']}")
    click.echo(f"The role {given['role']} of {person_id} on {given['place']} ends.")


def _days(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.date() if isinstance(value, datetime) else value for name, value in given.items()}


@people_commands.command("demo")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=TRA_CU)
@_plainly
def demo_command(path: Path) -> None:
    """Adds the people of PATH/rehearsal.yaml and prints a link for each who has no phone yet."""
    for given in campaigns.read_pack(path).people:
        person_id = people.install_person(given)
        shown = people.whose(person_id)
        role, place = shown["roles"][0]["role"], shown["roles"][0]["place"]["name"]["vi"]
        click.echo(f"{people_rules.ROLE_NAMES[role]['vi']} · {given['name']} · {place}")
        if people.has_phone(person_id):
            click.echo(f"    has a phone; for another: flask people link {person_id}")
        else:
            click.echo(f"    {people.install_link(person_id)['url']}")


@device_commands.command("revoke")
@click.argument("number", type=int)
@_plainly
def revoke_command(number: int) -> None:
    """Takes back the access of the phone with this device number; what it still sends is kept in quarantine."""
    click.echo(f"Phone {number} of {people.operator_revoke(number)} has no access any more.")


# ---------------------------------------------------------------- backup and restore


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@_plainly
def backup_command(target: Path) -> None:
    """Makes a checked backup of database and keys, beside a running server; TARGET is a file or a directory."""
    made = backup.make(target)
    click.echo(f"{made} ({made.stat().st_size // 1000 + 1} kB) is a whole backup. It holds secrets: keep it safe.")


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="put aside a database that holds something already")
@click.option("--incomplete", is_flag=True, help="do without photos and files that are not beside the backup")
@_plainly
def restore_command(archive: Path, *, replace: bool, incomplete: bool) -> None:
    """Puts the backup ARCHIVE back; server and worker must have ended. Phones then offer their work again."""
    done = backup.restore(archive, replace=replace, incomplete=incomplete)
    restored()
    if done.aside:
        click.echo(f"The former database is kept under the name {done.aside}.")
    click.echo(f"The backup of {done.made} is in place. Start the server: phones offer again what came after it.")


# ---------------------------------------------------------------- the worker


@click.command("worker")
@_plainly
def worker() -> None:
    """Handles what follows from what happened: events, milestones, web push. Ends cleanly on SIGTERM and Ctrl-C."""
    hold(current_settings().data_dir)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    work(stop)


def work(stop: threading.Event) -> None:
    """The worker's loop, until `stop` is set; what is under way is finished first, never cut."""
    next_tick = 0.0
    while not stop.is_set():
        trouble = False
        try:
            while not stop.is_set() and events.run_next():
                pass
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_SECONDS
                milestones.tick()
                reminding.tick()
                attachments.tidy()
                orphans.adopt()
            if not stop.is_set():
                webpush.send_due(stop.is_set)
        except Exception:
            # A database that is away for a moment must not end the worker; nothing is lost meanwhile.
            log.exception("the worker met an error and goes on")
            trouble = True
        finally:
            db.session.remove()
        stop.wait(TROUBLE_SECONDS if trouble else IDLE_SECONDS)
