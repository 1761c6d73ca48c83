"""What a reader of the figures must know about them, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from runner.model.bars import Bars, Times
from runner.model.bot import Bot
from runner.model.duration import DAY_MS, SECOND_MS, text
from runner.model.records import Outcome, Reason
from runner.model.rules import Code, RuleBook, Severity
from runner.model.stream import Stream
from runner.report.behaviour import behaviour
from runner.report.figures import iso
from runner.report.verdict import entered, rules
from runner.report.words import short

QUARTER_MS = 92 * DAY_MS  # releases come at least once in as long


def warnings(bot: Bot, outcome: Outcome, streams: Sequence[Stream]) -> list[str]:
    """All of them, each once, in a fixed order: data first, then the rules, the trades, the run."""
    of_all = (
        of_data(bot, outcome.missing_funding, streams),
        of_rules(outcome, streams),
        of_trades(bot, outcome, streams),
        of_run(bot, outcome),
    )
    return list(dict.fromkeys(line for part in of_all for line in part))


def of_data(bot: Bot, missing_funding: Iterable[str], streams: Sequence[Stream]) -> Iterator[str]:
    """What the source noted while reading, assumed funding, inferred instruments, spot bars, unequal coverage."""
    yield from bot.source.notes() if bot.source is not None else ()
    assumed = {stream.symbol for stream in streams if stream.funding is not None and stream.funding.assumed}
    for symbol in sorted(assumed | set(missing_funding)):
        yield f"{symbol}: no funding history for all of its bars; {bot.costs.funding_rate:.4%} per payment is assumed there"
    for symbol in sorted({stream.symbol for stream in streams if stream.market.instrument.inferred}):
        yield f"{symbol}: no instrument specification; steps were inferred from its prices"
    for symbol in sorted({stream.symbol for stream in streams if "spot" in stream.market.bars.origin.lower()}):
        yield f"{symbol}: the bars are spot, not the perpetual that is traded"
    yield from unequal_coverage(streams)


def unequal_coverage(streams: Sequence[Stream]) -> Iterator[str]:
    """Symbols whose bars start later or end earlier than others'."""
    held = [stream.market.bars for stream in streams if len(stream.market.bars)]
    for stream in streams:
        if len(stream.market.bars) == 0:
            yield f"{stream.symbol}: no bars in this range, nothing was traded"
    first, last = min((start(bars) for bars in held), default=0), max((end(bars) for bars in held), default=0)
    for bars in held:
        if start(bars) > first or end(bars) < last:
            yield f"{bars.symbol}: bars only from {iso(start(bars))} to {iso(end(bars))}"


def start(bars: Bars) -> int:
    """Open time of the first bar, UTC ms."""
    return int(bars.open_time[0])


def end(bars: Bars) -> int:
    """Close time of the last bar, UTC ms."""
    return int(bars.close_time[-1])


def of_rules(outcome: Outcome, streams: Sequence[Stream]) -> Iterator[str]:
    """The book's own warnings, resets and short trades hidden inside bars, rules this run could not exercise or no machine can judge."""
    yield from of_book(outcome)
    yield from hidden_resets(outcome, streams)
    yield from hidden_holdings(outcome, streams)
    yield from unknown_releases(outcome, streams)
    for rule in rules(outcome):
        if not rule["exercised"] and rule["code"] == "STOP_DEADLINE":
            yield f"{short(rule['path'])}: not exercised, a backtest sets the stop together with the entry"
    for row in outcome.book.rows:
        if row.severity is Severity.MANUAL and row.phase in entered(outcome):
            yield f"{short(row.key)}: judged by people at the firm, not by this run"


def of_trades(bot: Bot, outcome: Outcome, streams: Sequence[Stream]) -> Iterator[str]:
    """What a reviewer at the firm would ask about."""
    yield from behaviour(outcome, streams, bot.costs.leverage)


def of_book(outcome: Outcome) -> Iterator[str]:
    """The rule book's own warnings, without those on rules of phases that were never entered."""
    later = [phase.name for number, phase in enumerate(outcome.book.phases) if number not in entered(outcome)]
    yield from of_readings(outcome.book, later)


def of_readings(book: RuleBook, later: Sequence[str] = ()) -> Iterator[str]:
    """What the rule book says of its own reading: open questions, what nobody guards. later: phases that are of no concern."""
    for line in book.warnings:
        path, colon, message = line.partition(": ")
        if not any(path.startswith(f"program.phases.{name}.") for name in later):
            yield f"{short(path)}{colon}{message}"


def hidden_resets(outcome: Outcome, streams: Sequence[Stream]) -> Iterator[str]:
    """Daily resets that fall inside bars, where both extremes count on both days."""
    for each in sorted({(stream.execution.timeframe_ms, stream.symbol): stream.execution for stream in streams}.items()):
        bars = each[1]
        if len(bars) == 0:
            continue
        for clock, times in zip(outcome.book.clocks, outcome.book.resets(start(bars), end(bars)), strict=True):
            if inside(bars, times):
                when = f"the reset at {clock.at} {clock.zone} falls inside {text(bars.timeframe_ms)} bars"
                yield f"{bars.symbol}: {when}; both days see the bar's extremes"


def unknown_releases(outcome: Outcome, streams: Sequence[Stream]) -> Iterator[str]:
    """Rules about releases that judge only a part of the run, because the calendar covers no more."""
    held = [stream.execution for stream in streams if len(stream.execution)]
    for row in outcome.book.rows:
        if row.code is not Code.NEWS or row.phase not in entered(outcome) or not held:
            continue
        known = outcome.book.calendars[row.calendar] if row.calendar >= 0 else np.empty(0, np.int64)
        if len(known) == 0:
            yield f"{short(row.key)}: no release is known, so nothing was kept out and nothing judged"
        elif min(start(bars) for bars in held) < known[0] - QUARTER_MS or max(end(bars) for bars in held) > known[-1] + QUARTER_MS:
            yield f"{short(row.key)}: releases are known from {iso(int(known[0]))} to {iso(int(known[-1]))}; outside nothing was judged"


def hidden_holdings(outcome: Outcome, streams: Sequence[Stream]) -> Iterator[str]:
    """Trades that ended inside a bar and may have been shorter than the shortest holding time; the run took the bar's end."""
    trades = outcome.trades
    bar = {stream.symbol: stream.execution.timeframe_ms for stream in streams}
    inside_bar = trades["closed"] % SECOND_MS  # fills inside a bar carry its open time and their place in its path
    held = trades["closed"] - trades["opened"]
    length = np.array([bar.get(symbol, 0) for symbol in outcome.symbols], np.int64)[trades["symbol"]]
    longest = np.where(inside_bar > 0, held - inside_bar + length, held)
    for row in outcome.book.rows:
        if row.code is Code.HOLDING_TIME and row.phase in entered(outcome):
            doubtful = int(np.sum((trades["phase"] == row.phase) & (held < row.duration_ms) & (longest >= row.duration_ms)))
            if doubtful:
                doubt = f"may have been shorter than {text(row.duration_ms)}; they count as held to the bar's end"
                yield f"{short(row.key)}: {doubtful} trade(s) ended inside a bar and {doubt}"


def inside(bars: Bars, times: Times) -> bool:
    """Whether any of the instants falls strictly inside a bar."""
    row = np.searchsorted(bars.open_time, times, side="right") - 1
    known = np.maximum(row, 0)
    return bool(np.any((row >= 0) & (times > bars.open_time[known]) & (times < bars.close_time[known])))


def of_run(bot: Bot, outcome: Outcome) -> Iterator[str]:
    """The gate's blind spots, ambiguous verdicts, positions closed because the bars ended."""
    if not bot.account.gate.enabled:
        yield "the gate was off: quantities are the strategy's own, and rules were only watched"
    yield "other accounts of the same trader are unknown to a backtest; the gate reckoned with none"
    if outcome.ambiguous_failed:
        yield f"{outcome.ambiguous_failed} ambiguous verdict(s) counted as failed: only the order of prices inside a bar could tell"
    forced = int(np.sum(outcome.trades["reason"] == Reason.END_OF_DATA))
    if forced:
        yield f"{forced} position(s) were closed at the last price because the bars ended"
