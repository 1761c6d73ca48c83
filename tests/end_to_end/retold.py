"""The analysis of a run worked out again from its fills, marks and the shipped bars: plain loops, no code of the runner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby, pairwise
from statistics import mean, stdev
from zoneinfo import ZoneInfo

from tests.end_to_end.recount import INITIAL, TAKER, Files, closed_positions
from tests.outsider.left import DAY, HOUR, Bar, Fill, Mark, candles, milliseconds, payments

FOUR = 4 * HOUR
TICKS = {"BTCUSDT": Decimal("0.1"), "ETHUSDT": Decimal("0.01"), "SOLUSDT": Decimal("0.01")}
AT_A_MARK = ("end_of_data", "phase_end")


@dataclass(frozen=True)
class Trade:
    """A closed position as its fills tell it; times UTC ms."""

    position: int
    symbol: str
    side: int
    opened: int
    closed: int
    reason: str
    result: Decimal
    fills: list[Fill]


def trades(files: Files) -> list[Trade]:
    """In the order they closed, of several at once the one with the smaller number first."""
    results = {each.position: each.result for each in closed_positions(files.fills)}
    rows = {number: [each for each in files.fills if each.position == number] for number in results}
    made = [
        Trade(number, mine[0].symbol, mine[0].side, mine[0].time, mine[-1].time, mine[-1].reason, results[number], mine)
        for number, mine in rows.items()
    ]
    return sorted(made, key=lambda each: (each.closed, each.position))


def day_of(time: int) -> date:
    """The UTC day an instant lies on."""
    return datetime.fromtimestamp(time / 1000, UTC).date()


def closing_day(trade: Trade) -> date:
    """The day a trade was closed on; what the end of the bars or of a phase closed at midnight belongs to the day before."""
    return day_of(trade.closed - (trade.reason in AT_A_MARK))


@dataclass(frozen=True)
class Day:
    """A day of one attempt: what equity was at its beginning and at its last mark."""

    attempt: int
    day: date
    base: Decimal
    close: Decimal

    @property
    def money(self) -> Decimal:
        """What it brought."""
        return self.close - self.base


def paid(files: Files, number: int, time: int) -> Decimal:
    """What had been paid out of one attempt before an instant."""
    start, end = files.span(number)
    moments = [(milliseconds(each["time"]), Decimal(str(each["amount"]))) for each in files.summary["payouts"]]
    return sum((amount for at, amount in moments if start < at <= end and at < time), Decimal(0))


def lifted(files: Files, number: int) -> list[Mark]:
    """The marks of one attempt with what had been paid out added back."""
    found = []
    for each in files.marks_of(number):
        more = paid(files, number, each.time)
        found.append(replace(each, high=each.high + more, low=each.low + more, equity=each.equity + more))
    return found


def days(files: Files) -> list[Day]:
    """Each attempt's days; where its end closed a position, the balance after that is what its last day left."""
    found = []
    for number, attempt in enumerate(files.attempts):
        base, marks = INITIAL, lifted(files, number)
        rows = [(day, list(mine)[-1].equity) for day, mine in groupby(marks, key=lambda each: day_of(each.time - 1))]
        ended = [
            each.balance + paid(files, number, each.time + 1)
            for each in files.fills
            if each.reason == "phase_end" and each.time == milliseconds(attempt["time"])
        ]
        for place, (day, close) in enumerate(rows):
            last = ended[-1] if ended and place == len(rows) - 1 else close
            found.append(Day(number, day, base, last))
            base = last
    return found


def streaks(rows: list[Trade]) -> list[int]:
    """How many losers in a row each trade ends."""
    found, now = [], 0
    for each in rows:
        now = now + 1 if each.result < 0 else 0
        found.append(now)
    return found


def local(time: int, zone: str) -> datetime:
    """An instant on a zone's clock."""
    return datetime.fromtimestamp(time // 1000, ZoneInfo(zone))


def falls(files: Files) -> dict[tuple[int, int], Decimal]:
    """By ISO year and week: the deepest fall from the week's highest equity, what it began with included."""
    found: dict[tuple[int, int], Decimal] = {}
    for number in range(len(files.attempts)):
        close, week, peak = INITIAL, (0, 0), INITIAL
        for each in lifted(files, number):
            now = day_of(each.time - 1).isocalendar()[:2]
            if now != week:
                week, peak = now, close
            peak = max(peak, each.high)
            found[week] = max(found.get(week, Decimal(0)), 1 - each.low / peak)
            close = each.equity
    return found


def regime(symbol: str, time: int, span: int = 30, edge: Decimal = Decimal("0.05")) -> str:
    """Bull, bear or sideways at the last close at or before an instant: that close against the last one `span` days before it."""
    bars = candles(symbol, "4h")
    at = time - time % FOUR
    while at not in bars and at >= min(bars):
        at -= FOUR
    before = at - span * DAY
    while before not in bars and before >= min(bars):
        before -= FOUR
    if at not in bars or before not in bars:
        return "unknown"
    change = bars[at].close / bars[before].close - 1
    return "bull" if change >= edge else "bear" if change <= -edge else "sideways"


@dataclass(frozen=True)
class Holding:
    """Buying and holding: by day the money won, fees and funding in all."""

    worth: dict[date, Decimal]
    fees: Decimal
    funding: Decimal


def held(files: Files, until: int, slippage: Decimal) -> Holding:
    """Equal parts of the initial balance, bought at each symbol's first open, sold at its last close; funding at each payment."""
    symbols = files.summary["symbols"]
    each_day: dict[date, Decimal] = {}
    fees = funding = Decimal(0)
    runs = [[bar for bar in candles(symbol, "4h").values() if bar.closed <= until] for symbol in symbols]
    last = {day_of(bar.closed - 1) for bars in runs for bar in bars}
    for symbol, bars in zip(symbols, runs, strict=True):
        won, paid, cost = one(symbol, bars, INITIAL / len(symbols), slippage)
        fees, funding = fees + cost, funding + paid
        now = Decimal(0)
        for day in sorted(last):
            now = won.get(day, now)
            each_day[day] = each_day.get(day, Decimal(0)) + now
    return Holding(each_day, fees, funding)


def one(symbol: str, bars: list[Bar], share: Decimal, slippage: Decimal) -> tuple[dict[date, Decimal], Decimal, Decimal]:
    """(money won by the end of each day, funding paid, fees) of one symbol."""
    due, first = payments(symbol), bars[0].opened
    tick = TICKS[symbol]
    bought = (bars[0].open * (1 + slippage) / tick).to_integral_value(ROUND_CEILING) * tick
    quantity = share / bought
    entry, paid, won = quantity * bought * TAKER, Decimal(0), {}
    for bar in bars:
        if bar.closed % (8 * HOUR) == 0 and bar.closed > first:
            paid += quantity * bar.close * due.get(bar.closed, Decimal("0.0001"))
        won[day_of(bar.closed - 1)] = quantity * (bar.close - bought) - entry - paid
    sold = (bars[-1].close * (1 - slippage) / tick).to_integral_value(ROUND_FLOOR) * tick
    leave = quantity * sold * TAKER
    won[day_of(bars[-1].closed - 1)] = quantity * (sold - bought) - entry - leave - paid
    return won, paid, entry + leave


def deepest(worth: list[Decimal]) -> Decimal:
    """The deepest fall between day ends, from the initial balance on."""
    peak, found = INITIAL, Decimal(0)
    for each in worth:
        peak = max(peak, INITIAL + each)
        found = max(found, 1 - (INITIAL + each) / peak)
    return found


def sharpe(worth: list[Decimal]) -> float:
    """Mean over deviation of daily returns, times the root of 365."""
    closes = [INITIAL, *(INITIAL + each for each in worth)]
    daily = [float(after / before - 1) for before, after in pairwise(closes)]
    return mean(daily) / stdev(daily) * 365**0.5


def percentile(values: list[Decimal], share: Decimal) -> Decimal:
    """Linear between neighbours."""
    ordered, place = sorted(values), share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def monday(year: int, week: int) -> date:
    """The day an ISO week begins."""
    return date.fromisocalendar(year, week, 1)


def weeks_between(first: date, last: date) -> int:
    """How many ISO weeks two days and what lies between them touch."""
    return ((last - timedelta(last.weekday())) - (first - timedelta(first.weekday()))).days // 7 + 1
