"""What contradicts itself although every part is right: settings that are only wrong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner.check.hidden import hidden_times
from runner.check.probe import Sketch, UnsketchableError, sketch
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.rules import Code, RuleBook
from runner.model.run import RESET, TRADING
from runner.model.settings import NAME, AccountSection, RunSection, StrategySection
from runner.schedule.when import cron_fault

Strategies = Mapping[str, StrategySection | None]
UNSEEN = "whether entry, exits and sizing fit together was not checked"


@dataclass(frozen=True, kw_only=True)
class Note:
    """What could not be checked, or is not told apart: a dotted config path and why."""

    path: str
    message: str


def problems(
    account: AccountSection | None, strategies: Strategies, book: RuleBook | None, *, portfolio: bool, sound: bool
) -> Iterator[Problem | Note]:
    """Contradictions among the parts that could be built, and what hides others; `sound`: no part has a problem of its own."""
    for strategy in strategies.values():
        if strategy is not None:
            path = f"portfolio.strategies.{strategy.name}" if portfolio else "strategy"
            yield from _timeframes(strategy, path)
            if sound:
                yield from _plan(strategy, path, book)
            if book is not None:
                yield from (Note(path=f"{path}.timeframe", message=said) for said in hidden_times(strategy, book))
    if account is not None:
        yield from runs(account.runs)
    if book is not None:
        yield from _forbidden(strategies, book, portfolio=portfolio)


def _forbidden(strategies: Strategies, book: RuleBook, *, portfolio: bool) -> Iterator[Problem]:
    """Symbols that a rule of the phase at hand forbids altogether."""
    symbols = list(dict.fromkeys(symbol for strategy in strategies.values() if strategy is not None for symbol in strategy.symbols))
    lists = [row for row in book.rows if row.code == Code.INSTRUMENTS and row.phase == 0]
    denied = {symbol: row.key for number, symbol in enumerate(symbols) for row in lists if not row.members >> number & 1}
    for strategy in strategies.values():
        wrong = [symbol for symbol in strategy.symbols if symbol in denied] if strategy is not None else []
        if strategy is not None and wrong:
            path = f"portfolio.strategies.{strategy.name}" if portfolio else "strategy"
            message = f"expected symbols this account may trade, was {', '.join(wrong)} (account.{denied[wrong[0]]} forbids)"
            yield Problem(path=f"{path}.symbols", message=message + _capitals(wrong))


def _capitals(symbols: list[str]) -> str:
    """`; nearest is BTCUSDT` for symbols that somebody knows in capitals only."""
    from runner.bars.instruments import known

    meant = [symbol.upper() for symbol in symbols if symbol not in known() and symbol.upper() in known()]
    return f"; nearest {'is' if len(meant) == 1 else 'are'} {', '.join(meant)}" if meant else ""


def _timeframes(strategy: StrategySection, path: str) -> Iterator[Problem]:
    """Detail bars must be finer and divide the strategy's own."""
    if strategy.detail_timeframe is None:
        return
    own, detail = milliseconds(strategy.timeframe), milliseconds(strategy.detail_timeframe)
    if detail >= own:
        message = f"expected bars finer than the strategy's {strategy.timeframe}, was {strategy.detail_timeframe!r}"
        yield Problem(path=f"{path}.detail_timeframe", message=message)
    elif own % detail:
        message = f"expected bars that divide the strategy's {strategy.timeframe}, was {strategy.detail_timeframe!r}"
        yield Problem(path=f"{path}.detail_timeframe", message=message)


def _plan(strategy: StrategySection, path: str, book: RuleBook | None) -> Iterator[Problem | Note]:
    """What the strategy's exits and sizing leave unsaid in a plan."""
    try:
        drawn = sketch(strategy)
    except ConfigError as error:
        yield from (Problem(path=f"{path}.exit.{problem.path}", message=problem.message) for problem in error.problems)
        return
    except UnsketchableError as error:
        yield Note(path=f"{path}.{error.path}", message=f"{error.message}; {UNSEEN}")
        return
    yield from _after_targets(drawn, strategy, path)
    if not drawn.has_stop:
        yield from _without_stop(drawn, path, book)


def _after_targets(drawn: Sketch, strategy: StrategySection, path: str) -> Iterator[Problem]:
    for what, after, exit_name in (
        ("trail", drawn.trail_after, drawn.trail_exit),
        ("break-even", drawn.break_even_after, drawn.break_even_exit),
    ):
        if after > drawn.targets:
            has = f"has {drawn.targets} target{'s' if drawn.targets != 1 else ''}" if drawn.targets else "has no targets"
            here = f"{path}.exit.{exit_name}"
            found = ".after_target" if hasattr(strategy.exit.get(exit_name), "after_target") else ""
            yield Problem(path=here + found, message=f"the {what} waits for target {after}, but this strategy {has}")


def _without_stop(drawn: Sketch, path: str, book: RuleBook | None) -> Iterator[Problem]:
    if drawn.sized_by_risk:
        message = "sizes by the loss at the stop, but this strategy has no stop; choose an exit.stop or size otherwise (fixed_quantity)"
        yield Problem(path=f"{path}.sizing", message=message)
    if drawn.targets and drawn.targets_need_stop:
        message = "measures targets from the stop, but this strategy has no stop; choose an exit.stop"
        yield Problem(path=f"{path}.exit.{drawn.targets_exit}", message=message)
    for place in drawn.need_stop:
        if place != f"exit.{drawn.targets_exit}":
            message = "measures from the stop, but this strategy has no stop; choose an exit.stop"
            yield Problem(path=f"{path}.{place}", message=message)
    wanted = next((row for row in book.rows if row.code == Code.STOP_DEADLINE), None) if book is not None else None
    if wanted is not None:
        message = f"expected a protective stop, because account.{wanted.key} demands one; this strategy has none"
        yield Problem(path=f"{path}.exit", message=message)


def runs(sections: Mapping[str, RunSection]) -> Iterator[Problem]:
    """A run that trades starts one thing; its offset ends before the next begins, its cron expression comes some day."""
    for name, section in ((name, section) for name, section in sections.items() if section.enabled):
        run, here = section.run(name), f"account.runs.{name}"
        if not NAME.match(name) or ".." in name:
            yield Problem(path=here, message=f"expected a run's name of letters, digits, '_', '-' and '.', was {name!r}")
        if run.job in TRADING and (section.strategy is None) == (section.portfolio is None):
            yield Problem(path=here, message=f"expected a strategy or a portfolio, was {'both' if section.strategy else 'neither'}")
        if run.job not in TRADING and run.work:
            yield Problem(path=f"{here}.{run.kind}", message=f"a {run.job} trades nothing; leave it out")
        every_ms = DAY_MS if run.every == RESET else milliseconds(run.every) if run.every else 0
        if every_ms and run.offset and milliseconds(run.offset) >= every_ms:
            yield Problem(path=f"{here}.offset", message=f"expected less than every ({run.every}), was {run.offset!r}")
        fault = cron_fault(run.cron) if section.schedule is not None else None
        if fault:
            yield Problem(path=f"{here}.schedule.cron", message=fault)
