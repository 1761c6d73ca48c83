"""A built bot: one account, its rule book, its strategies, its venue and source, and what is to be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.model.block import Entry, Exit, Rule, Sizing
from runner.model.economics import Economics
from runner.model.rules import RuleBook
from runner.model.run import Run


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What trading costs and allows at the venue. A fee of None takes the instrument's own."""

    taker_fee_bps: float | None = None
    maker_fee_bps: float | None = None
    slippage_bps: float = 0.0  # on market and stop fills, against us
    fee_per_lot: float = 0.0  # of every fill, besides, for a quantity of 1, in account currency
    spread_ticks: float = 0.0  # half of it is paid with every market and stop fill
    leverage: float | None = 10.0  # None = the instrument's maximum
    isolated_margin: bool = True
    funding: bool = True  # False: no funding is paid or received, history or not
    funding_rate: float = 0.0001  # assumed per payment where history is missing
    funding_reserve: int = 3  # payments the gate keeps free for each position


@dataclass(frozen=True, kw_only=True)
class GateSettings:
    """How the gate shares a rule book's allowance. `enabled` False only for the what-if of reports and tests."""

    enabled: bool = True
    give_back_multiple: float = 1.5  # wanted give-back budget as a multiple of the approved loss


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """A strategy as built from YAML: blocks by stage, symbols and timeframes."""

    name: str
    symbols: tuple[str, ...]
    timeframe: str
    detail_timeframe: str | None
    entry: Entry
    exits: Mapping[str, Exit]
    sizing: Sizing


@dataclass(frozen=True, kw_only=True)
class Account:
    """A funded account: size, phase and rule book. Secrets are names of environment variables, never values.

    paid: what was paid for it, account currency; None = the program's price. group: accounts that must not hold opposite positions.
    """

    name: str
    size: float
    currency: str
    phase: str
    variant: str
    purchased: str
    book: RuleBook
    gate: GateSettings
    firm: str = ""
    program: str = ""
    version: str = ""
    economics: Economics | None = None
    paid: float | None = None
    group: str = ""
    rules: Mapping[str, Rule] = field(default_factory=dict)  # as written, by path: `program.phases.challenge.rules.daily`, `house.daily`
    secrets: Mapping[str, str] = field(default_factory=dict)
    secrets_file: str = ""  # read instead of the environment
    secrets_keyring: str = ""  # service of the system keyring, asked instead
    venue: Any = None  # where its orders go
    environment: str = ""  # which of the venue's worlds
    runs: Mapping[str, Run] = field(default_factory=dict)
    adopt: Mapping[str, Any] = field(default_factory=dict)  # what was said of its past


@dataclass(frozen=True, kw_only=True)
class Bot:
    """Everything a mode needs. `settings` is the settled configuration; `options` is its `mode` section.

    counts: `blocks` built, `rules_built` and `rules_written` in the account. notes: what the check could not look at.
    code: digests of the user's own code, by module and file as named; empty where all blocks are shipped ones (runner/user_code.py).
    trials: of a study, every combination that was typed; of other modes none. alone: a command of its own and no job of a sweep.
    words: what was typed.
    """

    account: Account
    strategies: tuple[Strategy, ...]
    costs: Costs
    source: Any
    mode: str
    options: Mapping[str, Any]
    settings: Mapping[str, Any]
    home: Path
    folder: Path
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    trials: tuple[Trial, ...] = ()
    alone: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One combination of a study. `values`: what sets it apart, by key as typed (`strategy.entry.fast`), in the order typed."""

    values: Mapping[str, Any]
    bot: Bot

    @property
    def name(self) -> str:
        """Its values as they are typed; '' where nothing sets it apart."""
        return " ".join(f"{key}={value}" for key, value in self.values.items())


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Everything a mode needs that runs no bot: no strategy. `options` is the `mode` section of the settled configuration.

    home: the user's folder. folder: the working directory. account: for modes that look at one, where one was chosen.
    words: what was typed, from which the chosen account can be composed together with what it trades.
    """

    source: Any
    mode: str
    options: Mapping[str, Any]
    settings: Mapping[str, Any]
    home: Path
    folder: Path
    account: Account | None = None
    words: tuple[str, ...] = ()
