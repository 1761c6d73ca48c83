"""A market that was: bars walked as the machine walks them, over every symbol in turn, with funding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from runner.model.bars import Bars, Floats, Times
from runner.rehearsal.core.book import level, waits_below
from runner.rehearsal.core.candles import Candle
from runner.rehearsal.core.listing import decimal
from runner.rehearsal.core.state import Market
from runner.rehearsal.face import streams
from runner.rehearsal.face.front import Frame, Front
from runner.rehearsal.face.hub import Hub
from runner.rehearsal.face.words import INTERVALS_MS
from runner.rehearsal.moves import Move, Pause

QUOTE = "-q"  # in the ids of quotes


@dataclass(frozen=True, kw_only=True)
class Tape:
    """The bars of one symbol, oldest first, times UTC ms. Those before `first` are history; the one at `first` is the first walked."""

    symbol: str
    open_time: Times
    close_time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    first: int = 0

    def bar(self, n: int) -> Candle:
        """One bar."""
        return Candle(
            int(self.open_time[n]),
            int(self.close_time[n]),
            float(self.open[n]),
            float(self.high[n]),
            float(self.low[n]),
            float(self.close[n]),
            float(self.volume[n]),
        )


def tape_of(bars: Bars, first: int = 0) -> Tape:
    """The tape of a symbol's bars."""
    return Tape(
        symbol=bars.symbol,
        open_time=bars.open_time,
        close_time=bars.close_time,
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        volume=bars.volume,
        first=first,
    )


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Funding of one symbol: when it was paid, UTC ms, and which fraction."""

    time: Times = field(default_factory=lambda: np.empty(0, np.int64))
    rate: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What is shown: a tape per symbol, in the config's order, with the funding that fell due."""

    tapes: tuple[Tape, ...]
    funding: Mapping[str, Rates] = field(default_factory=dict)
    starts_ms: int | None = None  # the time at first; None = half a bar before the first one

    @property
    def begins_ms(self) -> int:
        """The first instant at which something moves."""
        return min(int(tape.open_time[tape.first]) for tape in self.tapes if len(tape.open_time) > tape.first)

    @property
    def base_ms(self) -> int:
        """The length of a bar."""
        return min(int((tape.close_time - tape.open_time).max()) for tape in self.tapes)


class Walk:
    """One showing of a replay. `moves()` gives an instant to be reached first, or None: tell the streams, and wait for who must answer."""

    def __init__(self, replay: Replay, front: Front, hub: Hub, strike: Callable[[], None]) -> None:
        self.replay = replay
        self.front = front
        self.hub = hub
        self.strike = strike  # what goes wrong after each instant
        self.frames: list[Frame] = []
        self.bar = {tape.symbol: tape.first for tape in replay.tapes}
        self.paid = dict.fromkeys(self.bar, 0)
        self.bars_done = 0
        self.prepare()

    def prepare(self) -> None:
        """Half a bar before the first move: history is known, the bar before the first is about to end."""
        start = self.replay.begins_ms
        self.front.set_time(start - self.replay.base_ms // 2 if self.replay.starts_ms is None else self.replay.starts_ms)
        for tape in self.replay.tapes:
            candles = self.front.candles[tape.symbol]
            candles.base_ms = self.replay.base_ms
            candles.rows.extend(tape.bar(n) for n in range(tape.first))
            price = tape.close[tape.first - 1] if tape.first else tape.open[0]
            market = self.market(tape.symbol)
            market.last = market.mark = market.index = decimal(float(price))
            market.day = (market.last, market.last, market.last)
            rates = self.replay.funding.get(tape.symbol, Rates())
            self.paid[tape.symbol] = int(np.searchsorted(rates.time, start, side="left"))
            market.next_funding_ms = self.next_funding(tape.symbol, market)
            past = slice(0, self.paid[tape.symbol])
            known = zip(rates.time[past].tolist(), rates.rate[past].tolist(), strict=True)
            self.front.funding[tape.symbol].extend((at, decimal(rate)) for at, rate in known)

    def market(self, symbol: str) -> Market:
        """The market of a tape."""
        return self.front.exchange.state.market(symbol)

    def instants(self) -> list[int]:
        """Every instant at which some bar opens or closes."""
        found = [np.concatenate([tape.open_time[tape.first :], tape.close_time[tape.first :]]) for tape in self.replay.tapes]
        return [int(at) for at in np.unique(np.concatenate(found))]

    def moves(self) -> Iterator[Move]:
        """The whole replay, move by move."""
        for at in self.instants():
            yield at
            for tape in self.replay.tapes:
                self.pay(tape, at)
            yield None
            yield Pause.BEFORE_IT_MOVES
            self.turn(at)
            yield None
            self.strike()
            yield None
            walked = [tape for tape in self.replay.tapes if self.opens(tape, at)]
            for place, tape in enumerate(walked):
                yield from self.walk(tape, place, len(walked))
            self.bars_done += len(walked)

    def opens(self, tape: Tape, at: int) -> bool:
        """Whether a bar of the tape opens now."""
        n = self.bar[tape.symbol]
        return n < len(tape.open_time) and int(tape.open_time[n]) == at

    # --- an instant ---------------------------------------------------------------------------------------------------

    def turn(self, at: int) -> None:
        """Bars end, every symbol jumps to its new bar's open; then the streams have something to tell."""
        ended = [tape for tape in self.replay.tapes if self.end(tape, at)]
        opened = [tape for tape in self.replay.tapes if self.opens(tape, at)]
        for tape in opened:
            for _ in self.front.exchange.jump(tape.symbol, decimal(float(tape.open[self.bar[tape.symbol]]))):
                continue
            self.begin(tape)
        self.frames += [streams.ticker(self.front, self.market(tape.symbol)) for tape in opened if self.heard("tickers", tape.symbol)]
        for tape in ended:
            self.frames += self.closed(tape, at)
        for tape in opened:
            self.frames += self.forming(tape)

    def end(self, tape: Tape, at: int) -> bool:
        """Whether a bar of the tape is over now; the candle is exactly the bar then."""
        n = self.bar[tape.symbol]
        if n > tape.first and int(tape.close_time[n - 1]) == at:
            self.front.candles[tape.symbol].rows[-1] = tape.bar(n - 1)
            return True
        return n == tape.first and n > 0 and int(tape.close_time[n - 1]) == at

    def begin(self, tape: Tape) -> None:
        """A new bar begins to form."""
        bar, price = tape.bar(self.bar[tape.symbol]), float(tape.open[self.bar[tape.symbol]])
        self.front.candles[tape.symbol].rows.append(Candle(bar.start_ms, bar.end_ms, price, price, price, price, 0.0))

    def pay(self, tape: Tape, at: int) -> None:
        """Funding that has fallen due, at the mark; a position opened after its time pays nothing."""
        rates, market = self.replay.funding.get(tape.symbol, Rates()), self.market(tape.symbol)
        while self.paid[tape.symbol] < len(rates.time) and int(rates.time[self.paid[tape.symbol]]) <= at:
            n = self.paid[tape.symbol]
            due, rate = int(rates.time[n]), decimal(float(rates.rate[n]))
            self.paid[tape.symbol] = n + 1
            market.rate = rate
            self.front.funding[tape.symbol].append((due, rate))
            if not any(p.side and p.created_ms >= due for p in market.positions.values()):
                self.front.exchange.fund(tape.symbol, rate)
            market.next_funding_ms = self.next_funding(tape.symbol, market)

    def next_funding(self, symbol: str, market: Market) -> int:
        """When the next payment is due: the next known one, else the next on the grid."""
        rates, n = self.replay.funding.get(symbol, Rates()), self.paid[symbol]
        if n < len(rates.time):
            return int(rates.time[n])
        interval = market.listing.funding_interval_ms
        return (self.front.exchange.now_ms // interval + 1) * interval

    def closed(self, tape: Tape, at: int) -> list[Frame]:
        """Candles that ended now, for those who listen."""
        market, found = self.market(tape.symbol), []
        for word in sorted(self.hub.intervals(tape.symbol, "linear")):
            length = INTERVALS_MS.get(word, 0)
            if length and at % length == 0:
                newest = self.front.candles[tape.symbol].newest(length, at - length, at - length, 1)
                found += [streams.kline(self.front, market, word, candle, confirm=True) for candle in newest]
        return found

    def forming(self, tape: Tape) -> list[Frame]:
        """Candles that began to form."""
        market, found = self.market(tape.symbol), []
        for word in sorted(self.hub.intervals(tape.symbol, "linear")):
            newest = self.front.candles[tape.symbol].newest(INTERVALS_MS.get(word, 1), None, None, 1)
            found += [streams.kline(self.front, market, word, candle, confirm=False) for candle in newest]
        return found

    def heard(self, topic: str, symbol: str) -> bool:
        """Whether anybody listens to a topic of a symbol."""
        return self.hub.heard(f"{topic}.{symbol}")

    # --- inside a bar ---------------------------------------------------------------------------------------------------

    def walk(self, tape: Tape, place: int, symbols: int) -> Iterator[int | None]:
        """One bar from its open to its close, by way of both extremes."""
        n = self.bar[tape.symbol]
        self.bar[tape.symbol] = n + 1
        market, bar = self.market(tape.symbol), tape.bar(n)
        way: tuple[float, ...] = ()
        for leg in range(3):
            yield bar.start_ms + (bar.end_ms - bar.start_ms) * (3 * place + leg + 1) // (3 * symbols + 1)
            way = way or self.way(market, bar)
            yield from self.leg(tape.symbol, market, way[leg])

    def way(self, market: Market, bar: Candle) -> tuple[float, float, float]:
        """The prices a bar goes to, chosen when it first moves: whoever entered at its open may have needed some seconds for it."""
        low_first = bar.close >= bar.open if quotes(market) else below_first(market)
        return (bar.low, bar.high, bar.close) if low_first else (bar.high, bar.low, bar.close)

    def leg(self, symbol: str, market: Market, price: float) -> Iterator[None]:
        """The market trades its way to `price`; whoever has something at stake is told after each fill and at the end."""
        for _ in self.front.exchange.travel(symbol, decimal(price)):
            self.touch(symbol, market)
            yield None
        self.touch(symbol, market)
        if market.busy:
            yield None

    def touch(self, symbol: str, market: Market) -> None:
        """The candle takes the price in; listeners hear of it where something is at stake."""
        rows, price = self.front.candles[symbol].rows, float(market.last)
        row = rows[-1]
        rows[-1] = row._replace(high=max(row.high, price), low=min(row.low, price), close=price)
        if market.busy and self.heard("tickers", symbol):
            self.frames.append(streams.ticker(self.front, market))

    def take(self) -> list[Frame]:
        """What the streams have to tell besides the exchange's own events."""
        frames, self.frames = self.frames, []
        return frames


def quotes(market: Market) -> bool:
    """Whether a quote set rests here, by the letter in the ids of its orders: then the shorter way is walked, as the machine does."""
    return any(QUOTE in order.ticket.link for order in market.orders.values())


def below_first(market: Market) -> bool:
    """Whether the low comes first: against an open position; flat, where the nearest resting entry waits, ties below."""
    for position in market.positions.values():
        if position.side:
            return position.side > 0
    best, below = None, True
    for order in market.orders.values():
        price = level(market, order)
        if price is None or order.reduces:
            continue
        distance, under = abs(price - market.last), waits_below(order)
        if best is None or distance < best or (distance == best and under):
            best, below = distance, under
    return below
