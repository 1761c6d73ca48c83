"""Everything that somebody is told of: from the record that a bot or guard leaves, by watch, outbox and lane, to a receiver on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from runner.alert.alert import Severity
from runner.alert.lane import Lane, Terms
from runner.alert.post import post
from runner.alert.targets import Target
from runner.live.firm_rules import NOTE
from runner.live.guard.peaks import Entry, append
from runner.live.keys import REDACTOR, Secret
from runner.live.state import Halt, beat, halt, last_word, release
from runner.live.status import RuleStatus
from runner.machine.state import TOLD
from runner.model.following import Told
from tests.alert.receiver import Receiver, receiving
from tests.alert.test_watch import DAILY, DAY, HELD, HOUR, MINUTE, Scene, scene
from tests.journal.live_cases import execution

__all__ = ["scene"]
PAYOUT = RuleStatus(rule="program.phases.funded.rules.payout", code="PAYOUT", firm=True, value=1420.5, limit=100.0)
REST = RuleStatus(rule="program.phases.challenge.rules.rest", code="INACTIVITY", firm=True, value=0.0, limit=float(30 * DAY))
FLOOR = replace(DAILY, rule="program.phases.challenge.rules.daily", value=9588.0, limit=9500.0, headroom=88.0, share_left=0.176)
LADDER = RuleStatus(rule="house.daily.halve", code="HOUSE", firm=False, value=0.021, limit=0.025, headroom=0.004, share_left=0.16)
NEAR = """\
daily: now 9,588.00 USDT, limit 9,500.00 USDT. A rule of hyrotrader; breaking it ends or pauses the account.
Equity 9,588.00 USDT, 9,560.00 if every stop is hit. Open at the venue: BTCUSDT long 1 from 100, stop 99.
Take risk off, or take no more entries: runner mode=halt account=mine"""
type Step = Callable[[Scene], object]


def note(kind: str, **detail: object) -> Step:
    """What the bot writes into its journal."""
    return lambda scene: scene.journal.note(scene.now, kind, detail)


def symbol_note(kind: str, why: str) -> Step:
    """The same, of a symbol."""
    return note(kind, symbol="BTCUSDT", why=why)


def stands(**change: object) -> Step:
    """How the bot says that the account stands."""
    return lambda scene: scene.stands(**{"currency": "USDT", "firm": "hyrotrader"} | change)


def fills(*rows: tuple[int, str, str, str]) -> Step:
    """Candles that the machine was told, and executions: (side, quantity, price, role)."""

    def write(scene: Scene) -> None:
        scene.stands(currency="USDT")
        candle = np.zeros(1, TOLD)
        for minute in range(3):
            candle["time"], candle["price"] = scene.now + minute, 60_000.0 + minute
            scene.journal.told(scene.now + minute, Told.CANDLE, candle.tobytes())
        scene.journal.intent("c1", scene.now, "BTCUSDT", "ENTRY", "0.0", {"stop": Decimal(59_000)})
        for number, (side, quantity, price, role) in enumerate(rows):
            seen = replace(
                execution(number, scene.now + number), side=side, quantity=Decimal(quantity), price=Decimal(price), fee=Decimal("1.5")
            )
            scene.journal.fill(seen, scene.now, "0.0", role)

    return write


def acted(scene: Scene) -> None:
    """What the guard leaves of what it did."""
    append(scene.state.peaks, Entry(at_ms=scene.now, kind="did", facts={"line": "close BTCUSDT 0.1: NO_STOP it had none"}))


def alive(scene: Scene) -> None:
    """A bot that runs until it is stopped leaves a sign of life."""
    scene.stands(mode="live")
    beat(scene.state, "bot", scene.now, "1 positions")


def stream(*, up: bool) -> Step:
    """A stream's turn."""
    return note("stream", channel="private", up=up, why="" if up else "connection reset")


EVENTS: list[tuple[str, Step, int, str, str]] = [  # what happens, its record, how long after it, the title, what its text holds
    (
        "a trade opened",
        fills((1, "0.1", "60000", "ENTRY")),
        0,
        "INFO mine@demo BTCUSDT long 0.1 opened at 60000, stop at 59000",
        "At its stop it brings -100.00 USDT before costs",
    ),
    (
        "a trade closed",
        fills((1, "0.1", "60000", "ENTRY"), (-1, "0.1", "61000", "TARGET")),
        0,
        "BTCUSDT long closed: +97.00 USDT after fees and funding",
        "out 0.1 at 61000 (target); fees and funding 3.00",
    ),
    (
        "a firm's rule is near",
        stands(rules=(FLOOR,), positions=(HELD,), equity=9588.0, worst_case=9560.0),
        0,
        "CRITICAL mine@demo DAILY_LOSS: 18% of its allowance left, 88.00 USDT",
        NEAR,
    ),
    (
        "our ladder is near",
        stands(rules=(LADDER,)),
        0,
        "CRITICAL mine@demo HOUSE: 16% of its allowance left, 0.40%",
        "halve: now 2.10%, limit 2.50%. Our own ladder acts",
    ),
    (
        "a stop is missing",
        stands(positions=(replace(HELD, stop="", mark="101"),)),
        15_000,
        "CRITICAL mine@demo BTCUSDT long 1 HAS NO STOP",
        "entry 100, now 101. Look at the position at the venue now",
    ),
    (
        "a stop is refused",
        symbol_note("stop_refused", "10001 too near"),
        0,
        "CRITICAL mine@demo BTCUSDT: its STOP WAS REFUSED",
        "10001 too near\nLook at the position",
    ),
    (
        "nobody knows of a stop",
        symbol_note("stop_unknown", "no answer in 5 s"),
        0,
        "CRITICAL mine@demo BTCUSDT: it is not known whether its STOP stands",
        "runner mode=flatten account=mine",
    ),
    (
        "a breach",
        note("ended", why="challenge FAILED: DAILY_LOSS (daily): 9499.00 under 9500.00", next="make another account file"),
        0,
        "CRITICAL mine@demo THE ACCOUNT HAS ENDED: challenge FAILED: DAILY_LOSS",
        "Nothing is traded any more. Next: make another account file",
    ),
    (
        "a halt",
        lambda scene: halt(scene.state, Halt(by="hand", at_ms=scene.now, why="holiday")),
        0,
        "WARNING mine@demo halted by hand: holiday",
        "No entries until somebody lifts it; positions keep their stops. Lift it: runner mode=halt account=mine mode.release=true",
    ),
    (
        "an order is refused",
        symbol_note("order_refused", "b1: 110007 not enough money"),
        0,
        "WARNING mine@demo BTCUSDT: an order was refused",
        "110007 not enough money\nNothing was opened or closed by it",
    ),
    (
        "an order is not answered",
        symbol_note("order_unknown", "b1: no answer"),
        0,
        "WARNING mine@demo BTCUSDT: the venue has not said what became of an order",
        "asks the venue again by itself",
    ),
    (
        "a change is refused",
        symbol_note("amend_refused", "b1: 110001 too late"),
        0,
        "WARNING mine@demo BTCUSDT: a change of an order was refused",
        "The order stands as it was",
    ),
    (
        "reconciliation fails",
        symbol_note("frozen", "the venue holds 2, the bot knows 1"),
        0,
        "CRITICAL mine@demo BTCUSDT: what is open does not agree with the venue; no entry is taken",
        "the venue holds 2, the bot knows 1\nLook at the venue",
    ),
    (
        "somebody else's fill",
        note("foreign_fill", symbol="BTCUSDT", execution="e7", quantity="1"),
        0,
        "CRITICAL mine@demo BTCUSDT: a fill that is not ours",
        "execution e7, quantity 1\nWho traded by hand",
    ),
    (
        "the data are bad",
        symbol_note("reading_failed", "a hole of 3 bars"),
        0,
        "WARNING mine@demo BTCUSDT: the venue could not be read",
        "a hole of 3 bars\nThe bot asks",
    ),
    (
        "a stream stays down",
        stream(up=False),
        2 * MINUTE,
        "WARNING mine@demo no private stream for 2 min",
        "connection reset\nThe bot connects again by itself",
    ),
    (
        "a tick is missed",
        lambda scene: scene.stands(next_bar_ms=scene.now + HOUR, positions=(HELD,)),
        HOUR + 3 * MINUTE,
        "CRITICAL mine@demo the tick of 1972-09-27 02:00:00 UTC was missed",
        "when BTCUSDT was open. Look at the scheduler and bot.log",
    ),
    (
        "a bot is silent",
        alive,
        3 * MINUTE,
        "CRITICAL mine@demo the bot gives no sign of life for 3 min",
        "start it again, or close what is open: runner mode=flatten account=mine",
    ),
    (
        "a bot is stopped",
        lambda scene: last_word(scene.state, "bot", scene.now, "asked to stop (SIGTERM)", asked=True),
        0,
        "INFO mine@demo the bot was stopped: asked to stop (SIGTERM)",
        "What is open at the venue is not known from here. Start it again when it is to go on",
    ),
    (
        "a phase is passed",
        note("ended", why="challenge PASSED: all met", next="verification"),
        0,
        "GOOD NEWS mine@demo the phase is passed: challenge PASSED",
        "Next: verification",
    ),
    (
        "a target is reached",
        stands(state="target_reached", why="2 trading days to go"),
        0,
        "GOOD NEWS mine@demo the target is reached: 2 trading days to go",
        "It waits for days",
    ),
    ("a payout", stands(rules=(PAYOUT,)), 0, "GOOD NEWS mine@demo a payout of 1,420.50 USDT can be asked for", "Ask the firm for it"),
    (
        "day 25 of 30",
        stands(rules=(REST,)),
        25 * DAY,
        "WARNING mine@demo day 25 of 30 without a trade",
        "5 days left: the firm ends the account at 1972-10-27",
    ),
    (
        "rules have changed",
        note(NOTE, changes=["challenge.daily.amount_fraction 5% -> 4%"]),
        0,
        "WARNING mine@demo rules of the firm changed: challenge.daily.amount_fraction 5% -> 4%",
        "Hold them against the firm's dashboard",
    ),
    ("the guard acts", acted, 0, "CRITICAL mine@demo guard: close BTCUSDT 0.1: NO_STOP it had none", "Look at the account"),
    (
        "money comes",
        note("money", id="7", at_ms=1, meaning="deposit", change="500", word="TRANSFER_IN"),
        0,
        "INFO mine@demo money came or went",
        "deposit 500 (TRANSFER_IN)",
    ),
    (
        "a day is over",
        stands(rules=(FLOOR,), positions=(HELD,), day_result=-112.5, days=3, days_needed=5),
        DAY,
        "INFO mine@demo daily summary: equity 10,000.00 USDT, today -112.50, challenge active",
        "3 of 5 trading days\nnearest rule: DAILY_LOSS with 18% of its allowance left\nBTCUSDT long 1 from 100, stop 99",
    ),
]


@pytest.fixture(autouse=True)
def _ignorant(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test teaches the redactor is forgotten."""
    monkeypatch.setattr(REDACTOR, "parts", ())


@pytest.fixture(scope="module")
def everybody() -> Iterator[Receiver]:
    """One receiver for all of them."""
    with receiving() as made:
        yield made


def arrived(scene: Scene, receiver: Receiver) -> list[dict[str, str]]:
    """What the receiver gets of all that waits: warnings and infos at once."""
    terms, before = Terms(batch_ms=0, digest=None, tries=1, per_minute=1000), len(receiver.taken)
    target = Target(name="A", url=Secret(receiver.url.replace("cto=1&rto=1", "cto=30&rto=30")))
    dead, every = scene.home / "dead", frozenset(Severity)
    lane = Lane("A", every, scene.outbox, terms, lambda message: post(target, message, 60), print, dead)
    lane.work(scene.now)
    return receiver.taken[before:]


@pytest.mark.parametrize(("happens", "after_ms", "title", "text"), [pytest.param(*row[1:], id=row[0]) for row in EVENTS])
def test_what_happens_reaches_somebody(scene: Scene, everybody: Receiver, happens: Step, after_ms: int, title: str, text: str) -> None:
    """Once, under its severity, with the account, figures and their units, and what to do."""
    scene.tells()
    happens(scene)
    scene.tells()
    scene.tells(after_ms)
    told = [each for each in arrived(scene, everybody) if title in each["title"] + each["message"]]
    assert len(told) == 1, scene.outbox.alerts()
    assert text in told[0]["message"]
    assert ("[mine." in told[0]["message"], arrived(scene, everybody)) == (True, [])
    assert bool(told[0].get("attachments")) == (" opened " in title or " closed: " in title)


@pytest.mark.parametrize(
    ("first", "then", "after_ms", "title"),
    [
        pytest.param(stream(up=False), stream(up=True), 3 * MINUTE, "the private stream is back after 3 min", id="a reconnect"),
        pytest.param(EVENTS[8][1], lambda scene: release(scene.state), 0, "the halt by hand is over", id="a halt is lifted"),
        pytest.param(
            symbol_note("frozen", "2, not 1"), symbol_note("thawed", ""), 0, "BTCUSDT: entries are taken again", id="it agrees again"
        ),
    ],
)
def test_what_is_over_is_good_news(scene: Scene, everybody: Receiver, first: Step, then: Step, after_ms: int, title: str) -> None:
    """After what was wrong was told."""
    first(scene)
    scene.tells()
    scene.tells(after_ms)
    arrived(scene, everybody)
    then(scene)
    scene.tells()
    (told,) = arrived(scene, everybody)
    assert (told["title"], told["type"]) == (f"GOOD NEWS mine@demo {title}", "success")
