"""The outsider notices what is wrong: a cent, a bar, a day, another zone, in what a run says or in what its rules are."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.outsider.clock import every
from tests.outsider.conftest import Made
from tests.outsider.evaluator import Instant, Outsider
from tests.outsider.left import HOUR, Left, Rule, milliseconds
from tests.outsider.path import Holding, Path
from tests.outsider.phase import is_broken

CENT = Decimal("0.01")
Change = Callable[[Left], None]

# runs that are small and meet many rules
FLOORS = "chicago, ema_cross, no gate"  # a daily limit that pauses, an end-of-day trail, days of half the profit
LIVE = "live, ema_cross, no gate"  # the best equity, thirty days
PEAK = "counted, ema_cross"  # the day's best equity, credited days, days of either sign; passed
NIGHT = "prague, ema_cross, no gate"  # two phases, days in Prague
HOURS = "prague by the hour"  # where an hour matters
PAID = "lowered, ema_cross, no gate"  # payouts
EVENINGS, FRIDAYS = "evenings, ema_cross, no gate", "fridays, ema_cross"  # everything closed in time, or not
UNITS, LEVERED = "contracts, fvg, no gate", "levered, ema_cross, no gate"  # caps on quantity, on one symbol
SIZED, ALL_SIZED = "sized, fvg, no gate", "sized, ema_cross, no gate"  # caps on what one symbol, and all, are worth
SOON, SOON_AGAIN, PACED = "paced, ema_cross, no gate", "paced, fvg, no gate", "paced, ema_cross"  # one entry after another
GATED_UNITS, GATED_LEVER = "contracts, fvg", "levered, ema_cross"  # where the gate goes as far as it may
LOSSES, STREAKS, PROFITS = "losses, ema_cross", "streaks, fvg", "profits, no gate"  # our own ladders
RESTING, RESTING_LEVERED = "resting, with the gate", "resting, levered, no gate"  # entries inside bars
MANY_LOSSES, OFTEN = "losses, no gate", "own money under circuit_breaker, fvg"


def changed(left: Left, change: Change) -> Left:
    """The same run with something else in it."""
    other = Left(left.folder)
    for name in ("settings", "summary"):
        other.__dict__[name] = deepcopy(getattr(left, name))
    for name in ("fills", "marks", "pauses", "payouts", "acts"):
        other.__dict__[name] = list(getattr(left, name))
    other.__dict__["answers"] = dict(left.answers)
    change(other)
    return other


def says(name: str, value: Callable[[Any], Any], attempt: int = -1) -> Change:
    """An attempt says something else."""

    def change(left: Left) -> None:
        claim = left.summary["phases"][attempt]
        claim[name] = value(claim[name])

    return change


def marks(at: int, **parts: Decimal | int) -> Change:
    """The mark `at` shows some parts larger; `floor` moves its first floor."""

    def change(left: Left) -> None:
        mark = left.marks[at]
        for name, more in parts.items():
            if name == "floor":
                first, *_ = mark.floors
                left.marks[at] = mark = replace(mark, floors={**mark.floors, first: mark.floors[first] + more})
            else:
                left.marks[at] = mark = replace(mark, **{name: getattr(mark, name) + more})

    return change


def rule(name: str, phase: str = "challenge", **other: Any) -> Change:
    """A rule of the account says something else."""

    def change(left: Left) -> None:
        left.account["program"]["phases"][phase]["rules"][name].update(other)

    return change


def rung(ladder: str, name: str, **other: Any) -> Change:
    """A rung of the house says something else."""
    return lambda left: left.account["house"][ladder]["rungs"][name].update(other)


def ladder(name: str, **other: Any) -> Change:
    """A ladder of the house watches something else."""
    return lambda left: left.account["house"][name].update(other)


def fills(at: int, **parts: Any) -> Change:
    """The fill `at` is another one."""

    def change(left: Left) -> None:
        left.fills[at] = replace(left.fills[at], **{name: getattr(left.fills[at], name) + more for name, more in parts.items()})

    return change


def later(hours: int) -> Callable[[str], str]:
    """A time some hours later, as summaries write it."""
    return lambda text: text.replace(text, _iso(milliseconds(text) + hours * HOUR))


def _iso(time: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time / 1000, UTC).isoformat()


def drop(name: str, at: int) -> Change:
    """One of a list is missing."""
    return lambda left: getattr(left, name).pop(at) and None


def setting(section: str, name: str, value: Any) -> Change:
    """A setting beside the rules is another one."""
    return lambda left: left.settings[section].update({name: value})


def unasked(left: Left) -> None:
    """The first position that the house closed was closed by its stop."""
    at = _first(left, "house")
    left.fills[at] = replace(left.fills[at], reason="stop")


def valued(left: Left) -> None:
    """The house measured a cent more when it first acted."""
    time, path, symbol, value = left.acts[0]
    left.acts[0] = time, path, symbol, value + CENT / Decimal(left.account["size"])


def rested(**parts: Any) -> Change:
    """The first entry that filled inside a bar is another one."""
    return lambda left: fills(next(at for at, fill in enumerate(left.fills) if fill.reason == "entry" and fill.leg), **parts)(left)


def _first(left: Left, reason: str) -> int:
    """The first fill for a reason."""
    return next(number for number, fill in enumerate(left.fills) if fill.reason == reason)


CHANGES: list[tuple[str, str, Change]] = [
    ("a floor one cent lower", FLOORS, marks(400, floor=-CENT)),
    ("a floor one cent higher", LIVE, marks(300, floor=CENT)),
    ("the highest equity of a bar one cent higher", PEAK, marks(250, high=CENT)),
    ("the lowest equity of a bar one cent lower", PEAK, marks(250, low=-CENT)),
    ("equity one cent higher", PEAK, marks(250, equity=CENT)),
    ("the balance one cent higher", PEAK, marks(250, balance=CENT)),
    ("a mark missing", PEAK, drop("marks", 250)),
    ("a verdict one bar later", FLOORS, says("time", later(4), 0)),
    ("a verdict one bar earlier", NIGHT, says("time", later(-4), 0)),
    ("a value one cent lower", FLOORS, says("value", lambda value: value - 0.01, 0)),
    ("a floor of a verdict one cent lower", FLOORS, says("floor", lambda value: value - 0.01, 0)),
    ("a pass instead of a failure", FLOORS, says("state", lambda _: "passed", 0)),
    ("another rule", FLOORS, says("path", lambda path: path.replace("overall", "daily"), 0)),
    ("a doubt where there is none", FLOORS, says("ambiguous", lambda doubt: not doubt, 0)),
    ("one day fewer", PEAK, says("days_counted", lambda days: days - 1)),
    ("one cent less credited", PEAK, says("credited", lambda value: value - 0.01)),
    ("another target", PEAK, says("target", lambda value: value + 0.01)),
    ("an attempt missing", FLOORS, lambda left: left.summary["phases"].pop(1) and None),
    ("a pause missing", FLOORS, drop("pauses", 2)),
    ("a payout missing", PAID, drop("payouts", 0)),
    ("a fill missing", PEAK, drop("fills", 7)),
    ("a fill one step larger", PEAK, fills(6, quantity=Decimal("0.001"))),
    ("a fill one tick higher", PEAK, fills(7, price=Decimal("0.1"))),
    ("a fill one bar later", PEAK, fills(7, time=4 * HOUR)),
    ("the allowance one cent larger", FLOORS, rule("daily", amount=200.01)),
    ("another anchor", FLOORS, rule("daily", anchor="day_start_equity")),
    ("another zone", FLOORS, rule("overall", reset={"at": "17:00", "zone": "Europe/Prague"})),
    ("a reset an hour later", FLOORS, rule("daily", reset={"at": "18:00", "zone": "America/Chicago"})),
    ("a zone without summer time", HOURS, rule("daily", reset={"at": "23:00", "zone": "UTC"})),
    ("no lock", LIVE, rule("overall", lock_amount=None)),
    ("another trail", FLOORS, rule("overall", trail="closed_balance")),
    ("a floor that stands still", LIVE, rule("overall", trail="static")),
    ("a rule that only warns", FLOORS, rule("overall", severity="warn")),
    ("a pause that fails", FLOORS, rule("daily", severity="fail")),
    ("a day share half a percent smaller", PEAK, rule("net", max_share=0.295)),
    ("one more day needed", PEAK, rule("days", count=20)),
    ("losing days not counted", PEAK, rule("days", either_sign=False)),
    ("a larger target", NIGHT, rule("target", target_fraction=0.11)),
    ("a shorter time", LIVE, rule("limit", longest="29d")),
    ("the next phase left out", NIGHT, lambda left: left.account["program"]["phases"]["challenge"].update(next=None)),
    ("an account that is not bought again", NIGHT, setting("mode", "after_failure", "stop")),
    ("no funding", PEAK, lambda left: left.account["venue"].update(funding=False)),
    ("a variant it does not hold for", FLOORS, rule("overall", variants=["swing"])),
    ("a rule no longer in force", FLOORS, rule("overall", purchased_until="2025-12-31")),
    ("payouts two months apart", PAID, rule("pay", every="60d")),
    ("a larger share paid out", PAID, rule("pay", share=0.99)),
    ("a payout that leaves the peak", PAID, rule("overall", on_payout="keep_floor")),
    ("a session that ends an hour later", EVENINGS, rule("flat", flat_by={"at": "18:00", "zone": "America/New_York"})),
    ("a session that ends in another zone", EVENINGS, rule("flat", flat_by={"at": "17:00", "zone": "America/Chicago"})),
    ("a session that ends on Fridays only", EVENINGS, rule("flat", weekdays=["fri"])),
    ("a session that ends on Thursdays", FRIDAYS, rule("flat", weekdays=["thu"])),
    ("a session that ends every day", FRIDAYS, rule("flat", weekdays=[])),
    ("nothing opened for three days before", FRIDAYS, rule("flat", before="3d")),
    ("a position held past the end", FRIDAYS, lambda left: left.fills.__delitem__(_first(left, "session_flat"))),
    ("fewer units", UNITS, rule("units", limit_quantity=3.0)),
    ("more units", UNITS, rule("units", tiers={0: 4.5})),
    ("a tier reached later", GATED_UNITS, rule("units", tiers={0: 4.0, 2000: 8.0})),
    ("a unit less", GATED_UNITS, rule("units", limit_quantity=7.0)),
    ("no tiers", UNITS, rule("units", tiers_by_size=None)),
    ("a little more leverage", LEVERED, rule("lever", by_symbol={"BTCUSDT": 1.21}, otherwise=0.85)),
    ("a little less leverage", GATED_LEVER, rule("lever", by_symbol={"BTCUSDT": 1.19}, otherwise=0.79)),
    ("a little less leverage of any symbol", GATED_LEVER, rule("any", limit_multiple=1.0)),
    ("the leverage of another symbol", LEVERED, rule("lever", by_symbol={"ETHUSDT": 1.2})),
    ("a larger position", SIZED, rule("one", limit_multiple=1.3)),
    ("a smaller position", ALL_SIZED, rule("one", limit_multiple=0.7)),
    ("smaller positions in all", SIZED, rule("all", limit_multiple=1.0)),
    ("the other side", "sides, fvg, no gate", rule("side", allowed="long")),
    ("both sides", "sides, ema_cross, no gate", rule("side", allowed="both")),
    ("a side that was taken", "sides, ema_cross", rule("side", allowed="long")),
    ("a shorter pause between entries", SOON, rule("any", shortest="4h")),
    ("a longer pause between entries", SOON_AGAIN, rule("any", shortest="12h")),
    ("a longer pause between entries of a symbol", PACED, rule("same", shortest="60h")),
    ("a pause of every symbol on its own", SOON, rule("any", per="symbol")),
    ("small trades forbidden", PACED, rule("small", amount=8000.0)),
    ("a resting entry one tick higher", RESTING, rested(price=Decimal("0.1"))),
    ("a resting entry one leg later", RESTING, rested(time=1)),
    ("a resting entry one bar later", RESTING, rested(time=4 * HOUR)),
    ("the leverage of a resting entry", RESTING_LEVERED, rule("lever", by_symbol={"BTCUSDT": 1.0}, otherwise=0.95)),
    ("a rung that acts later", MANY_LOSSES, rung("daily", "smaller", at=0.0087)),
    ("a rung that leaves less", LOSSES, rung("daily", "smaller", value=0.39)),
    ("a rung that leaves more", LOSSES, rung("daily", "smaller", value=0.41)),
    ("a rung that blocks", LOSSES, rung("daily", "smaller", do="block")),
    ("a rung that closes two", LOSSES, rung("daily", "worst", value=2)),
    ("a rung that closes all", OFTEN, rung("breaker", "worst_half", do="flatten")),
    ("a rung that closes more", MANY_LOSSES, rung("daily", "less", value=0.31)),
    ("a rung that closes nothing", MANY_LOSSES, rung("daily", "stop", do="block")),
    ("a rung left out", LOSSES, lambda left: left.account["house"]["daily"]["rungs"].pop("half") and None),
    ("a rung that lasts longer", LOSSES, rung("peak", "rest", lasts="64h")),
    ("a rung that lasts for good", LOSSES, rung("daily", "stop", until="phase_end")),
    ("a week from Tuesday on", LOSSES, ladder("weekly", reset={"at": "00:00", "zone": "Europe/Prague", "weekdays": ["tue"]})),
    ("a day from midnight on", LOSSES, ladder("daily", reset={"at": "00:00", "zone": "UTC"})),
    ("the day's loss from the balance", LOSSES, ladder("daily", anchor="day_start_balance")),
    ("the share of another allowance", STREAKS, rule("overall", amount_fraction=0.081)),
    ("a rung that does not wait for a winning trade", STREAKS, rung("streak", "smaller", until="reset")),
    ("a longer streak", STREAKS, rung("streak", "rest", at=4)),
    ("a longer rest", STREAKS, rung("streak", "rest", lasts="30d")),
    ("the day before from noon on", PROFITS, ladder("after", reset={"at": "12:00", "zone": "UTC"})),
    ("a larger profit the day before", PROFITS, rung("after", "smaller", at=0.02)),
    ("the share of another target", PROFITS, rule("target", target_fraction=0.21)),
    ("a larger share of a day", PROFITS, rung("day", "trim", at=0.2)),
    ("a smaller share of a trade", PROFITS, rung("trade", "trim", at=0.15)),
    ("less taken off a trade", PROFITS, rung("trade", "trim", value=0.89)),
    ("an end that comes later", PROFITS, rung("end", "end", at=0.09)),
    ("an act of the house missing", LOSSES, drop("acts", 0)),
    ("a cent more when the house acted", LOSSES, valued),
    ("a position closed without the house", LOSSES, unasked),
    ("a cent less paid out", PAID, lambda left: left.payouts.insert(0, (left.payouts[0][0], left.payouts.pop(0)[1] - CENT))),
]


@pytest.mark.parametrize(("run", "change"), [pytest.param(run, change, id=name) for name, run, change in CHANGES])
def test_it_is_noticed(made: Made, run: str, change: Change) -> None:
    """The run as it is agrees (see test_agrees); with one thing changed it does not."""
    assert Outsider(changed(made(run), change)).run() != []


@pytest.mark.parametrize(
    ("compare", "value", "broken"),
    [
        pytest.param("le", "9500.01", False, id="le: a cent above"),
        pytest.param("le", "9500.00", True, id="le: touched"),
        pytest.param("lt", "9500.00", False, id="lt: touched"),
        pytest.param("lt", "9499.99", True, id="lt: a cent below"),
    ],
)
def test_touching_a_floor(compare: str, value: str, broken: bool) -> None:
    """A run seldom touches a floor exactly, so the comparison is held by hand."""
    daily = Rule("program.daily", {"_target_": "blocks.rule.daily_loss.DailyLoss", "compare": compare})
    assert is_broken(daily, Decimal(value), Decimal(9500)) == broken


@pytest.mark.parametrize(
    ("first", "second", "least", "surely"),
    [
        pytest.param([0, -50, 20], [0], 950, 950, id="one symbol lost and won: it was down for sure"),
        pytest.param([0, 70], [0, -50], 950, 1000, id="one won, another lost: which came first is not known"),
        pytest.param([0, -50], [0, -30], 920, 950, id="both lost: down by the larger loss for sure, by both in the end"),
        pytest.param([0, 50], [0, 30], 1000, 1030, id="both won"),
    ],
)
def test_the_balance_inside_bars(first: list[int], second: list[int], least: int, surely: int) -> None:
    """A rule on the balance is held against what it was between the fills, not only at the end of the bars."""
    paths = {
        name: Path(Holding(), points=[(Decimal(part), Decimal(part)) for part in parts]) for name, parts in (("A", first), ("B", second))
    }
    instant = Instant(Decimal(1000), paths)
    assert (instant.least, instant.surely) == (Decimal(least), Decimal(surely))


@pytest.mark.parametrize(
    ("at", "zone", "day", "utc"),
    [
        pytest.param("17:00", "America/New_York", "2023-03-10", "2023-03-10T22:00:00Z", id="New York in winter"),
        pytest.param("17:00", "America/New_York", "2023-03-13", "2023-03-13T21:00:00Z", id="New York after its switch"),
        pytest.param("00:00", "Europe/Prague", "2023-03-13", "2023-03-12T23:00:00Z", id="Prague still in winter"),
        pytest.param("00:00", "Europe/Prague", "2023-03-27", "2023-03-26T22:00:00Z", id="Prague after its switch"),
        pytest.param("17:00", "America/Chicago", "2024-02-29", "2024-02-29T23:00:00Z", id="Chicago on a leap day"),
    ],
)
def test_days_begin_by_the_wall_clock(at: str, zone: str, day: str, utc: str) -> None:
    """In the two weeks between the switches New York and Prague are an hour nearer."""
    first = milliseconds(f"{day}T00:00:00+00:00")
    assert milliseconds(utc.replace("Z", "+00:00")) in [each for each in every(at, zone, ()) if abs(each - first) < 26 * HOUR]
