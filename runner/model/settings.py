"""What a settled configuration consists of outside the blocks: strategies, portfolio, account, program."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from runner.model.block import Entry, Exit, Rule, Sizing, Venue
from runner.model.economics import Economics
from runner.model.run import LASTING, RESET, Job, Run
from runner.model.terms import Duration, Zone

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
SERVICE = re.compile(r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")
ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _name(text: str) -> str:
    if not NAME.match(text) or ".." in text:
        raise ValueError(f"expected a name of letters, digits, '_', '-' and '.', was {text!r}")
    return text


def _date(text: str) -> str:
    if text and not ISO_DATE.match(text):
        raise ValueError(f"expected a quoted date such as '2026-10-01', was {text!r}")
    return text


def _variable(text: str) -> str:
    if not VARIABLE.match(text) or len(text) > 40:
        raise ValueError("expected the name of an environment variable such as HYRO_KEY, never the secret itself")
    return text


def _secrets_file(text: str) -> str:
    if (text and not {".", "/"} & set(text)) or len(text) > 200 or any(letter.isspace() for letter in text):
        raise ValueError("expected a file such as secrets/hyro.keys, never the secret itself")
    return text


def _keyring(text: str) -> str:
    if text and (not SERVICE.match(text) or len(text) > 80):
        raise ValueError("expected a name with a slash such as prop-runner/mine, never the secret itself")
    return text


def _distinct(symbols: list[str]) -> list[str]:
    twice = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
    if twice:
        raise ValueError(f"expected each symbol once, was {', '.join(twice)} twice")
    return symbols


Name = Annotated[str, AfterValidator(_name)]
IsoDate = Annotated[str, AfterValidator(_date)]
Variable = Annotated[str, AfterValidator(_variable)]
SecretsFile = Annotated[str, AfterValidator(_secrets_file)]
SecretsKeyring = Annotated[str, AfterValidator(_keyring)]
Symbols = Annotated[list[Name], Field(min_length=1), AfterValidator(_distinct)]


class Section(BaseModel):
    """A part of the configuration that is no block: same strictness, no `_target_`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class StrategySection(Section):
    """What is traded, on which bars, when it enters and leaves, and how much."""

    name: Name = Field(description="what reports call it; the choice's name unless set")
    symbols: Symbols = Field(description="canonical symbols, [BTCUSDT, ETHUSDT]")
    timeframe: Duration = Field(description="the bars it is decided on, '4h'")
    detail_timeframe: Duration | None = Field(None, description="finer bars that say what was touched first")
    entry: Entry = Field(description="when to enter")
    exit: dict[str, Exit] = Field(description="how to leave, by a name of your choice")
    sizing: Sizing = Field(description="how much")


class PortfolioSection(Section):
    """Several strategies that share one account's ledger and rules."""

    name: Name = Field(description="what reports call it; the choice's name unless set")
    strategies: dict[str, StrategySection] = Field(min_length=1, description="strategies by a name of your choice")


class PhaseSection(Section):
    """One phase of a program: what follows it, and its rules."""

    next: str | None = Field(description="the phase that follows when this one is passed; null at the end")
    rules: dict[str, Rule] = Field(min_length=1, description="the firm's rules by name")


class ProgramSection(Section):
    """A firm's program as dated data."""

    firm: Name = Field(description="the firm")
    program: Name = Field(description="its program")
    version: str = Field("", description="which version of the firm's rules this is, in its own words or by date")
    economics: Economics | None = Field(None, description="what it costs and pays; null = unknown")
    phases: dict[str, PhaseSection] = Field(min_length=1, description="phases by name")


class GateSection(Section):
    """How the gate shares a rule book's allowance."""

    enabled: bool = Field(True, description="false only to see what would have happened without it")
    margin_fraction: float = Field(0.05, ge=0, lt=1, description="share of each allowance that stays unused")
    give_back_multiple: float = Field(1.5, gt=0, le=100, description="open profit a position may give back, in approved losses")


class ScheduleSection(Section):
    """A cron expression in a time zone."""

    cron: str = Field(description="five fields: minute, hour, day of month, month, day of week; '5 0-23/4 * * *'")
    zone: Zone = Field("UTC", description="IANA time zone whose clocks it follows")
    job: Job | None = Field(None, description="what is started; once unless set")


class RunSection(Section):
    """One thing schedule, deploy and serve start for an account."""

    strategy: Name | None = Field(None, description="the strategy it starts")
    portfolio: Name | None = Field(None, description="or the portfolio")
    job: Job | None = Field(None, description="once: a tick; live, paper, guard: until stopped; report: a day's; review: a week's")
    every: Duration | Literal["reset"] | None = Field(
        None, description="after each bar of this length, '4h', or after the firm's daily reset"
    )
    offset: Duration | None = Field(None, description="how long after it, '5s'")
    schedule: ScheduleSection | None = Field(None, description="or a cron expression in a time zone")
    enabled: bool = Field(True, description="false: nothing is started; for a run that the account's base brings along")

    @field_validator("every", mode="before")
    @classmethod
    def _resets(cls, value: object) -> object:
        """Refuses what was to be `reset`, which would else be told as a duration that is none."""
        if isinstance(value, str) and value != RESET and get_close_matches(value.lower(), [RESET], cutoff=0.7):
            raise ValueError(f"expected a bar's length such as '4h', or reset, was {value!r}; nearest is 'reset'")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """A run says once what it starts and when."""
        inner = None if self.schedule is None else self.schedule.job
        if self.job is not None and inner is not None:
            raise ValueError(f"expected job once, was job: {self.job} and schedule.job: {inner}")
        job = self.job or inner or "once"
        timed = [name for name, given in (("every", self.every), ("schedule", self.schedule)) if given is not None]
        if job in LASTING and timed:
            raise ValueError(f"{timed[0]}: job {job} runs until it is stopped and has no times; leave it out")
        if job not in LASTING and len(timed) != 1:
            both = f"both (every: {self.every}); what its base brings along is dropped by every: null, offset: null, or by schedule: null"
            raise ValueError(f"expected every: 4h or schedule: {{cron: '5 0-23/4 * * *', zone: UTC}}, was {both if timed else 'neither'}")
        if self.offset is not None and self.every is None:
            raise ValueError("offset: goes with every; a cron expression says its minutes itself")
        return self

    def run(self, name: str) -> Run:
        """The run as schedule, deploy and serve take it."""
        schedule = self.schedule
        return Run(
            name=name,
            job=self.job or (schedule.job if schedule is not None and schedule.job else "once"),
            kind="strategy" if self.strategy else "portfolio" if self.portfolio else "",
            work=self.strategy or self.portfolio or "",
            every=self.every or "",
            offset=self.offset or "",
            cron="" if schedule is None else " ".join(schedule.cron.split()),
            zone="UTC" if schedule is None else schedule.zone,
        )


class AdoptSection(Section):
    """What the venue's ledger cannot tell of an account that has traded before. Money as the venue shows it."""

    source: str = Field("", description="where these figures were read, and when")
    peak_equity: float | None = Field(None, gt=0, allow_inf_nan=False, description="highest equity since the phase began")
    day: IsoDate = Field(
        "", description="the date on which the day began that the day's figures are of; on other days they are passed over"
    )
    day_start_balance: float | None = Field(None, gt=0, allow_inf_nan=False, description="balance at the running day's reset")
    day_start_equity: float | None = Field(None, gt=0, allow_inf_nan=False, description="equity at the running day's reset")
    day_peak_equity: float | None = Field(None, gt=0, allow_inf_nan=False, description="highest equity of the running day")
    trading_days: int | None = Field(None, ge=0, description="days that count, from before the ledger begins")
    profitable_days: int | None = Field(None, ge=0, description="profitable days, from before the ledger begins")
    best_day: float | None = Field(None, ge=0, allow_inf_nan=False, description="result of the best day before the ledger begins")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        """Figures of a day say of which."""
        if not self.day and any(value is not None for value in (self.day_start_balance, self.day_start_equity, self.day_peak_equity)):
            raise ValueError("figures of a day need its date: day: '2026-11-20'")
        return self


class AccountSection(Section):
    """A funded account: who set its rules, where it stands, how large it is, where its orders go."""

    name: Name = Field(description="what reports call it; the choice's name unless set")
    size: float = Field(gt=0, allow_inf_nan=False, description="initial balance in account currency")
    currency: Name = Field(description="account currency, USDT")
    phase: Name = Field(description="where the account stands now")
    variant: Name = Field("standard", description="which variant of the program was bought")
    purchased: IsoDate = Field("", description="purchase date in quotes; selects the rule-set version")
    paid: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="what was really paid for it, account currency; null = the program's price"
    )
    group: str = Field("", description="accounts of one group must not hold opposite positions; '' = no group")
    program: ProgramSection = Field(description="the firm's program")
    house: dict[str, Rule] | None = Field(default_factory=dict, description="our own rules, in every phase, by name")
    gate: GateSection = Field(default_factory=GateSection, description="how the gate shares the allowance")
    venue: Venue = Field(description="where orders go and what that costs")
    secrets: dict[str, Variable] = Field(default_factory=dict, description="names of environment variables, never values")
    secrets_file: SecretsFile = Field(
        "",
        description="a file with lines 'key=…' and 'secret=…' that only its owner may read, relative to RUNNER_HOME; '' = the environment",
    )
    secrets_keyring: SecretsKeyring = Field(
        "", description="the service under which the system keyring holds `key` and `secret`, prop-runner/mine; '' = not there"
    )
    runs: dict[str, RunSection] = Field(default_factory=dict, description="what schedule, deploy and serve start")
    adopt: AdoptSection = Field(default_factory=AdoptSection, description="what is said of an account that has traded before")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        """Keys are in one place."""
        if self.secrets_file and self.secrets_keyring:
            raise ValueError("secrets_keyring: expected the keys in one place, was secrets_file besides; leave one out")
        return self
