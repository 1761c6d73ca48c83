"""The proof for one strategy: every part computed again on cut histories, on histories that begin later, and twice on the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from runner.audit.compare import Unlike, differences
from runner.audit.instants import Cut, instants
from runner.audit.said import Answer, Known, Part, Rows, Said, answer, answers, known, parts_of
from runner.audit.warm import Warm, begun_later
from runner.model.bars import Floats, Times
from runner.model.bot import Strategy
from runner.model.duration import milliseconds
from runner.model.errors import RunnerError
from runner.model.market import Market
from runner.pipeline import timeframes

type Told = Callable[[int, int], None]  # (done, of how many)
LONGEST = 20_000  # bars of one stretch; longer histories are looked at in several
STRETCHES = 3
ASKED = 600  # bars at which exits and sizing are asked for plans, about
EARLIER = 32  # bars before a leak that are looked at one by one, for the first one
BEFORE, AFTER = 24, 8  # bars of a leak's picture


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How hard to look. closeness: differences up to this share of a value, or of its column's usual size, are none."""

    cuts: int
    seed: int = 1
    closeness: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One column around a leak: values with all bars, and each as it was known at its own bar's close."""

    close_time: Times
    whole: Floats
    live: Floats


@dataclass(frozen=True, kw_only=True)
class Leak:
    """The first bar seen at which a column looks ahead. `row` counts the symbol's bars from 0; `close_ms` is its close, UTC.

    known_ms: when history was cut. later: bars that must follow until the value is the final one; None = all there are.
    again: the same bars gave two answers, so nothing can be said of looking ahead. size: the difference as a share of the value.
    """

    symbol: str
    row: int
    close_ms: int
    known_ms: int
    whole: float
    cut: float
    later: int | None = None
    again: bool = False
    picture: Picture | None = None

    @property
    def size(self) -> float:
        """How large the difference is beside the value; infinite where one of the two is missing."""
        size = abs(self.whole - self.cut) / max(abs(self.whole), abs(self.cut), 1e-300)
        return size if np.isfinite(size) else np.inf


@dataclass(frozen=True, kw_only=True)
class Column:
    """What was found of one column. cuts, values: compared; filled: of these values, those that hold something.

    edge: cuts at whose last bar it held something, which is where a value taken from the next bar shows.
    """

    path: str
    kind: str
    name: str
    cuts: int = 0
    edge: int = 0
    values: int = 0
    filled: int = 0
    warm: Warm = field(default_factory=Warm)
    leak: Leak | None = None

    def joined(self, other: Column) -> Column:
        """Both findings of one column, of two symbols or stretches; the leak that comes first."""
        leaks = [each for each in (self.leak, other.leak) if each is not None]
        return replace(
            self,
            cuts=self.cuts + other.cuts,
            edge=self.edge + other.edge,
            values=self.values + other.values,
            filled=self.filled + other.filled,
            warm=self.warm.joined(other.warm),
            leak=min(leaks, key=lambda leak: leak.close_ms, default=None),
        )


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A part that raised on some cut histories: how many, the longest of them in bars, and what it said there."""

    path: str
    cuts: int
    bars: int
    said: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was found of one strategy. kinds: how many cuts of each kind; spoken: cuts at whose last bar the entry spoke.

    signals, plans: on the whole history, all symbols; columns in the strategy's order.
    """

    strategy: str
    symbols: tuple[str, ...]
    bars: int
    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    kinds: Mapping[str, int]
    spoken: int
    signals: int
    plans: int
    unanswered: tuple[Unanswered, ...] = ()

    @property
    def cuts(self) -> int:
        """All cuts of all symbols."""
        return sum(self.kinds.values())

    @property
    def leaks(self) -> tuple[Column, ...]:
        """The columns that look ahead, or give two answers."""
        return tuple(column for column in self.columns if column.leak is not None)

    @property
    def silent(self) -> tuple[Part, ...]:
        """Parts that have columns of which none ever held anything, or whose every answer on a cut history was an exception."""
        held = {column.path for column in self.columns if column.filled}
        asked = {part.path for part in self.parts if part.path not in held}
        writes = {column.path for column in self.columns}
        raised = {each.path for each in self.unanswered if each.cuts == self.cuts}
        return tuple(part for part in self.parts if part.path in asked and part.path in writes | raised)

    @property
    def good(self) -> bool:
        """Nothing looks ahead, and what was compared is enough to say so."""
        return not self.leaks and not self.silent and self.signals > 0


def proof(strategy: Strategy, markets: Sequence[Market], wanted: Wanted, told: Callable[[str], Told | None] = lambda _: None) -> Proof:
    """The proof over all of a strategy's markets. What a part raises on a whole history is raised; on a cut one it is told of."""
    trials = [
        Trial(strategy, market, first, replace(wanted, cuts=cuts, seed=wanted.seed + number))
        for number, (market, first, cuts) in enumerate(stretches(markets, wanted.cuts))
    ]
    for trial in trials:
        trial.run(told(trial.market.symbol))
    columns: dict[tuple[str, str], Column] = {}
    for trial in trials:
        for column in trial.columns():
            key = (column.path, column.name)
            columns[key] = columns[key].joined(column) if key in columns else column
    order = {part.path: place for place, part in enumerate(parts_of(strategy))}
    return Proof(
        strategy=strategy.name,
        symbols=tuple(market.symbol for market in markets),
        bars=sum(len(trial.market.bars) for trial in trials),
        parts=parts_of(strategy),
        columns=tuple(sorted(columns.values(), key=lambda column: order[column.path])),
        kinds=dict(sorted(sum((Counter(cut.kind for cut in trial.cuts) for trial in trials), Counter()).items())),
        spoken=sum(trial.spoken() for trial in trials),
        signals=sum(trial.signals for trial in trials),
        plans=sum(trial.plans for trial in trials),
        unanswered=unanswered(trials),
    )


def stretches(markets: Sequence[Market], cuts: int) -> Iterator[tuple[Market, int, int]]:
    """Each market with its first bar and its cuts; a long one as some stretches of it, from its beginning to its end."""
    for market in markets:
        count = len(market.bars)
        if count <= LONGEST:
            yield market, 0, cuts
            continue
        parts = min(STRETCHES, -(-count // LONGEST))
        length = min(LONGEST, count // parts)
        for place in range(parts):
            first = (count - length) * place // (parts - 1)
            yield stretch(market, first, first + length - 1), first, max(1, cuts // parts)


def stretch(market: Market, first: int, last: int) -> Market:
    """The market as if it began with one bar and ended with another, on every timeframe."""
    start, end = int(market.bars.open_time[first]), int(market.bars.close_time[last])
    return replace(
        market, bars=market.bars.between(start, end), others={name: bars.between(start, end) for name, bars in market.others.items()}
    )


def unanswered(trials: Sequence[Trial]) -> tuple[Unanswered, ...]:
    """What parts raised on cut histories, all trials together."""
    found: dict[str, Unanswered] = {}
    for trial in trials:
        for path, (cuts, bars, said) in trial.raised.items():
            before = found.get(path, Unanswered(path=path, cuts=0, bars=0, said=said))
            found[path] = replace(
                before, cuts=before.cuts + cuts, bars=max(before.bars, bars), said=said if bars > before.bars else before.said
            )
    return tuple(found.values())


def fresh(market: Market) -> Market:
    """The same market without anything that blocks have worked out of it."""
    return replace(
        market,
        bars=market.bars.rows(slice(None)),
        others={name: bars.rows(slice(None)) for name, bars in market.others.items()},
    )


class Trial:
    """One strategy on one stretch of one market."""

    def __init__(self, strategy: Strategy, market: Market, first: int, wanted: Wanted) -> None:
        self.strategy, self.market, self.first, self.wanted = strategy, market, first, wanted
        self.parts = parts_of(strategy)
        self.cuts: list[Cut] = []
        self.compared: Counter[str] = Counter()
        self.edges: Counter[tuple[str, str]] = Counter()
        self.values: Counter[tuple[str, str]] = Counter()
        self.filled: Counter[tuple[str, str]] = Counter()
        self.found: dict[tuple[str, str], Leak] = {}
        self.raised: dict[str, tuple[int, int, str]] = {}
        self.warm: dict[tuple[str, str], Warm] = {}
        self.said: dict[str, Said] = {}
        self.known: dict[str, dict[str, Known]] = {}
        self.rows: Rows = np.empty(0, np.int64)

    @property
    def signals(self) -> int:
        """Bars at which the entry speaks."""
        return int(np.count_nonzero(self.said["entry"].columns["direction"]))

    @property
    def plans(self) -> int:
        """Plans the machine would get."""
        return len(self.said["plans"].written[""].rows)

    def spoken(self) -> int:
        """Cuts at whose last bar the entry speaks."""
        direction = self.said["entry"].columns["direction"]
        return sum(bool(direction[self.count(cut.time_ms) - 1]) for cut in self.cuts)

    def count(self, time_ms: int) -> int:
        """Bars closed by an instant."""
        return int(np.searchsorted(self.market.bars.close_time, time_ms, side="right"))

    def run(self, told: Told | None) -> None:
        """Whole, twice; cut; begun later; then back to each leak."""
        self.rows = self.asked()
        self.said = {part.path: answer(self.strategy, part, self.market, self.rows) for part in self.parts}
        self.known = {path: known(said) for path, said in self.said.items()}
        self.twice()
        spans = [milliseconds(name) for name in {*timeframes(self.strategy), self.strategy.detail_timeframe or self.strategy.timeframe}]
        self.cuts = instants(self.market.bars, self.known, spans, self.wanted.cuts, self.wanted.seed)
        for done, cut in enumerate(self.cuts):
            self.look(cut)
            if told is not None:
                told(done + 1, len(self.cuts))
        self.warm = begun_later(self.strategy, self.parts, self.market, self.rows, self.known)
        self.back()

    def asked(self) -> Rows:
        """Bars at which exits and sizing are asked: all, or every so many, with neighbours side by side."""
        count = len(self.market.bars)
        if count <= ASKED:
            return np.arange(count)
        step = -(-3 * count // ASKED)
        starts = np.arange(0, count - 2, step)
        rows: Rows = np.unique(np.concatenate((starts, starts + 1, starts + 2, np.arange(8), np.arange(count - 8, count))))
        return rows

    def twice(self) -> None:
        """Find what gives another answer for the same bars."""
        again = answers(self.strategy, self.parts, fresh(self.market), self.rows)
        count = len(self.market.bars)
        for path, said in again.items():
            if isinstance(said, Said):
                for wrong in differences(self.said[path], said, count, self.wanted.closeness):
                    self.note(path, wrong, int(self.market.bars.close_time[-1]), again=True)

    def look(self, cut: Cut) -> None:
        """Compare every part at one cut, and count what was compared."""
        count = self.count(cut.time_ms)
        for path, said in self.at(cut.time_ms).items():
            if isinstance(said, Exception):
                cuts, bars, before = self.raised.get(path, (0, 0, ""))
                self.raised[path] = (cuts + 1, max(bars, count), brief(said) if count > bars else before)
                continue
            self.compared[path] += 1
            self.tally(path, count)
            for wrong in differences(self.said[path], said, count, self.wanted.closeness):
                self.note(path, wrong, cut.time_ms)

    def at(self, time_ms: int) -> dict[str, Answer]:
        """What every part says when only bars closed by an instant are known."""
        return answers(self.strategy, self.parts, self.market.closed_by(time_ms), self.rows[self.rows < self.count(time_ms)])

    def tally(self, path: str, count: int) -> None:
        """Count the values of one part's columns at the first `count` bars."""
        for name, column in self.known[path].items():
            upto = int(np.searchsorted(column.rows, count))
            self.values[path, name] += upto
            self.filled[path, name] += int(np.count_nonzero(column.filled[:upto]))
            self.edges[path, name] += int(upto > 0 and column.rows[upto - 1] == count - 1 and bool(column.filled[upto - 1]))

    def note(self, path: str, wrong: Unlike, known_ms: int, *, again: bool = False) -> None:
        """Keep a finding when it comes before what is known of its column."""
        key, row = (path, wrong.column), int(wrong.rows[0])
        before = self.found.get(key)
        if before is not None and (before.again or before.row <= row + self.first):
            return
        self.found[key] = Leak(
            symbol=self.market.symbol,
            row=row + self.first,
            close_ms=int(self.market.bars.close_time[row]),
            known_ms=known_ms,
            whole=float(wrong.whole[0]),
            cut=float(wrong.cut[0]),
            again=again,
        )

    def back(self) -> None:
        """For what was found: the first bar, how much later it is known, and a picture."""
        leaking = {key for key, leak in self.found.items() if not leak.again}
        for row in sorted(self.earlier(leaking)):
            time_ms = int(self.market.bars.close_time[row])
            for path, said in self.at(time_ms).items():
                if isinstance(said, Said):
                    for wrong in differences(self.said[path], said, row + 1, self.wanted.closeness):
                        self.note(path, wrong, time_ms)
        blocks = {path: next(part for part in self.parts if part.path == path) for path, _ in leaking}
        for path, part in blocks.items():
            self.settle(part, {name for each, name in leaking if each == path})

    def earlier(self, leaking: set[tuple[str, str]]) -> set[int]:
        """Bars before each leak at which its column holds something: the first ones."""
        rows: set[int] = set()
        for path, name in leaking:
            column = self.known[path].get(name)
            if column is not None:
                before = column.rows[column.filled & (column.rows < self.found[path, name].row - self.first)]
                rows |= set(before[:EARLIER].tolist())
        return rows | {self.begin(part) for part in self.parts if part.path in self.raised and part.path in {path for path, _ in leaking}}

    def begin(self, part: Part) -> int:
        """The last bar of the shortest history on which a part that has raised gives an answer, by halving."""
        live = Live(self, part)
        low, high = self.raised[part.path][1] - 1, len(self.market.bars) - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if live.at(middle) else (middle, high)
        return high

    def settle(self, part: Part, names: set[str]) -> None:
        """How many bars later each leaking column of a part is known, and the picture of it, around its first leak."""
        live = Live(self, part)
        for name in names:
            leak = self.found[part.path, name]
            row = leak.row - self.first
            self.found[part.path, name] = replace(leak, later=live.later(name, row), picture=live.picture(name, row))

    def columns(self) -> Iterator[Column]:
        """What was found of each column, and of those that only a cut history has."""
        kinds = {part.path: part.kind for part in self.parts}
        names = dict.fromkeys([(path, name) for path, columns in self.known.items() for name in columns] + list(self.found))
        for path, name in names:
            key = (path, name)
            yield Column(
                path=path,
                kind=kinds[path],
                name=name,
                cuts=self.compared[path],
                edge=self.edges[key],
                values=self.values[key],
                filled=self.filled[key],
                warm=self.warm.get(key, Warm()),
                leak=self.found.get(key),
            )


class Live:
    """One part of a strategy as it was known at bar after bar; each history is computed once."""

    def __init__(self, trial: Trial, part: Part) -> None:
        self.trial, self.part = trial, part
        self.seen: dict[int, dict[str, Known]] = {}

    def at(self, row: int) -> dict[str, Known]:
        """The part's columns when the bar at `row` was the last one; {} where it raised."""
        if row not in self.seen:
            trial = self.trial
            market, rows = trial.market.closed_by(int(trial.market.bars.close_time[row])), trial.rows[trial.rows <= row]
            said = answers(trial.strategy, (self.part,), market, rows)[self.part.path]
            self.seen[row] = known(said) if isinstance(said, Said) else {}
        return self.seen[row]

    def value(self, name: str, row: int, known_at: int) -> float:
        """A column's value at one bar when another one was the last; NaN for none."""
        return valued(self.at(known_at).get(name), row)

    def later(self, name: str, row: int) -> int | None:
        """The fewest bars that must follow until the value is final, by doubling and halving; None when only the whole history tells."""
        final, last = valued(self.trial.known[self.part.path].get(name), row), len(self.trial.market.bars) - 1

        def tells(after: int) -> bool:
            value = self.value(name, row, row + after)
            return value == final or (np.isnan(value) and np.isnan(final))

        low, high = 0, 1
        while row + high < last and not tells(high):
            low, high = high, high * 2
        if row + high >= last:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if tells(middle) else (middle, high)
        return high

    def picture(self, name: str, row: int) -> Picture:
        """The column around one bar."""
        bars = self.trial.market.bars
        rows = np.arange(max(0, row - BEFORE), min(len(bars), row + AFTER + 1))
        whole = self.trial.known[self.part.path].get(name)
        return Picture(
            close_time=bars.close_time[rows],
            whole=np.array([valued(whole, each) for each in rows.tolist()]),
            live=np.array([self.value(name, each, each) for each in rows.tolist()]),
        )


def valued(column: Known | None, row: int) -> float:
    """A column's value at a bar; NaN where it has none."""
    if column is None:
        return float("nan")
    at = int(np.searchsorted(column.rows, row))
    return float(column.values[at]) if at < len(column.rows) and column.rows[at] == row else float("nan")


def brief(error: Exception) -> str:
    """What was raised, on one line."""
    words = "; ".join(problem.line() for problem in error.problems) if isinstance(error, RunnerError) and error.problems else str(error)
    return f"{type(error).__name__}: {' '.join(words.split())[:160]}"
