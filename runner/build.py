"""A checked configuration becomes a bot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from runner.check import Checked, CheckedErrand, check
from runner.compose import Composition
from runner.model.block import Block, Rule
from runner.model.bot import Account, Bot, Costs, Errand, GateSettings, Strategy
from runner.model.errors import ConfigError, Problem
from runner.model.rules import RuleBook
from runner.model.settings import AccountSection, StrategySection
from runner.user_code import user_code


def build(composed: Composition, folder: Path | None = None) -> Bot:
    """The bot of a composed job; ConfigError lists everything that is wrong with it. `folder`: where the run leaves its files."""
    checked = check(composed)
    if isinstance(checked, CheckedErrand):
        raise ConfigError("there is no bot to build", [Problem(path="mode", message=f"mode {checked.mode} runs without one")])
    return built(checked, composed.trace.menu.home, folder or Path.cwd())


def built(checked: Checked, home: Path, folder: Path) -> Bot:
    """The bot of a checked configuration."""
    account, strategies = _account(checked.account, checked.book), tuple(_strategy(section) for section in checked.strategies.values())
    return Bot(
        account=account,
        strategies=strategies,
        costs=Costs(**checked.account.venue.options()),
        source=checked.source,
        mode=checked.mode,
        options=checked.options,
        settings=checked.settings,
        home=home,
        folder=folder,
        counts={"blocks": checked.blocks, "rules_built": checked.rules_built, "rules_written": checked.rules_written},
        notes=checked.notes,
        code=user_code(_blocks(account, strategies, checked.source)),
        words=checked.words,
    )


def _blocks(account: Account, strategies: Iterable[Strategy], source: Block) -> Iterator[Block]:
    """Every outermost block of a bot."""
    for strategy in strategies:
        yield from (strategy.entry, *strategy.exits.values(), strategy.sizing)
    yield from (*account.rules.values(), account.venue, source)


def errand(checked: CheckedErrand, home: Path, folder: Path) -> Errand:
    """What a mode without a bot is handed."""
    account = _account(checked.account, checked.book) if checked.account is not None and checked.book is not None else None
    return Errand(
        source=checked.source,
        mode=checked.mode,
        options=checked.options,
        settings=checked.settings,
        home=home,
        folder=folder,
        account=account,
        words=checked.words,
    )


def _strategy(section: StrategySection) -> Strategy:
    return Strategy(
        name=section.name,
        symbols=tuple(section.symbols),
        timeframe=section.timeframe,
        detail_timeframe=section.detail_timeframe,
        entry=section.entry,
        exits=section.exit,
        sizing=section.sizing,
    )


def _account(section: AccountSection, book: RuleBook) -> Account:
    return Account(
        name=section.name,
        size=section.size,
        currency=section.currency,
        phase=section.phase,
        variant=section.variant,
        purchased=section.purchased,
        book=book,
        gate=GateSettings(enabled=section.gate.enabled, give_back_multiple=section.gate.give_back_multiple),
        firm=section.program.firm,
        program=section.program.program,
        version=section.program.version,
        economics=section.program.economics,
        paid=section.paid,
        group=section.group,
        rules=_rules(section),
        secrets=section.secrets,
        secrets_file=section.secrets_file,
        secrets_keyring=section.secrets_keyring,
        venue=section.venue,
        environment=getattr(section.venue, "environment", ""),
        runs={name: run.run(name) for name, run in section.runs.items() if run.enabled},
        adopt=section.adopt.model_dump(),
    )


def _rules(section: AccountSection) -> dict[str, Rule]:
    """Every rule of the program and the house, by its path in the account."""
    phases = section.program.phases.items()
    firm = {f"program.phases.{name}.rules.{key}": rule for name, phase in phases for key, rule in phase.rules.items()}
    house: Mapping[str, Rule | None] = section.house or {}
    return firm | {f"house.{key}": rule for key, rule in house.items() if rule is not None}
