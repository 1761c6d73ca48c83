"""Fair value gaps: trade the confirmed pullback into prices that an impulse skipped."""

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.gap_life import Confirms, Life, Mask, Terms, live
from runner.columns.gap_story import Story, most_told, none_near
from runner.columns.gaps import Gaps, three_candle, two_candle
from runner.columns.moving import constant, unknown
from runner.columns.volume import busy_close, ratio
from runner.model.bars import Bars, Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import EntryKind, WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals
from runner.model.terms import Duration

DETECT = {"three_candle": three_candle, "two_candle": two_candle}


class FairValueGap(Entry):
    """Long when a rise left a gap, the price came back into it and closed above it again on volume; mirrored for short.

    Levels: `zone_lower`, `zone_upper`, `boundary`, `gap` (its width). Contributions: what each validation measured.
    """

    detection: Literal["three_candle", "two_candle"] = Field("three_candle", description="which candles leave the gap")
    min_gap_fraction: float = Field(0.005, ge=0, lt=1, description="width of the gap over price")
    impulse_volume_ratio: float = Field(1.2, ge=0, description="volume of the impulse bar over its average")
    volume_length: int = Field(20, ge=1, description="bars of the volume average")
    max_age: int = Field(5, ge=1, le=500, description="bars from the gap to its confirmation")
    max_wick_fraction: float = Field(0.25, ge=0, le=1, description="deepest wick into the gap before the pullback")
    pullback_min_fraction: float = Field(0.25, ge=0, le=1, description="how far into the gap the pullback comes at least")
    pullback_max_fraction: float = Field(0.75, gt=0, le=1, description="and at most; deeper ends the gap")
    boundary: Literal["upper", "lower"] = Field("upper", description="which boundary a long must close above (mirrored for short)")
    confirmation_volume_ratio: float = Field(1.2, ge=0, description="volume of the confirming bar over its average, more than this")
    confirmation_timeframe: Duration | None = Field(None, description="finer bars that confirm inside the signal bar; null = that bar")
    partly_filled: bool = Field(False, description="also trade returns to a gap whose first visit stayed unconfirmed")
    max_retests: int = Field(3, ge=1, description="of a partly filled gap")
    order: Literal["market", "limit"] = Field("market", description="market: at the next open; limit: rests beyond the boundary")
    limit_offset_fraction: float = Field(0.002, ge=0, lt=0.1, description="of the boundary's price, for a limit")
    limit_expires_bars: int = Field(3, ge=1, description="bars a limit may wait")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.pullback_min_fraction >= self.pullback_max_fraction:
            shallow, deep = self.pullback_min_fraction, self.pullback_max_fraction
            raise ValueError(f"pullback_min_fraction must be below pullback_max_fraction, was {shallow} and {deep}")
        return self

    def timeframes(self) -> frozenset[str]:
        """The confirming timeframe beside those of the filters."""
        return super().timeframes() | ({self.confirmation_timeframe} if self.confirmation_timeframe else frozenset())

    def signals(self, market: Market) -> Signals:
        """One signal per confirmed gap, at the confirming close; of several the youngest gap speaks."""
        bars = market.bars
        volume = ratio(bars.volume, self.volume_length)
        gaps = self.valid(DETECT[self.detection](bars), bars, volume)
        boundary = gaps.near if self.boundary == "upper" else gaps.far
        life = live(gaps, bars, boundary, self.confirms(market, gaps, boundary, volume), self.terms())
        return self.spoken(bars, gaps, boundary, life, volume)

    def valid(self, gaps: Gaps, bars: Bars, volume: Floats) -> Gaps:
        """The gaps that are wide enough and were made on volume."""
        wide = gaps.size >= self.min_gap_fraction * bars.close[gaps.born]
        return gaps.where(wide & (volume[gaps.impulse] >= self.impulse_volume_ratio))

    def confirms(self, market: Market, gaps: Gaps, boundary: Floats, volume: Floats) -> Confirms:
        """Whether a close beyond the boundary at bar `at` came with enough volume, on the confirming timeframe."""
        if self.confirmation_timeframe is None:
            return lambda at: volume[at] > self.confirmation_volume_ratio
        finer = market.at(self.confirmation_timeframe)
        busy = ratio(finer.volume, self.volume_length) > self.confirmation_volume_ratio
        last = market.last_closed(finer)

        def within(at: NDArray[np.int64]) -> Mask:
            return busy_close(finer, busy, last[at], market.bars.open_time[at], boundary, gaps.side)

        return within

    def terms(self) -> Terms:
        """The conditions of a gap's life."""
        return Terms(
            max_age=self.max_age,
            max_wick=self.max_wick_fraction,
            pullback_min=self.pullback_min_fraction,
            pullback_max=self.pullback_max_fraction,
            max_retests=self.max_retests if self.partly_filled else 0,
        )

    def spoken(self, bars: Bars, gaps: Gaps, boundary: Floats, life: Life, volume: Floats) -> Signals:
        """Confirmed gaps as signals at the bars of their confirmation."""
        done = life.age > 0
        at, side = (gaps.born + life.age)[done], gaps.side[done]
        direction = np.zeros(len(bars), np.int8)
        direction[at] = side

        def column(values: NDArray[np.floating[Any]]) -> Floats:
            filled = unknown(len(bars))
            filled[at] = values[done]
            return filled

        return Signals(
            direction=direction,
            strength=constant(1.0, len(bars)),
            levels={
                "zone_lower": column(gaps.lower),
                "zone_upper": column(gaps.upper),
                "boundary": column(boundary),
                "gap": column(gaps.size),
            },
            contributions={
                "gap_fraction": column(gaps.size / bars.close[gaps.born]),
                "impulse_volume_ratio": column(volume[gaps.impulse]),
                "age_bars": column(life.age.astype(np.float64)),
                "wick_fraction": column(life.worst),
                "pullback_fraction": column(life.depth),
                "retest": column(life.visits - 1.0),
                "confirmation_volume_ratio": column(volume[np.minimum(gaps.born + life.age, len(bars) - 1)]),
            },
            plan=self.wanted(bars, column(boundary + gaps.side.astype(np.float64) * self.limit_offset_fraction * boundary)),
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The conditions of the gap that is confirmed at the bar, or of the one that came nearest to it."""
        known = market.closed_by(int(market.bars.close_time[row]))
        gaps, volume = DETECT[self.detection](known.bars), ratio(known.bars.volume, self.volume_length)
        young = np.flatnonzero((gaps.born < row) & (gaps.born >= row - self.max_age))
        return most_told([self.told(known, gaps.where(np.arange(len(gaps)) == number), volume) for number in young]) or none_near(gaps, row)

    def told(self, market: Market, gap: Gaps, volume: Floats) -> list[Reason]:
        """What one gap lived through until the last bar of `market`."""
        boundary = gap.near if self.boundary == "upper" else gap.far
        confirms = self.confirms(market, gap, boundary, volume)
        story = Story(gap=gap, bars=market.bars, boundary=boundary, confirms=confirms, terms=self.terms())
        made = [story.width(self.min_gap_fraction), story.impulse(volume, self.impulse_volume_ratio)]
        return [*made, *story.reasons(), story.confirmed(volume, self.confirmation_volume_ratio, self.confirmation_timeframe)]

    def wanted(self, bars: Bars, limit: Floats) -> dict[str, int | Floats]:
        """How the position is opened."""
        when_open = int(WhenOpen[self.when_open.upper()])
        if self.order == "market":
            return {"when_open": when_open}
        expires = self.limit_expires_bars * bars.timeframe_ms
        return {"when_open": when_open, "entry_kind": int(EntryKind.LIMIT), "entry_price": limit, "expires_ms": expires}
