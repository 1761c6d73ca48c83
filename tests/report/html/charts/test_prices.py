"""Prices, and the candles that travel beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.bars import Bars
from runner.report.html.charts import prices as room
from runner.report.html.charts.equity import equity
from runner.report.html.charts.prices import facts, packable, packed_candles, prices
from tests.report import cases
from tests.report.html.drawn import numbers, valid
from tests.report.html.stories import FAILED, MAIN, MANY, played, told


def read(content: bytes, known: dict[str, float]) -> dict[str, NDArray[Any]]:
    """Candles as the page's script reads them."""
    count = int(known["count"])
    bytes_ = np.frombuffer(content, np.uint8).reshape(5, 4, count).astype(np.int64)
    zigzag = sum(bytes_[:, place] << (8 * place) for place in range(4))
    late, gap, above, below, body = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2)
    close = np.cumsum(gap + body)
    opened = close - body
    time = int(known["first"]) - int(known["every"]) + np.cumsum(int(known["every"]) + 1_000 * late)
    columns = {"open": opened, "close": close, "high": np.maximum(opened, close) + above, "low": np.minimum(opened, close) - below}
    return {"x": time} | {name: values * known["step"] for name, values in columns.items()}


def same(bars: Bars, tick: float) -> None:
    """Packed and read again, the candles are the bars to half a step."""
    known = facts(bars, tick)
    found = read(packed_candles(bars, tick), known)
    assert found["x"].tolist() == bars.open_time.tolist()
    for name in ("open", "high", "low", "close"):
        np.testing.assert_allclose(found[name], getattr(bars, name), atol=known["step"] * 0.51)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_packed_candles_are_the_bars(symbol: str) -> None:
    """Every real bar, gaps in time included."""
    story = played(MAIN)
    tick = next(stream.market.instrument.tick for stream in story.streams if stream.symbol == symbol)
    same(packable(story, symbol), tick)


@pytest.mark.parametrize("tick", [0.1, 0.3, 0.0], ids=["on its tick", "off its tick", "no tick"])
def test_prices_off_their_tick_are_packed_too(tick: float) -> None:
    """On a grid fine enough for the eye."""
    same(cases.bars(), tick)


def test_bars_that_skip_time_keep_it() -> None:
    """A weekend, a holiday."""
    bars = cases.bars(count=24)
    same(bars.rows(np.array([0, 1, 5, 6, 23])), 0.1)


def test_no_bars_pack_to_nothing() -> None:
    """And say so."""
    assert packed_candles(cases.bars(count=0), 0.1) == b""
    assert facts(cases.bars(count=0), 0.1)["count"] == 0


def test_too_many_candles_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's weight is bounded however long the history."""
    monkeypatch.setattr(room, "FINE", 10)
    assert len(packable(told(), "BTCUSDT")) == 10


def test_the_overview_is_few_candles() -> None:
    """At most 400, with the extremes of all bars."""
    story = played(MAIN)
    candle = valid(prices(story, "BTCUSDT"))["data"][0]
    bars = story.streams[0].market.bars
    assert len(numbers(candle["x"])) <= room.OVERVIEW
    assert numbers(candle["high"]).max() == pytest.approx(bars.high.max(), rel=1e-6)


def test_a_chart_opens_on_the_time_the_account_lived() -> None:
    """With a tenth of it on either side, as far as there are bars; the end is marked and named."""
    story = played(FAILED)
    layout, ended = valid(prices(story, "BTCUSDT"))["layout"], int(story.outcome.phases["ended"][-1])
    began = int(story.outcome.phases["started"][0])
    from_, to = layout["xaxis"]["range"]
    assert to == ended + round((ended - began) * 0.1)
    assert int(story.streams[0].market.bars.open_time[0]) <= from_ <= began
    assert [shape["x0"] for shape in layout["shapes"]] == [ended]
    assert [note["text"] for note in layout["annotations"]] == ["challenge failed"]


def test_an_account_that_lived_to_the_end_shows_all_bars() -> None:
    """No range of its own."""
    assert "range" not in prices(played(MAIN), "BTCUSDT")["layout"]["xaxis"]


def test_every_attempt_that_ended_is_marked() -> None:
    """As in the chart of equity."""
    story = played(MANY)
    assert prices(story, "BTCUSDT")["layout"]["shapes"] == equity(story)["layout"]["shapes"]
