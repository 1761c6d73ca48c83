"""Alerts: one process for all accounts of a host that tells somebody what happens on them, and touches nothing that trades."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime

from runner.alert import keeper
from runner.alert.alert import Severity
from runner.alert.host import DIED, Host
from runner.alert.kinds import Teller
from runner.alert.lane import Lane
from runner.alert.message import clock as told_at
from runner.alert.outbox import Outbox
from runner.alert.post import Message, check, post
from runner.alert.targets import Target, targets
from runner.live.clock import Clock, WallClock
from runner.live.keys import REDACTOR
from runner.menu import Menu
from runner.mode import alerting
from runner.mode.guard import pause, stoppable
from runner.mode.watching import Roster
from runner.model.bot import Errand
from runner.model.duration import DAY_MS, SECOND_MS, milliseconds
from runner.model.errors import ConfigError, Problem

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
SWEEPS = False
Options = alerting.Options
DONE, UNSENT, UNWATCHED = 0, 1, 3
KEPT_MS = 90 * DAY_MS
DEATH_MS, LAST_MS = 10 * SECOND_MS, 3 * SECOND_MS  # for the last message, and for targets that answer late: the nursery kills us after 15 s
LANE_MS = SECOND_MS  # between two looks of a target at what waits
LINES = threading.Lock()


def run(errand: Errand) -> int:
    """Watch and send until stopped, or for so many looks; gives the exit status.

    0; 1 where a critical alert has not arrived, or a test; 3 where an account that was named cannot be watched.
    OccupiedError where another process sends the alerts of the folder.
    """
    options, wall, menu = Options(**errand.options), WallClock(), Menu(errand.home)
    alerting.named(menu, options, errand)
    routes = options.to.routes()
    found = targets([name for names in routes.values() for name in names], options.file, errand.home)
    if not found:
        nothing = "names no target; set mode.to.critical=[TELEGRAM_URL] and put an Apprise URL into that environment variable"
        raise ConfigError("alerts have nowhere to go", [Problem(path="mode.to.critical", message=nothing)])
    check(found)
    alerting.reachable(options, errand.home)
    if options.test:
        return tested(found, options, wall)
    with ExitStack() as held:
        held.enter_context(alerting.sole(errand.home))
        outbox = held.enter_context(Outbox.of(errand.home))
        roster = Roster(menu, options, errand, outbox, wall, lambda text: tell(wall, text))
        held.callback(roster.close)
        roster.begin()
        unwatched = bool(roster.problems and options.accounts)
        for target in found:
            outbox.welcome(target.name)
        outbox.forget(wall.now_ms() - KEPT_MS, {severity: names for severity, names in routes.items() if names})
        sending = [lane(target, errand, options, wall, held) for target in found]
        tell(wall, f"watching {', '.join(roster.watches) or 'no account'}; {routed(routes)}")
        with stoppable() as stopped:
            rounds(roster, sending, options, wall, stopped)
        late = outbox.unsent(Severity.CRITICAL, routes[Severity.CRITICAL])
    return UNSENT if late else UNWATCHED if unwatched else DONE


def tested(found: list[Target], options: alerting.Options, clock: Clock) -> int:
    """One message to every target, and what came back."""
    failed = False
    for target in found:
        message = Message(title="TEST prop-runner", body=f"Alerts arrive here as {target.name}. Sent {told_at(clock.now_ms())}.")
        why = post(target, message, milliseconds(options.limit) / 1000)
        print(REDACTOR.text(f"{target.name}  {f'NOT DELIVERED: {why}' if why else 'delivered'}"))
        failed |= bool(why)
    return UNSENT if failed else DONE


def lane(target: Target, errand: Errand, options: alerting.Options, clock: Clock, held: ExitStack) -> Lane:
    """The way to one target, with a connection to the outbox of its own."""
    return Lane(
        target=target.name,
        severities=frozenset(severity for severity, names in options.to.routes().items() if target.name in names),
        outbox=held.enter_context(Outbox.of(errand.home)),
        terms=options.terms(),
        post=lambda message: post(target, message, milliseconds(options.limit) / 1000),
        say=lambda text: tell(clock, text),
        dead=errand.home / "state" / "alerts.dead.jsonl",
    )


def rounds(roster: Roster, sending: list[Lane], options: alerting.Options, clock: Clock, stopped: threading.Event) -> None:
    """Look after look; each target is served by a thread of its own, which also has one more go at the end."""
    ended, number, host = threading.Event(), 0, roster.host()
    look(roster, host, clock)
    threads = [threading.Thread(target=serve, args=(each, clock, ended), daemon=True) for each in sending]
    for thread in threads:
        thread.start()
    while not stopped.is_set() and (number := number + 1) != options.rounds:
        pause(clock, clock.now_ms() + milliseconds(options.every), stopped.is_set)
        read_again(roster, clock)
        look(roster, host, clock)
    patience_ms = 2 * milliseconds(options.limit)
    if stopped.is_set() and keeper.has_died(roster.menu.home, keeper.keeper()):
        last_message(roster, options, clock)
        patience_ms = min(patience_ms, LAST_MS)
    ended.set()
    for thread in threads:
        thread.join(patience_ms / 1000)


def last_message(roster: Roster, options: alerting.Options, clock: Clock) -> None:
    """Serve, which keeps us, has died: nobody tells anything any more after this, which is tried until it has arrived, within reason."""
    teller = Teller(account="", severities=options.severities())
    alert = keeper.of_death(teller, roster.menu.home, keeper.keeper(), roster.held(), clock.now_ms())
    tell(clock, alert.line)
    roster.outbox.keep([alert], {DIED: alert.at_ms})
    names, until_ms = options.to.routes()[alert.severity], clock.now_ms() + DEATH_MS
    pause(clock, until_ms, lambda: not names or alert.id not in {each.id for each in roster.outbox.unsent(alert.severity, names)})


def read_again(roster: Roster, clock: Clock) -> None:
    """Accounts whose files have come, changed or gone; what is wrong with them keeps nobody from being watched."""
    try:
        roster.look()
    except Exception as error:  # noqa: BLE001 - whatever stands in a file that somebody is editing
        tell(clock, f"the accounts cannot be read again: {type(error).__name__} {' '.join(str(error).split())}")


def look(roster: Roster, host: Host, clock: Clock) -> None:
    """At every account, and at what concerns them all; one that cannot be looked at stops none of the others."""
    looks = [(watch.subject.teller.account, watch.look) for watch in roster.watches.values()]
    for name, each in [*looks, ("serve", host.look)]:
        try:
            each(clock.now_ms())
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one account, the others are watched
            tell(clock, f"{name} cannot be watched: {type(error).__name__} {' '.join(str(error).split())}")


def serve(lane: Lane, clock: Clock, ended: threading.Event) -> None:
    """Send what is due, again and again, and once after the end."""
    while True:
        last = ended.is_set()
        try:
            lane.work(clock.now_ms())
        except Exception as error:  # noqa: BLE001 - a thread that ended would send nothing any more
            tell(clock, f"{lane.target} cannot be served: {type(error).__name__} {' '.join(str(error).split())}")
        if last:
            return
        ended.wait(LANE_MS / 1000)


def routed(routes: dict[Severity, list[str]]) -> str:
    """Where what goes, in words."""
    return "; ".join(f"{severity} to {', '.join(names) or 'nobody'}" for severity, names in routes.items())


def tell(clock: Clock, text: str) -> None:
    """A line with its time, without secrets, on stderr."""
    at = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    with LINES:
        print(REDACTOR.text(f"{at:%Y-%m-%d %H:%M:%S}  {text}"), file=sys.stderr, flush=True)
