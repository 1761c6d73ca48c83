"""How an account stands at a glance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner.board.card import BEAT_MS, LATE_MS, Level, Seen, card_of, floor_of, in_order, level_of
from runner.board.known import Known
from runner.board.places import Place
from runner.live.blind import Blind
from runner.live.looked import HeldSeen, Looked
from runner.live.serving import RunServed, Serving
from runner.live.state import Beat, state_of
from runner.live.status import THAW, FrozenStatus, RuleStatus, Status, file_of, leave, spoilt
from tests.board.homes import HOUR, NOON, position, rule, status

OUT = "equity, worst case and rules here leave that out"
COUNTED = "the guard counted equity 9,871.02, at worst 9,640.50"
OWN = RuleStatus(rule="house.day_loss", code="HOUSE", firm=False)
GONE = RunServed(run="a", account="mine", given_up="x")
SERVED, STOPPED = Serving(at_ms=NOON, pid=7), Serving(at_ms=NOON, pid=0)
PLACE = Place(key="mine", account="mine", home=Path("/nowhere"))


def beat(age_ms: int) -> Beat:
    """A sign of life of that age."""
    return Beat(at_ms=NOON - age_ms, pid=1, doing="")


def words(seen: Seen) -> list[str]:
    """The badges of an account."""
    return [badge.word for badge in card_of(PLACE, seen, NOON).badges]


def stands(**more: Any) -> Status:
    """A status that was left a moment ago."""
    return status("mine", **more)


FROZEN = FrozenStatus(symbol="BTCUSDT", why="order 17 is not ours")
FOREIGN = position(entry="", open_result=None, venue="0.052")


def flat(equity: float, state: str = "active") -> Status:
    """Nothing is open and nothing rests, by the ledger and a little while ago."""
    return replace(stands(), positions=(), orders=(), equity=equity, initial=10_000.0, state=state, at_ms=NOON - 3_000)


def look(age_ms: int, symbol: str = "SOLUSDT") -> Looked:
    """A guard's look of that age at a position on a symbol."""
    return Looked(at_ms=NOON - age_ms, equity=9_871.024, worst_case=9_640.5, held=(HeldSeen(symbol=symbol, side=-1, quantity="3"),))


def blind(since_ms: int, at_ms: int = NOON, ended: str = "") -> Blind:
    """A guard that cannot look."""
    return Blind(at_ms=at_ms, pid=1, since_ms=since_ms, why="no answer", ended=ended)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Seen(), ["not run yet"]),
        (Seen(spoilt=True), ["UNREADABLE"]),
        (Seen(status=stands(), bot=beat(1_000)), ["active"]),
        (Seen(status=stands(state="target_reached"), bot=beat(0)), ["target reached"]),
        (Seen(status=stands(state="failed", at_ms=0)), ["FAILED"]),
        (Seen(status=stands(), bot=beat(0), journal=""), ["active"]),
        (Seen(status=stands(), bot=beat(0), journal="file is not a database"), ["JOURNAL UNREADABLE", "active"]),
        (Seen(status=stands(), bot=beat(0), halted="halted by guard: MAX_LOSS"), ["HALTED", "active"]),
        (Seen(status=stands(), bot=beat(0), halted="halted by hand: holiday"), ["halted", "active"]),
        (Seen(status=stands(positions=(position(stop=""),)), bot=beat(0)), ["NO STOP", "active"]),
        (Seen(status=stands(at_ms=NOON - HOUR), bot=beat(0)), ["active"]),
        (Seen(status=stands(at_ms=NOON), bot=beat(HOUR)), ["active"]),
        (Seen(status=stands(frozen=(FROZEN,)), bot=beat(0)), ["FROZEN", "active"]),
        (Seen(status=stands(positions=(FOREIGN,)), bot=beat(0)), ["NOT COUNTED", "active"]),
        (Seen(status=stands(), bot=beat(0), look=look(BEAT_MS)), ["NOT COUNTED", "active"]),
        (Seen(status=stands(), bot=beat(0), look=look(BEAT_MS + 1)), ["active"]),
        (Seen(status=stands(), bot=beat(0), look=look(0, "ETHUSDT")), ["active"]),
        (Seen(look=look(0)), ["not run yet"]),
        (Seen(status=stands(at_ms=NOON - BEAT_MS), bot=beat(BEAT_MS)), ["active"]),
        (Seen(status=stands(at_ms=NOON - BEAT_MS - 1), bot=beat(BEAT_MS + 1)), ["SILENT", "active"]),
        (Seen(status=stands(mode="once", at_ms=NOON - 4 * HOUR, next_bar_ms=NOON - LATE_MS)), ["active"]),
        (Seen(status=stands(mode="once", at_ms=NOON - 4 * HOUR, next_bar_ms=NOON - LATE_MS - 1)), ["SILENT", "active"]),
        (Seen(status=stands(), bot=beat(0), guard=beat(BEAT_MS + 1)), ["guard silent", "active"]),
        (Seen(blind=blind(NOON - BEAT_MS)), ["not run yet"]),
        (Seen(blind=blind(NOON - BEAT_MS - 1)), ["NOT GUARDED", "not run yet"]),
        (Seen(status=stands(), bot=beat(0), guard=beat(HOUR), blind=blind(NOON - HOUR)), ["NOT GUARDED", "active"]),
        (Seen(status=stands(state="failed"), bot=beat(0), blind=blind(NOON - HOUR)), ["FAILED"]),
        (Seen(blind=blind(NOON - HOUR, NOON - BEAT_MS - 1)), ["guard silent", "not run yet"]),
        (Seen(blind=blind(NOON - HOUR, ended="asked to stop")), ["not run yet"]),
        (Seen(status=stands(at_ms=NOON - HOUR), bot=replace(beat(HOUR), ended="SIGTERM", asked=True)), ["stopped", "active"]),
        (Seen(status=stands(at_ms=NOON - HOUR), bot=replace(beat(HOUR), ended="no memory", asked=False)), ["SILENT", "active"]),
        (Seen(gone="its file is gone while long 1 BTCUSDT is open"), ["FILE GONE", "not run yet"]),
        (Seen(status=stands(state="strange"), bot=beat(0)), ["strange"]),
    ],
    ids=[
        "nothing was left",
        "what was left cannot be read",
        "all is well",
        "target reached",
        "failed, and may be silent",
        "a journal that can be read",
        "a journal that cannot",
        "halted by the guard",
        "halted by hand, which somebody knows",
        "a position without a stop",
        "it says nothing new, and is there",
        "it has said so a moment ago",
        "a symbol that takes no entry",
        "a position that the ledger does not know",
        "one on another symbol that its guard sees",
        "whose guard has not looked for a minute",
        "on a symbol that its bot tells of itself",
        "nothing is known of the ledger",
        "heard of a minute ago",
        "not heard of for longer",
        "a tick is not yet late",
        "a tick is late",
        "the guard is gone",
        "a guard could not look for a minute",
        "nor for longer",
        "it could once, and is there",
        "nothing is left to guard",
        "it is gone and never could",
        "it was stopped a moment ago",
        "stopped by somebody",
        "ended by itself",
        "its file is gone",
        "a word of a newer version",
    ],
)
def test_badges(seen: Seen, expected: list[str]) -> None:
    """The worst ones stand first, the state itself last."""
    assert words(seen) == expected


def test_of_a_status_that_cannot_be_read_nothing_is_known(tmp_path: Path) -> None:
    """It needs attention like a position without a stop, which it may hide; one that was never left is none."""
    state = state_of(tmp_path, "mine")
    assert not spoilt(state)
    leave(state, stands())
    assert not spoilt(state)
    for text in ("{bad", "[1, 2]", '{"layout": 1, "positions": 7}', ""):
        file_of(state).write_text(text)
        assert spoilt(state)
    card = card_of(PLACE, Seen(spoilt=True), NOON)
    assert card.attention < card_of(PLACE, Seen(status=stands(), halted="by hand"), NOON).attention
    assert card.needs == ("its status.json cannot be read: nothing is known of its positions",)


def test_what_needs_attention_stands_first() -> None:
    """A missing stop before everything, a silent bot with a position before a halt, calm accounts by what is left."""
    cases = {
        "calm": Seen(status=stands(), bot=beat(0)),
        "calmer": Seen(status=stands(left=0.9), bot=beat(0)),
        "thin": Seen(status=stands(left=0.1), bot=beat(0)),
        "halted": Seen(status=stands(), bot=beat(0), halted="halted by guard: x"),
        "adrift": Seen(status=stands(at_ms=0, positions=(position(),))),
        "naked": Seen(status=stands(positions=(position(stop=""),)), bot=beat(0)),
        "new": Seen(),
        "failed": Seen(status=stands(state="failed"), bot=beat(0)),
        "meddled": Seen(status=stands(positions=(FOREIGN,)), bot=beat(0)),
        "waiting": Seen(status=stands(why="ETHUSDT takes no entry: candles are missing"), bot=beat(0)),
        "torn": Seen(status=stands(), bot=beat(0), journal="database disk image is malformed"),
        "lunch": Seen(status=stands(), bot=beat(0), halted="halted by hand: x"),
        "passed": Seen(status=stands(state="passed"), bot=beat(0)),
        "unwatched": Seen(status=stands(), bot=beat(0), guard=beat(HOUR)),
        "unwritten": Seen(
            status=stands(), bot=beat(0), known=Known(account="a", choice="a", home=Path("/"), fault="its YAML cannot be used")
        ),
    }
    cards = [card_of(Place(key=name, account=name, home=Path("/nowhere")), seen, NOON) for name, seen in cases.items()]
    ordered = in_order(cards)
    assert [card.name for card in ordered if card.level is Level.BAD] == ["naked", "torn", "adrift", "failed", "halted", "meddled", "thin"]
    assert [card.name for card in ordered if card.level is Level.WARN] == ["unwatched", "unwritten", "lunch", "waiting"]
    assert [card.name for card in ordered if card.level is Level.QUIET] == ["passed", "calm", "calmer", "new"]
    assert [card.level for card in ordered] == sorted((card.level for card in ordered), key=list(Level).index)


def test_of_calm_accounts_the_one_with_least_left_stands_first() -> None:
    """Of any rule, however much is left of the others."""
    kept = {
        name: stands(rules=(rule("x", "DAILY_LOSS", least, 500, 10_000), rule("y", "MAX_LOSS", most, 500, 10_000)))
        for name, least, most in (("a", 0.8, 0.9), ("b", 0.6, 1.0))
    }
    cards = [card_of(replace(PLACE, key=name), Seen(status=each, bot=beat(0)), NOON) for name, each in kept.items()]
    assert [card.name for card in in_order(cards)] == ["b", "a"]


def test_what_comes_next_is_the_earliest() -> None:
    """The next bar or the next run that serve starts, whichever is sooner."""
    bar = stands(next_bar_ms=NOON + HOUR)
    for due_ms, expected in ((NOON + HOUR // 2, (NOON + HOUR // 2, "a")), (NOON + 2 * HOUR, (NOON + HOUR, ""))):
        seen = Seen(status=bar, bot=beat(0), serving=Serving(at_ms=NOON, pid=7), runs=(RunServed(run="a", account="mine", due_ms=due_ms),))
        card = card_of(PLACE, seen, NOON)
        assert (card.next_ms, card.next_run) == expected


@pytest.mark.parametrize(
    ("seen", "missed", "ended"),
    [
        (Seen(status=stands(), guard=beat(HOUR), serving=SERVED, runs=(GONE,)), True, True),
        (Seen(status=stands(), guard=replace(beat(HOUR), ended="x", asked=True), serving=STOPPED, runs=(GONE,)), False, False),
        (Seen(status=stands(), guard=beat(0), serving=SERVED), False, False),
    ],
    ids=["gone, and given up", "both were stopped", "there"],
)
def test_what_a_monitor_is_told_of_guard_and_serve(seen: Seen, *, missed: bool, ended: bool) -> None:
    """Only what nobody wanted."""
    card = card_of(PLACE, seen, NOON)
    assert (card.guard_silent, card.given_up) == (missed, ended)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (
            Seen(status=stands(frozen=(FROZEN,)), bot=beat(0)),
            f"BTCUSDT takes no entry: frozen, order 17 is not ours; {THAW}",
        ),
        (
            Seen(status=stands(positions=(FOREIGN,)), bot=beat(0)),
            f"BTCUSDT long 0.052 is open at the venue and not in the ledger: {OUT}; no guard has looked: nobody counts it",
        ),
        (
            Seen(status=stands(positions=(position(quantity="0.1", venue="-0.15"),)), bot=beat(0), look=look(3 * HOUR, "BTCUSDT")),
            f"BTCUSDT: the venue holds short 0.15, the ledger long 0.1: {OUT}; {COUNTED}, 3 h ago",
        ),
        (
            Seen(status=stands(positions=(position(venue="0"),)), bot=beat(0)),
            f"BTCUSDT: the venue holds nothing, the ledger long 0.052: {OUT}; no guard has looked: nobody counts it",
        ),
        (
            Seen(status=stands(), bot=beat(0), look=look(2_000)),
            f"SOLUSDT short 3 is open at the venue and not in the ledger, says the guard: {OUT}; {COUNTED}, 2 s ago",
        ),
        (
            Seen(status=flat(9_879.6), bot=beat(0), look=replace(look(2_000), held=())),
            f"the guard counts 8.58 less than the ledger, though nothing is open: {OUT}; {COUNTED}, 2 s ago",
        ),
        (
            Seen(status=flat(9_870.0), bot=beat(0), look=replace(look(2_000), held=())),
            f"the guard counts 1.02 more than the ledger, though nothing is open: {OUT}; {COUNTED}, 2 s ago",
        ),
        (Seen(status=flat(9_871.9), bot=beat(0), look=replace(look(2_000), held=())), None),
        (Seen(status=flat(9_879.6, state="passed"), bot=beat(0), look=replace(look(2_000), held=())), "passed"),
        (Seen(status=replace(flat(9_879.6), at_ms=NOON - 1_000), bot=beat(0), look=replace(look(2_000), held=())), None),
        (Seen(status=flat(9_879.6), bot=beat(0), look=replace(look(2 * BEAT_MS), held=())), None),
        (
            Seen(status=stands(why="ETHUSDT takes no entry: candles are missing"), bot=beat(0)),
            "ETHUSDT takes no entry: candles are missing",
        ),
        (Seen(status=stands(left=0.2499), bot=beat(0)), "under a quarter left of daily"),
        (Seen(status=stands(rules=(replace(OWN, share_left=0.2),)), bot=beat(0)), "under a quarter left of house day loss"),
        (Seen(status=stands(left=0.25), bot=beat(0)), None),
        (Seen(status=stands(), bot=beat(0), guard=beat(HOUR)), "its guard is silent"),
        (Seen(status=stands(), bot=beat(0), known=Known(account="a", choice="a", home=Path("/"))), None),
        (
            Seen(status=stands(mode="once", positions=(position(),)), bot=beat(0), serving=STOPPED, runs=(replace(GONE, given_up=""),)),
            "serve is stopped, nobody makes its ticks: 1 position open",
        ),
        (Seen(status=replace(flat(9_000.0), mode="once"), bot=beat(0), serving=STOPPED, runs=(replace(GONE, given_up=""),)), None),
    ],
    ids=[
        "frozen",
        "nobody's",
        "another quantity",
        "gone",
        "beside",
        "lost by hand",
        "won by hand",
        "but for dust",
        "of a phase that is over",
        "since the guard looked",
        "a guard that is silent",
        "waits for candles",
        "near",
        "our own",
        "not yet",
        "its guard",
        "nothing",
        "serve is stopped",
        "stopped, and flat",
    ],
)
def test_what_takes_no_entry_and_what_is_not_counted_is_said(seen: Seen, expected: str | None) -> None:
    """With the reason, what to do, and who counts it; what is no need is none."""
    assert card_of(PLACE, seen, NOON).needs == (() if expected is None else (expected,))


@pytest.mark.parametrize(
    ("left", "level"),
    [(None, Level.QUIET), (0.2499, Level.BAD), (0.25, Level.WARN), (0.4999, Level.WARN), (0.5, Level.GOOD), (-0.1, Level.BAD)],
)
def test_levels_of_headroom(left: float | None, level: Level) -> None:
    """Under a quarter is bad, under a half is a warning."""
    assert level_of(RuleStatus(rule="a.daily", code="DAILY_LOSS", firm=True, share_left=left)) is level


def test_floors_are_where_the_rule_breaks() -> None:
    """Where value and limit are levels the limit is the floor; else it lies below the equity by what is left. Other rules have none."""
    levels = rule("daily", "DAILY_LOSS", 0.8, 500, 10_000)
    amounts = RuleStatus(rule="x.max", code="MAX_LOSS", firm=True, value=100, limit=1_000, headroom=900)
    assert floor_of(levels, 10_000) == 9_600
    assert floor_of(amounts, 10_000) == 9_100
    assert floor_of(replace(amounts, value=901, limit=0), 10_000) == 9_100
    assert floor_of(RuleStatus(rule="x.target", code="PROFIT_TARGET", firm=True, headroom=5), 10_000) is None


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Seen(status=stands(), bot=beat(0)), True),
        (Seen(status=stands(at_ms=NOON - HOUR)), False),
        (Seen(status=stands(), bot=beat(0), serving=Serving(at_ms=NOON - HOUR, pid=7)), True),
        (Seen(status=stands(mode="once"), serving=Serving(at_ms=NOON - HOUR, pid=7)), False),
        (Seen(status=stands(mode="once"), serving=Serving(at_ms=NOON, pid=7)), True),
        (Seen(status=stands(mode="once")), True),
        (Seen(status=stands(state="failed"), bot=beat(0)), False),
    ],
    ids=["a bot at work", "a silent one", "one at work without serve", "ticks without serve", "ticks of serve", "ticks of cron", "failed"],
)
def test_nothing_is_promised_that_nobody_does(seen: Seen, expected: bool) -> None:
    """The next bar is told where somebody is there to decide at it."""
    assert (card_of(PLACE, seen, NOON).next_ms > 0) is expected
