"""What is to be explained: one strategy, one symbol, one bar of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runner.mode.explaining.moment import instant, row_at
from runner.mode.explaining.reopen import Run
from runner.model.bot import Strategy
from runner.model.errors import Problem, RunnerError
from runner.model.stream import Stream
from runner.pipeline import Opinion
from runner.report.decisions import plan_rows
from runner.words import listed, nearest


@dataclass(frozen=True, kw_only=True)
class Question:
    """A bar of a stream: `row` among the bars that were traded, `seen` among all that the strategy saw.

    plan: its row in the plan table, -1 when the bar led to none. asked: the time as typed, UTC ms; None for the last decision.
    """

    strategy: Strategy
    stream: Stream
    opinion: Opinion
    row: int
    seen: int
    plan: int
    asked: int | None

    @property
    def direction(self) -> int:
        """The entry's opinion: +1, -1 or 0."""
        return int(self.stream.signals.direction[self.row])

    @property
    def time(self) -> int:
        """The bar's close, UTC ms."""
        return int(self.stream.market.bars.close_time[self.row])


def asked(run: Run, *, at: str | None, symbol: str | None, strategy: str | None) -> Question:
    """The question behind the words. RunnerError for a name or a time the run does not have, or when several bars are meant."""
    known(run, "symbol", symbol, [stream.symbol for stream in run.streams])
    known(run, "strategy", strategy, [stream.strategy for stream in run.streams])
    mine = [
        number
        for number, stream in enumerate(run.streams)
        if symbol in (None, stream.symbol) and strategy in (None, stream.strategy) and len(stream.market.bars)
    ]
    if not mine:
        raise RunnerError("nothing to explain", [Problem(path="symbol", message="this strategy has no bars of it in the run")])
    if at is None:
        return question(run, *last_decision(run.streams, mine), None)
    moment = instant(at)
    return question(run, *meant(run.streams, mine, moment), moment)


def known(run: Run, what: str, name: str | None, names: Sequence[str]) -> None:
    """Refuse a name the run does not have."""
    if name is not None and name not in names:
        message = f"{name!r} is not in this run{nearest(name, names)}; it has {listed(dict.fromkeys(names))}"
        raise RunnerError(f"there is no such {what} in the run", [Problem(path=what, message=message, where=str(run.folder))])


def last_decision(streams: Sequence[Stream], mine: Sequence[int]) -> tuple[int, int]:
    """(stream, bar) of the last signal; of a run without any, the last bar of the first stream."""
    found = [
        (int(streams[n].market.bars.close_time[row]), n, int(row)) for n in mine for row in streams[n].signals.direction.nonzero()[0][-1:]
    ]
    _, number, row = max(found, default=(0, mine[0], len(streams[mine[0]].market.bars) - 1))
    return number, row


def meant(streams: Sequence[Stream], mine: Sequence[int], moment: int) -> tuple[int, int]:
    """(stream, bar) at a time: the only stream there is, or the only one that spoke then."""
    if len(mine) == 1:
        return mine[0], row_at(streams[mine[0]].market.bars, moment)
    rows = {}
    for number in mine:
        bars = streams[number].market.bars
        if bars.close_time[0] <= moment < bars.close_time[-1] + bars.timeframe_ms:
            rows[number] = row_at(bars, moment)
    if not rows:
        row_at(streams[mine[0]].market.bars, moment)
    spoke = [number for number, row in rows.items() if streams[number].signals.direction[row]]
    if len(spoke) == 1:
        return spoke[0], rows[spoke[0]]
    raise several(streams, spoke or list(rows))


def several(streams: Sequence[Stream], numbers: Sequence[int]) -> RunnerError:
    """More than one bar is meant."""
    symbols = list(dict.fromkeys(streams[number].symbol for number in numbers))
    strategies = list(dict.fromkeys(streams[number].strategy for number in numbers))
    what, names = ("symbol", symbols) if len(symbols) > 1 else ("strategy", strategies)
    return RunnerError("which one is meant?", [Problem(path=what, message=f"expected one of {listed(names)}: {what}={names[0]}")])


def question(run: Run, number: int, row: int, moment: int | None) -> Question:
    """The question about bar `row` of stream `number`."""
    stream, opinion = run.streams[number], run.opinions[number]
    time = int(stream.market.bars.close_time[row])
    return Question(
        strategy=next(each for each in run.bot.strategies if each.name == stream.strategy),
        stream=stream,
        opinion=opinion,
        row=row,
        seen=int(np.searchsorted(opinion.market.bars.close_time, time)),
        plan=int(plan_rows(run.outcome, stream)[row]),
        asked=moment,
    )
