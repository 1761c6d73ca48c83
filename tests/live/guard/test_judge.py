"""What the guard decides, case by case."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.live.guard.judge import judge
from runner.live.guard.risk import worst_equity
from runner.live.guard.view import Action, Do, Terms, View, Window
from runner.live.state import Halt
from tests.live.guard.accounts import FREE, NOW, floor, held, resting, view, wallet

HOUR = 3_600_000


def done(looked_at: View) -> list[tuple[str, str, str]]:
    """What is to be done: (what, where, why)."""
    return [(action.do.value, action.symbol, action.code) for action in judge(looked_at)]


def only(looked_at: View) -> Action:
    """The one thing to be done."""
    (action,) = judge(looked_at)
    return action


def test_nothing_is_done_where_everything_is_as_it_should_be() -> None:
    """A stop on each position, room above the floor, an entry with its stop."""
    assert judge(view(held(), resting("ETHUSDT"), floors=(floor(),))) == []
    assert judge(view()) == []


@pytest.mark.parametrize(
    ("side", "stop", "bare"),
    [
        (1, 98, False),
        (1, 100.4, False),
        (1, 101, True),
        (1, None, True),
        (1, 0, True),
        (-1, 102, False),
        (-1, 99.6, False),
        (-1, 99, True),
        (-1, None, True),
    ],
)
def test_a_stop_protects_on_its_side_of_the_mark(side: int, stop: float | None, bare: bool) -> None:
    """Just past the mark it may still be waiting for a last price; far past it, or none at all, is no protection."""
    looked_at = view(held(side=side, stop=None if stop is None else Decimal(repr(stop))))
    assert done(looked_at) == ([("set_stop", "BTCUSDT", "NO_STOP")] if bare else [])


@pytest.mark.parametrize(("side", "stop"), [(1, "98.0"), (-1, "102.0")])
def test_a_missing_stop_is_set_at_the_configured_distance(side: int, stop: str) -> None:
    """Two percent from the mark, on the tick."""
    assert only(view(held(side=side, stop=None))).stop == Decimal(stop)


def test_a_missing_stop_is_set_nearer_where_the_floor_leaves_less() -> None:
    """Equity of 906 over a floor of 900 that keeps 5 free leaves 1 to lose: the stop is at 99."""
    assert only(view(held(stop=None), equity=906.0, floors=(floor(),))).stop == Decimal("99.0")


def test_what_others_may_lose_is_taken_from_that_room() -> None:
    """Another position may lose 2 at its stop, a resting bid 2 more: 10 less these leave 6, and so much is at a stop of 1.5 each."""
    looked_at = view(held(stop=None, quantity=Decimal(4)), held("ETHUSDT"), resting("SOLUSDT"), equity=915.0, floors=(floor(),))
    assert [(a.symbol, a.stop) for a in judge(looked_at)] == [("BTCUSDT", Decimal("98.5"))]


def test_a_position_without_room_for_a_stop_is_closed() -> None:
    """The floor leaves a twentieth of a percent."""
    looked_at = view(held(stop=None), equity=905.05, floors=(floor(),))
    assert done(looked_at) == [("close", "BTCUSDT", "NO_STOP")]


@pytest.mark.parametrize(("bare_ms", "do"), [(0, Do.SET_STOP), (4_999, Do.SET_STOP), (5_000, Do.CLOSE)])
def test_a_position_that_stays_without_a_stop_is_closed(bare_ms: int, do: Do) -> None:
    """When it could not be set for five seconds."""
    action = only(view(held(stop=None, bare_since_ms=NOW - bare_ms)))
    assert (action.do, action.quantity) == (do, Decimal(1) if do is Do.CLOSE else None)


def test_a_resting_stop_order_for_the_full_size_is_a_stop() -> None:
    """A position's own stop and a stop order protect alike; the one that is met first counts."""
    assert judge(view(held(stop=None, stops=(Decimal(97),)))) == []
    assert worst_equity(view(held(stop=Decimal(95), stops=(Decimal(97),)))) == 997.0


def test_a_position_without_a_price_is_only_warned_of() -> None:
    """Nothing can be set or judged without one."""
    assert done(view(held(stop=None, mark=None, average_price=None))) == [("warn", "BTCUSDT", "NO_STOP")]


@pytest.mark.parametrize(
    ("parts", "worst"),
    [
        ((held(),), 998.0),
        ((held(stop=Decimal("100.2")),), 1_000.0),
        ((held(side=-1, stop=Decimal(103)),), 997.0),
        ((held(), resting("ETHUSDT")), 996.0),
        ((resting(filled=Decimal("0.5")),), 999.0),
        ((held(), resting(stop=None)), 997.0),
        ((resting(side=-1, price=Decimal(101), stop=Decimal(104)),), 997.0),
    ],
    ids=["stopped", "stop past the mark", "short", "and an entry", "half filled", "an entry on the position's stop", "an offer"],
)
def test_worst_case_equity(parts: tuple[object, ...], worst: float) -> None:
    """Every position closed at its stop, every entry filled and stopped."""
    assert worst_equity(view(*parts)) == pytest.approx(worst)  # type: ignore[arg-type]


def test_worst_case_equity_pays_fees_and_slippage() -> None:
    """Leaving costs a thousandth of the price: 0.098 at the stop; an entry pays it twice."""
    terms = Terms(taker_fee=0.0006, slippage=0.0004)
    assert worst_equity(view(held(), terms=terms)) == pytest.approx(1_000 - 2 - 0.098)
    assert worst_equity(view(resting(), terms=terms)) == pytest.approx(1_000 - 2 - 0.099 - 0.097)


def test_entries_are_withdrawn_before_a_stop_is_touched() -> None:
    """Worst case 904.5 where 905 is wanted: the entry that could lose most goes, and that is enough."""
    small = resting("SOLUSDT", quantity=Decimal("0.5"))
    action = only(view(held(), resting("ETHUSDT"), small, equity=909.5, floors=(floor(),)))
    assert (action.do, action.symbol, action.code) == (Do.CANCEL, "ETHUSDT", "DAILY_LOSS")
    assert action.value == pytest.approx(904.5)
    assert action.limit == 900.0


def test_stops_are_tightened_by_what_is_missing() -> None:
    """Worst case 904 where 905 is wanted, and a little more is gained so that the next look finds nothing."""
    looked_at = view(held(quantity=Decimal(2)), equity=908.0, floors=(floor(),))
    action = only(looked_at)
    assert (action.do, action.stop) == (Do.TIGHTEN, Decimal("99.0"))
    after = replace(looked_at, held=(held(quantity=Decimal(2), stop=action.stop),))
    assert judge(after) == []


def test_a_short_is_tightened_downwards() -> None:
    """The same from above."""
    assert only(view(held(side=-1, stop=Decimal(102), quantity=Decimal(2)), equity=908.0, floors=(floor(),))).stop == Decimal("101.0")


def test_what_tightening_cannot_save_is_closed_the_largest_first() -> None:
    """Nearest stops would still cost a tenth of a percent each; the larger position goes, the smaller keeps its stop."""
    big, small = held(quantity=Decimal(20), stop=Decimal(98)), held("ETHUSDT", quantity=Decimal(1))
    terms = replace(FREE, nearest=0.015)
    assert done(view(big, small, equity=912.0, floors=(floor(),), terms=terms)) == [("close", "BTCUSDT", "DAILY_LOSS")]


@pytest.mark.parametrize(("equity", "over"), [(902.49, True), (902.5, True), (902.51, False)], ids=["under", "at", "above"])
def test_everything_is_closed_before_a_floor_breaks(equity: float, over: bool) -> None:
    """A quarter of the floor's margin above it there is nothing left to steer: flat, and halted until the day ends."""
    actions = judge(view(held(), resting("ETHUSDT"), equity=equity, floors=(floor(),)))
    assert actions[0].do == (Do.HALT if over else Do.CANCEL)
    if over:
        assert [(a.do, a.symbol) for a in actions] == [(Do.HALT, ""), (Do.CLOSE, "BTCUSDT"), (Do.CANCEL, "ETHUSDT")]
        assert (actions[0].until_ms, actions[0].limit) == (NOW + HOUR, 900.0)


def test_an_overall_floor_halts_until_somebody_lifts_it() -> None:
    """It has no day that ends."""
    assert judge(view(held(), equity=902.0, floors=(floor(until_ms=None),)))[0].until_ms is None


def test_a_flat_account_near_its_floor_is_left_alone() -> None:
    """There is nothing to close, and what may be opened is the gate's business."""
    assert judge(view(equity=901.0, floors=(floor(),))) == []


def test_a_phase_that_has_ended_is_flattened() -> None:
    """What is still open after a breach goes; later only the halt stays."""
    assert [a.do for a in judge(view(held(), resting("ETHUSDT"), ended="MAX_LOSS"))] == [Do.HALT, Do.CLOSE, Do.CANCEL]
    assert done(view(ended="MAX_LOSS")) == [("halt", "", "MAX_LOSS")]


def test_an_entry_without_a_stop_is_reckoned_with_the_one_the_guard_would_set() -> None:
    """Two percent from its price; one that would turn a position around as well."""
    assert judge(view(resting(stop=None))) == []
    assert worst_equity(view(resting(stop=None))) == pytest.approx(1_000 - 0.02 * 99)
    assert worst_equity(view(held(), resting(stop=None, side=-1))) == pytest.approx(1_000 - 2 - 0.02 * 99)


def test_a_halted_account_takes_no_entries() -> None:
    """Its positions keep their stops."""
    assert done(view(held(), resting("ETHUSDT"), halts=(Halt(by="hand", at_ms=1, why="holiday"),))) == [("cancel", "ETHUSDT", "HALTED")]


def test_lost_peaks_block_entries_and_keep_stops() -> None:
    """Until the day ends."""
    halt, *rest = judge(view(held(), blind_until_ms=NOW + HOUR))
    assert (halt.do, halt.code, halt.until_ms, rest) == (Do.HALT, "PEAKS_LOST", NOW + HOUR, [])


def test_a_paused_account_is_halted_until_its_pause_ends() -> None:
    """A rule that pauses does not end the account."""
    assert only(view(held(), paused_until_ms=NOW + 5)).until_ms == NOW + 5


WINDOW = Window(why="flat by 16:45", closed_by=NOW, end=NOW + HOUR, no_entries=True, members=1)


@pytest.mark.parametrize(("now", "closed"), [(NOW - 1, False), (NOW, True), (NOW + 1, True)])
def test_a_session_closes_positions_in_time(now: int, closed: bool) -> None:
    """Entries go as soon as its window is reached, positions at its time."""
    expected = [("close", "BTCUSDT", "CALENDAR")] if closed else []
    assert done(view(held(), resting("ETHUSDT"), windows=(WINDOW,), now_ms=now)) == [*expected, ("cancel", "ETHUSDT", "CALENDAR")]


def test_a_window_concerns_its_symbols() -> None:
    """Of the rule book's symbols only those it names; a symbol the book does not know is concerned."""
    one, other = replace(held(), members=1), replace(held("ETHUSDT"), members=2)
    assert done(view(one, other, held("XRPUSDT"), windows=(WINDOW,))) == [
        ("close", "BTCUSDT", "CALENDAR"),
        ("close", "XRPUSDT", "CALENDAR"),
    ]


@pytest.mark.parametrize(
    ("mark", "code"),
    [(95, None), (94.99, "warn"), (93, "warn"), (92.99, "close")],
    ids=["half left", "less than half", "three tenths left", "less than that"],
)
def test_the_way_to_liquidation(mark: float, code: str | None) -> None:
    """Entered at 100, liquidated at 90: under half of it warns, under three tenths takes half of the position."""
    (action,) = [*judge(view(held(liquidation=Decimal(90), mark=Decimal(repr(mark)), stop=Decimal(92)))), None][:1]
    assert (None if action is None else action.do.value) == code
    if code == "close":
        assert action is not None
        assert (action.quantity, action.limit) == (Decimal("0.500"), 0.3)


def test_the_accounts_margin_counts_too() -> None:
    """Three quarters of equity are needed as maintenance margin."""
    looked_at = replace(view(held(quantity=Decimal("0.001"))), wallet=wallet(1_000.0, 750.0))
    action = only(looked_at)
    assert (action.do, action.quantity, action.value) == (Do.CLOSE, Decimal("0.001"), 0.25)


def test_a_position_is_closed_once() -> None:
    """Calendar, missing stop and margin all ask for it."""
    looked_at = view(held(stop=None, bare_since_ms=NOW - HOUR, liquidation=Decimal(99)), windows=(WINDOW,))
    assert done(looked_at) == [("close", "BTCUSDT", "CALENDAR")]
