"""What people at a firm judge, at the numbers of its detectors: sizes raised after losses, entries in a grid, all of it at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from runner.model.plan import EntryKind, WhenOpen
from runner.model.rules import Code
from runner.model.stream import Stream
from runner.report.behaviour import behaviour
from tests.firm.cases import HOUR, Case, Deal, Driver, Edge, in_winter, lanes_of, ruled
from tests.firm.numbers import SYMBOLS
from tests.machine.build import OFF, Row, bars, plan, run, spec, stream

HAIR = 0.001  # of a quantity or a price
HAIRS = (-HAIR, 0.0, HAIR)


def warned(case: Case, *streams: Stream) -> bool:
    """Whether a reviewer would be expected to ask, by a run without our gate."""
    return bool(list(behaviour(run(*streams, rules=ruled(case), gate=OFF), streams)))


def raised_sizes(case: Case, sizes: Sequence[float]) -> bool:
    """Whether losing deals of these quantities, one after the other, are found."""
    start = in_winter(case.days)
    return warned(case, *lanes_of([Deal(start + 20 * n, start + 20 * n + 10, -1.0, size) for n, size in enumerate(sizes)]))


def martingale(case: Case) -> Iterator[Edge]:
    """A size raised a little less does not count, nor one raise too few."""
    sizes = [10 * case.said.limit**n for n in range(case.said.count + 1)]
    for hair in HAIRS:
        yield Edge(f"{hair:+} of a size", raised_sizes(case, [*sizes[:-1], sizes[-1] + hair]), hair >= 0)
    yield Edge("one raise too few", raised_sizes(case, sizes[:-1]), False)


def at_prices(prices: Sequence[float]) -> Stream:
    """One position of as many entries, each at its price, an hour apart."""
    rows: list[Row] = [(price, price, price, price) for price in [100.0, *prices, prices[-1]]]
    plans = [plan(1 + n, when_open=WhenOpen.ADD) for n in range(len(prices))]
    return stream(bars(rows, SYMBOLS[0]), plans, instrument=spec(SYMBOLS[0], tick=1e-6))


def at_rest(count: int) -> Stream:
    """As many orders that wait at once."""
    wait: dict[str, Any] = {"entry_kind": EntryKind.LIMIT, "entry_price": 90.0, "when_open": WhenOpen.ADD}
    rows: list[Row] = [(100, 100, 100, 100)] * 3
    return stream(bars(rows, SYMBOLS[0]), [plan(1, **wait) for _ in range(count)], instrument=spec(SYMBOLS[0]))


def grid(case: Case) -> Iterator[Edge]:
    """Distances a little less even are no grid, nor is one entry too few, filled or waiting."""
    count, step = case.said.count, 10.0
    steps = count - 1
    widest = case.said.limit * step / ((steps - 1) / steps - case.said.limit / steps)  # by so much one distance may be wider
    even = [100 - step * n for n in range(count)]
    for hair in HAIRS:
        found = warned(case, at_prices([*even[:-1], even[-1] - widest - hair]))
        yield Edge(f"{hair:+} of a distance", found, hair <= 0)
    for entries in (count - 1, count, count + 1):
        yield Edge(f"{entries} entries", warned(case, at_prices([100 - step * n for n in range(entries)])), entries >= count)
        yield Edge(f"{entries} orders", warned(case, at_rest(entries)), entries >= count)


def all_in(case: Case) -> Iterator[Edge]:
    """A hair above the share at risk, or above the share kept as margin, is too much."""
    at_stop, as_margin = case.said.limit * case.initial / 10, case.said.limit_2 * case.initial * 10 / 100
    for name, quantity, stop in (("at the stop", at_stop, 90.0), ("as margin", as_margin, math.nan)):
        for hair in HAIRS:
            rows: list[Row] = [(100, 100, 100, 100)] * 4
            entry = plan(1, sizing_value=quantity + hair, time_stop_ms=HOUR, stop=stop)
            market = stream(bars(rows, SYMBOLS[0]), [entry], instrument=spec(SYMBOLS[0], max_leverage=10.0))
            yield Edge(f"{hair:+} {name}", warned(case, market), hair > 0)


DRIVERS: dict[Code, Driver] = {Code.MARTINGALE: martingale, Code.GRID: grid, Code.ALL_IN: all_in}
