"""A drawn history: the past in other order, with everything kept that a strategy or a rule lives on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from runner.bars.validate import faults
from runner.histories.drawn import Drawn, drawn, snapped
from runner.histories.past import PRICES, Past
from runner.model.bars import Bars, Floats
from runner.model.duration import DAY_MS, HOUR_MS
from runner.model.errors import DataError
from tests.bars.making import START
from tests.histories.pasts import held, shipped, stored, told, weekly, whole

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
MANY = 40


def moves(bars: Bars) -> Floats:
    """Returns from close to close."""
    return np.diff(np.log(bars.close))


def memory(values: Floats, lag: int) -> float:
    """How alike neighbours `lag` apart are."""
    return float(np.corrcoef(values[lag:], values[:-lag])[0, 1])


def made(past: Past, symbol: str, *, days: float = 30, many: int = MANY) -> list[Bars]:
    """One symbol's bars in several histories."""
    timeframe = {"EURUSD": "1h"}.get(symbol, "4h")
    return [drawn(past, number, seed=1, days=days).bars(symbol, timeframe) for number in range(many)]


def test_one_block_as_long_as_the_past_is_the_past() -> None:
    """Every column of every symbol, to the last bit, and the funding."""
    past = shipped()
    for symbol in SYMBOLS:
        bars, was = whole(past).bars(symbol, "4h"), past.series[symbol].bars
        for name in ("open_time", *PRICES, "volume"):
            assert np.array_equal(getattr(bars, name), getattr(was, name)), (symbol, name)
    paid, was_paid = whole(past).funding("BTCUSDT"), past.series["BTCUSDT"].paid
    assert paid is not None
    assert was_paid is not None
    assert np.array_equal(paid.time, was_paid.time)
    assert np.array_equal(paid.rate, was_paid.rate)
    assert whole(past).funding("SOLUSDT") is None


def test_so_it_is_where_a_market_closes() -> None:
    """Weekends stay closed."""
    bars, was = whole(weekly()).bars("EURUSD", "1h"), weekly().series["EURUSD"].bars
    assert np.array_equal(bars.open_time, was.open_time)
    assert np.array_equal(bars.close, was.close)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Whatever was drawn before; another seed or number gives others."""
    first, again = (drawn(shipped(), 7, seed=3, days=30).bars("BTCUSDT", "4h") for _ in range(2))
    others = [drawn(shipped(), number, seed=seed, days=30).bars("BTCUSDT", "4h") for number, seed in ((7, 4), (8, 3))]
    assert first.close.tobytes() == again.close.tobytes()
    assert all(other.close.tobytes() != first.close.tobytes() for other in others)


@pytest.mark.parametrize("days", [0.5, 5, 60])
@pytest.mark.parametrize("symbol", [*SYMBOLS, "EURUSD"])
def test_every_candle_is_one(symbol: str, days: float) -> None:
    """What is asked of stored bars holds for drawn ones: order of prices, positive, on the clock, no overlap."""
    past = weekly() if symbol == "EURUSD" else shipped()
    for bars in made(past, symbol, days=days, many=10):
        assert faults(bars) == []
        per_unit = round(1 / past.series[symbol].tick)
        assert np.array_equal(np.rint(bars.close * per_unit) / per_unit, bars.close)


def test_no_jump_is_new() -> None:
    """Between a close and the next open lies what lay between them in the past, joints included."""
    past = shipped()
    for symbol in SYMBOLS:
        was = past.series[symbol].bars
        known = np.sort(was.open[1:] / was.close[:-1])
        for bars in made(past, symbol, days=2, many=5):
            jump = bars.open[1:] / bars.close[:-1]
            near = np.minimum(np.searchsorted(known, jump), len(known) - 1)
            apart = np.minimum(np.abs(known[near] - jump), np.abs(known[np.maximum(near - 1, 0)] - jump))
            assert (apart <= 1.01 * past.series[symbol].tick / bars.close[:-1]).all()


def test_symbols_move_together_as_they_did() -> None:
    """Correlations of returns, on average over histories within a few hundredths."""
    past = shipped()
    was = np.corrcoef([moves(past.series[symbol].bars) for symbol in SYMBOLS])
    came = np.mean([np.corrcoef([moves(each) for each in bars]) for bars in zip(*(made(past, s) for s in SYMBOLS), strict=True)], axis=0)
    assert np.abs(came - was).max() < 0.03


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_volatility_and_its_memory_are_kept(symbol: str) -> None:
    """The size of moves on average within 5 %, and calm follows calm much as it did; the trend of the whole is kept on average."""
    past = shipped()
    was = moves(past.series[symbol].bars)
    came = [moves(bars) for bars in made(past, symbol)]
    assert np.mean([each.std() for each in came]) == pytest.approx(was.std(), rel=0.05)
    for lag in (1, 6, 30):
        assert np.mean([memory(np.abs(each), lag) for each in came]) == pytest.approx(memory(np.abs(was), lag), abs=0.04), lag
    assert np.mean([each.mean() for each in came]) == pytest.approx(was.mean(), abs=3 * was.std() / np.sqrt(len(was) * MANY))


def test_short_blocks_lose_the_memory() -> None:
    """Blocks of one bar: calm no longer follows calm beyond what the time of day explains. So the test above can fail."""
    past = shipped()
    was = memory(np.abs(moves(past.series["BTCUSDT"].bars)), 1)
    came = np.mean([memory(np.abs(moves(bars)), 1) for bars in made(past, "BTCUSDT", days=1 / 6)])
    assert came < was / 3


@pytest.mark.parametrize("symbol", ["BTCUSDT", "EURUSD"])
def test_the_profile_of_the_day_is_kept(symbol: str) -> None:
    """Each hour of the day has its own size of candles and its own volume, as it had."""
    past = weekly() if symbol == "EURUSD" else shipped()
    was = past.series[symbol].bars

    def profile(bars: Bars, values: Floats) -> Floats:
        hour = bars.open_time % DAY_MS // HOUR_MS
        return np.array([values[hour == each].mean() for each in np.unique(hour)])

    measures: list[Callable[[Bars], Floats]] = [lambda bars: bars.high / bars.low - 1, lambda bars: bars.volume]
    for measure in measures:
        came = np.mean([profile(bars, measure(bars)) for bars in made(past, symbol, days=3)], axis=0)
        wanted = profile(was, measure(was))
        assert came == pytest.approx(wanted, rel=0.15)
        assert np.corrcoef(came, wanted)[0, 1] > 0.95


def test_a_weekday_repeats_its_own_kind_where_markets_close() -> None:
    """No bar opens at an hour of the week at which none ever did."""
    known = set(weekly().series["EURUSD"].bars.open_time % (7 * DAY_MS))
    for bars in made(weekly(), "EURUSD", days=1, many=10):
        assert set(bars.open_time % (7 * DAY_MS)) <= known


def test_funding_travels_with_its_bars() -> None:
    """At each payment's new time the rate of the moment that is repeated there."""
    past, history = shipped(), drawn(shipped(), 0, seed=1, days=10)
    paid, was = history.funding("ETHUSDT"), past.series["ETHUSDT"].paid
    assert paid is not None
    assert was is not None
    assert (np.diff(paid.time) == 8 * HOUR_MS).all()
    origin = past.first + history.origin[(paid.time - past.first) // past.unit] * past.unit
    assert np.array_equal(paid.rate, was.rate[np.searchsorted(was.time, origin)])


def test_a_conversion_is_chained_like_the_price_it_is(tmp_path: Path) -> None:
    """Yen into dollars stays one over the price of a dollar in yen, block after block."""
    times = [START + HOUR_MS * n for n in range(24 * 40)]
    stored(
        tmp_path,
        "USDJPY",
        times,
        150 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.004, len(times)))),
        step=HOUR_MS,
        timeframe="1h",
    )
    past = told(held(tmp_path, "USDJPY", words=("account.currency=USD",)))
    history = drawn(past, 0, seed=1, days=2)
    bars = history.bars("USDJPY", "4h")
    rate = history.conversion("JPY", "USD", bars)
    assert rate is not None
    assert rate == pytest.approx(1 / bars.close, rel=1e-4)
    assert whole(past).conversion("JPY", "USDT", past.series["USDJPY"].bars) == pytest.approx(
        1 / past.series["USDJPY"].bars.close, rel=1e-12
    )


def test_coarser_bars_are_made_of_the_drawn_ones() -> None:
    """A day of the history is its six bars."""
    history = drawn(shipped(), 0, seed=1, days=10)
    fine, day = history.bars("BTCUSDT", "4h"), history.bars("BTCUSDT", "1d")
    assert (day.open[3], day.high[3], day.close[3]) == (fine.open[18], fine.high[18:24].max(), fine.close[23])
    assert history.finer("BTCUSDT", "1d") == ["4h"]
    assert history.finer("BTCUSDT", "4h") == []


def test_finer_bars_and_other_symbols_are_refused() -> None:
    """In one line each, with what was drawn."""
    history = whole(shipped())
    assert not history.has("BTCUSDT", "1h")
    with pytest.raises(DataError, match="no 1h bars of BTCUSDT") as refused:
        history.bars("BTCUSDT", "1h")
    assert refused.value.problems[0].message == "expected a multiple of 4h, which histories are drawn in"
    with pytest.raises(DataError, match="no bars of XRPUSDT"):
        history.bars("XRPUSDT", "4h")


def test_bars_that_start_at_other_hours_in_summer_never_overlap(tmp_path: Path) -> None:
    """At a joint of both kinds the bar that would open too early is left out; what is left chains on."""
    winter = [START + 4 * HOUR_MS * n for n in range(120)]
    summer = [winter[-1] + 3 * HOUR_MS + 4 * HOUR_MS * n for n in range(1, 121)]
    close = 100 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, 240)))
    stored(tmp_path, "AAAUSDT", winter + summer, close, step=4 * HOUR_MS, timeframe="4h")
    past = told(held(tmp_path, "AAAUSDT", timeframe="4h"))
    fewer = 0
    for number in range(20):
        bars = drawn(past, number, seed=1, days=2).bars("AAAUSDT", "4h")
        assert faults(bars) == []
        fewer += len(bars) < 240
    assert fewer


@pytest.mark.parametrize(
    ("tick", "price", "wanted"), [(0.1, 16541.7999999, 16541.8), (0.25, 10.37, 10.25), (1e-5, 1.234567, 1.23457), (5.0, 12.4, 10.0)]
)
def test_prices_are_the_numbers_their_decimals_spell(tick: float, price: float, wanted: float) -> None:
    """Not merely close to them."""
    assert float(snapped(np.array([price]), tick)[0]) == wanted


def test_prices_stay_positive(tmp_path: Path) -> None:
    """A market that fell for two days, drawn from its second day only: one tick is left."""
    times = [START + HOUR_MS * n for n in range(24 * 20)]
    stored(tmp_path, "AAAUSDT", times, 100 * 0.97 ** np.minimum(np.arange(len(times)), 48), step=HOUR_MS, timeframe="1h")
    past = told(held(tmp_path, "AAAUSDT"))
    falling = Drawn(past=past, origin=np.tile(np.arange(24, 48), 20))
    assert falling.bars("AAAUSDT", "1h").low.min() == past.series["AAAUSDT"].tick
    assert faults(falling.bars("AAAUSDT", "1h")) == []
