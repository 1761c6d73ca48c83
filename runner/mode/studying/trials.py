"""Trials of a study: each compiled once over all of its bars, then judged on any stretch of them, several at a time.

Every stretch is a run of its own: the account begins anew with its first phase, nothing is held from before, and what is open at its
end counts at its last price, as at the end of any run. A plan belongs to the stretch in which its signal's bar closed, so no trade of
one stretch reaches into another. Columns know the bars before a stretch, as they would on the day; none knows a bar after.

An account that fails is bought again (`after_failure: restart`), so that a trial is judged on all of a stretch and not only on the days
before its first breach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from os import cpu_count
from threading import Lock
from typing import Any, Protocol

import numpy as np

from runner.machine import Machine
from runner.machine.funding import complete
from runner.machine.native import drive
from runner.mode.replay import settled
from runner.model.bars import Times
from runner.model.block import Source
from runner.model.bot import Bot, Trial
from runner.model.duration import DAY_MS
from runner.model.errors import ConfigError, DataError, Problem
from runner.model.records import Outcome, Reason
from runner.model.signal import Signals
from runner.model.stream import Stream
from runner.pipeline import between, load, look, plan
from runner.report.daily import days_per_year, profits, trading_day
from runner.report.metrics import metrics
from runner.report.stopwatch import Stopwatch
from runner.report.summary import results
from runner.study.result import Result as Result  # noqa: PLC0414 - the same
from runner.study.segment import Segment as Segment  # noqa: PLC0414 - studies find it here

AFTER_FAILURE = "restart"

type Told = Callable[[int, int], None]  # (done, of how many)


class Scoring(Protocol):
    """An objective: a page's figure, the larger the better; minus infinity where it was not measured."""

    def score(self, page: Mapping[str, Any] | None) -> float:
        """The figure with its sign."""
        ...


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A trial as data. streams: over all of its bars, without what only reports read (levels, contributions, filters)."""

    trial: Trial
    streams: tuple[Stream, ...]

    @property
    def bot(self) -> Bot:
        """The trial's bot."""
        return self.trial.bot

    @property
    def values(self) -> Mapping[str, Any]:
        """What sets the trial apart, by key as typed."""
        return self.trial.values

    @property
    def name(self) -> str:
        """Its values as they are typed; '' where nothing sets it apart."""
        return self.trial.name


def trials_of(bot: Bot) -> tuple[Trial, ...]:
    """The bot's trials; the bot itself where nothing was swept.

    ConfigError where a study's own option was swept, or where the trials' money cannot be compared.
    """
    trials = bot.trials or (Trial(values={}, bot=bot),)
    own = [key for key in dict.fromkeys(key for trial in trials for key in trial.values) if key.partition(".")[0] == "mode"]
    problems = [Problem(path=key, message=f"expected one value, of a study's own option, was {_every(key, trials)}") for key in own]
    currencies = dict.fromkeys(trial.bot.account.currency for trial in trials)
    if len(currencies) > 1:
        problems.append(Problem(path="account", message=f"expected accounts of one currency, were {', '.join(currencies)}"))
    if problems:
        raise ConfigError("these trials cannot be compared", problems)
    return trials


def _every(key: str, trials: Sequence[Trial]) -> str:
    return ", ".join(dict.fromkeys(str(trial.values[key]) for trial in trials if key in trial.values))


def compiled(trials: Sequence[Trial], watch: Stopwatch, told: Told | None = None) -> tuple[Compiled, ...]:
    """Every trial compiled, in their order. Equal sources are read once, so equal bars are one object and their columns are shared.

    Raises RunnerError for what cannot run.
    """
    sources: dict[tuple[type, str], Source] = {}
    made = []
    for number, trial in enumerate(trials):
        made.append(_compiled(_sharing(trial, sources), watch))
        if told is not None:
            told(number + 1, len(trials))
    return tuple(made)


def _sharing(trial: Trial, sources: dict[tuple[type, str], Source]) -> Trial:
    """The trial with the source that the first trial of equal settings has."""
    own = trial.bot.source
    shared = sources.setdefault((type(own), own.model_dump_json()), own)
    return trial if shared is own else replace(trial, bot=replace(trial.bot, source=shared))


def _compiled(trial: Trial, watch: Stopwatch) -> Compiled:
    streams: list[Stream] = []
    for strategy in trial.bot.strategies:
        with watch.stage("load"):
            loaded = load(strategy, trial.bot.source, trial.bot.account.currency)
        with watch.stage("columns"):
            opinions = [look(strategy, each.market) for each in loaded]
        with watch.stage("plans"):
            streams += [lean(plan(strategy, opinion, each)) for opinion, each in zip(opinions, loaded, strict=True)]
    return Compiled(trial=trial, streams=tuple(streams))


def lean(stream: Stream) -> Stream:
    """The stream without what only reports read: hundreds of trials fit into memory. The machine walks it to the same bytes."""
    count = len(stream.market.bars)
    bare = Signals(direction=stream.signals.direction, strength=np.broadcast_to(np.float64(0.0), count))
    return replace(stream, signals=bare, filters={})


def span(trials: Sequence[Compiled], start_ms: int | None = None, end_ms: int | None = None) -> Segment:
    """The whole UTC days that the trials' bars cover, from the first of any to the last of any, within `start_ms` and `end_ms`.

    Raises DataError where there is not one.
    """
    walked = [stream.execution for trial in trials for stream in trial.streams if len(stream.execution)]
    first = min((int(bars.open_time[0]) for bars in walked), default=0)
    last = max((int(bars.close_time[-1]) for bars in walked), default=0)
    begin, end = max(first, start_ms or first), min(last, end_ms or last)
    whole = Segment(start_ms=-(-begin // DAY_MS) * DAY_MS, end_ms=end // DAY_MS * DAY_MS)
    if whole.end_ms <= whole.start_ms:
        message = "expected at least one whole day, UTC, between mode.start and mode.end"
        raise DataError("there are no bars to trade on", [Problem(path="bars", message=message)])
    return whole


def days_of(trials: Sequence[Compiled], segment: Segment) -> Times:
    """The days of the segment on which a bar of any trial closes, as `Result.days` counts them, oldest first, each once."""
    year = year_of(trials)
    bars = {id(stream.execution): stream.execution for trial in trials for stream in trial.streams}
    days = [np.unique(trading_day(each.between(segment.start_ms, segment.end_ms).close_time, year)) for each in bars.values()]
    every: Times = np.unique(np.concatenate([np.empty(0, np.int64), *days]))
    return every


def year_of(trials: Sequence[Compiled]) -> int:
    """How many trading days a year of these markets has."""
    return days_per_year([stream.market.bars for trial in trials for stream in trial.streams])


def judge(trial: Compiled, segment: Segment, objectives: Sequence[Scoring], *, year: int | None = None) -> Result:
    """What the trial makes of the segment. The same trial and segment give the same bytes, whatever lies outside.

    year: trading days a year; None takes it from the trial's own bars.
    """
    tape = [between(stream, segment.start_ms, segment.end_ms) for stream in trial.streams]
    if not any(len(stream.execution) for stream in tape):
        return Result(page={}, score=scored({}, objectives), days=np.empty(0, np.int64), profits=np.empty(0))
    outcome = played(trial, tape)
    days = year or year_of([trial])
    page = results(outcome, metrics(outcome, days))
    own, made = profits(outcome, days)
    return Result(page=page, score=scored(page, objectives), days=own, profits=made, held_from=held_from(outcome))


def held_from(outcome: Outcome) -> int:
    """When the first of the positions was opened that stood at the end of the bars, UTC ms; 0 for none."""
    fills = outcome.fills
    _, last = np.unique(fills["position"][::-1], return_index=True)
    latest = fills[len(fills) - 1 - last]
    standing = latest["position"][(latest["open_quantity"] > 0.0) | (latest["reason"] == Reason.END_OF_DATA)]
    opened = fills["time"][np.isin(fills["position"], standing)]
    return int(opened.min()) if len(opened) else 0


def scored(page: Mapping[str, Any], objectives: Sequence[Scoring]) -> tuple[float, ...]:
    """The page by each objective, the most important first."""
    return tuple(each.score(page) for each in objectives)


def played(trial: Compiled, tape: Sequence[Stream], after_failure: str = AFTER_FAILURE) -> Outcome:
    """The run itself, over some of the trial's bars; what hangs on the order inside a bar is replayed on finer bars where there are any."""
    bot = trial.bot

    def once(tape: Sequence[Stream]) -> Outcome:
        book, gate = bot.account.book, bot.account.gate
        return Machine(streams=tape, book=book, costs=bot.costs, gate=gate, after_failure=after_failure).run()

    return settled(once, tape, Locked(bot.source))


class Locked:
    """A source whose finer bars are asked for by one thread at a time."""

    ONE_AT_A_TIME = Lock()

    def __init__(self, source: Any) -> None:
        self._source = source

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """Stored timeframes that divide `timeframe`, finest first."""
        with self.ONE_AT_A_TIME:
            found: list[str] = self._source.finer(symbol, timeframe)
        return found

    def bars(self, symbol: str, timeframe: str) -> Any:
        """The validated bars."""
        with self.ONE_AT_A_TIME:
            return self._source.bars(symbol, timeframe)


def missing_funding(trial: Compiled) -> tuple[str, ...]:
    """Symbols whose funding is assumed somewhere, because there is no history of it."""
    found = {s.symbol: complete(s.funding, s.market.instrument, s.execution, trial.bot.costs) for s in trial.streams}
    return tuple(symbol for symbol, funding in found.items() if funding is not None and funding.assumed)


def judge_all(
    asked: Sequence[tuple[Compiled, Segment]], objectives: Sequence[Scoring], told: Told | None = None, threads: int | None = None
) -> list[Result]:
    """Each trial judged on its segment, in the order asked, several at a time; whatever is raised in one, Ctrl-C too, ends them all."""
    year = year_of([trial for trial, _ in asked])
    return together([partial(judge, trial, segment, objectives, year=year) for trial, segment in asked], told, threads)


def together[T](work: Sequence[Callable[[], T]], told: Told | None = None, threads: int | None = None) -> list[T]:
    """What each piece of work gives, in its order, by one thread for each processor: compiled code runs without Python's lock.

    Whatever is raised in one, Ctrl-C too, ends them all.
    """
    drive.load()  # once, before threads would each load it
    found: dict[int, T] = {}
    with ThreadPoolExecutor(max(1, threads or cpu_count() or 1)) as pool:
        running = {pool.submit(each): number for number, each in enumerate(work)}
        try:
            for future in as_completed(running):
                found[running[future]] = future.result()
                if told is not None:
                    told(len(found), len(work))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [found[number] for number in range(len(work))]
