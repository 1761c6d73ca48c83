"""Before the first order: what the venue says of instruments, fees, leverage, modes and the key, held against the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from runner.live.desk import Desk
from runner.live.outcome import Rejected
from runner.model.bot import Costs
from runner.model.currency import dollar
from runner.model.errors import ConfigError, Problem
from runner.model.instrument import Instrument
from runner.model.trading import AccountFacts, Contract, Fees, KeyFacts, PositionSeen

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SOON_DAYS = 14  # a key that expires within is told
BPS = Decimal(10_000)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the configuration says.

    instruments: by symbol. currency: the account's. apply: leverage and modes may be set at the venue where an account is flat.
    """

    instruments: Mapping[str, Instrument]
    costs: Costs
    currency: str
    apply: bool = False

    def leverage(self, symbol: str) -> Decimal:
        """The leverage a symbol is traded with."""
        chosen = self.costs.leverage
        return _decimal(self.instruments[symbol].max_leverage if chosen is None else chosen)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the venue says."""

    contracts: Mapping[str, Contract]
    fees: Mapping[str, Fees | None]
    positions: Mapping[str, PositionSeen]
    account: AccountFacts
    key: KeyFacts
    now_ms: int
    spot: bool = False


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What does not fit. problems: no trading with these. notes: worth knowing. applied: what was set at the venue and read back."""

    facts: Facts
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()


@dataclass
class _Setting:
    """One thing that can be set at the venue: what is wrong with it, how it is set, and what must be flat for that."""

    problem: Problem
    set_it: Callable[[], None]
    symbol: str | None  # None: the whole account
    said: str = field(default="")


def prepare(desk: Desk, wanted: Wanted) -> Findings:
    """Read, set what may be set, read again. raises ConfigError with every mismatch that is left."""
    findings = examine(desk, wanted)
    if findings.problems:
        raise ConfigError("the venue is not as the configuration says; nothing is traded", findings.problems)
    return findings


def examine(desk: Desk, wanted: Wanted) -> Findings:
    """Everything that does not fit, after setting what `wanted.apply` allows and a flat account lets."""
    facts = read(desk, wanted)
    applied: list[str] = []
    refused: list[Problem] = []
    if wanted.apply:
        for setting in list(_settings(desk, wanted, facts)):
            _apply(desk, setting, applied, refused)
        if applied:
            facts = read(desk, wanted)
    stands = [setting.problem for setting in _settings(desk, wanted, facts)]
    told = {problem.path: problem for problem in refused}
    problems = [*_instruments(wanted, facts), *_fees(wanted, facts), *_key(facts), *(told.get(each.path, each) for each in stands)]
    return Findings(facts=facts, problems=tuple(problems), notes=tuple(_notes(wanted, facts)), applied=tuple(applied))


def read(desk: Desk, wanted: Wanted) -> Facts:
    """Ask the venue."""
    symbols = list(wanted.instruments)
    return Facts(
        contracts={symbol: desk.contract(symbol) for symbol in symbols},
        fees={symbol: desk.fees(symbol) for symbol in symbols},
        positions={symbol: desk.position(symbol) for symbol in symbols},
        account=desk.account(),
        key=desk.key(),
        now_ms=desk.server_ms(),
        spot=desk.dialect.category == "spot",
    )


def _apply(desk: Desk, setting: _Setting, applied: list[str], refused: list[Problem]) -> None:
    """Set it where nothing is held or resting that it would touch; otherwise say what is in the way."""
    message = setting.problem.message
    if _busy(desk, setting.symbol):
        where = setting.symbol or "the account"
        refused.append(Problem(path=setting.problem.path, message=f"{message}; it is set only when {where} holds and awaits nothing"))
        return
    try:
        setting.set_it()
    except Rejected as refusal:
        refused.append(Problem(path=setting.problem.path, message=f"{message}; the venue will not change it: {refusal.message}"))
        return
    applied.append(setting.said)


def _busy(desk: Desk, symbol: str | None) -> bool:
    positions = [each for each in desk.positions() if symbol in (None, each.symbol)]
    return bool(positions or desk.open_orders(symbol))


def _settings(desk: Desk, wanted: Wanted, facts: Facts) -> Iterator[_Setting]:
    """What could be set to fit: modes first, for leverage is kept by mode."""
    if facts.spot:
        return
    isolated = wanted.costs.isolated_margin
    if facts.account.isolated_margin != isolated:
        words = {True: "isolated", False: "cross"}
        message = (
            f"the account's margin is {words[not isolated]}, the configuration wants {words[isolated]}; "
            "account.venue.apply_settings=true sets it where the account is flat"
        )
        yield _Setting(
            _problem("account.venue.isolated_margin", message), lambda: desk.set_isolated(isolated), None, f"margin {words[isolated]}"
        )
    for symbol, position in facts.positions.items():
        if position.hedge:
            problem = _problem(f"account.venue.{symbol}", "two positions a symbol (hedge mode); one-way is needed")
            yield _Setting(problem, lambda symbol=symbol: desk.set_one_way(symbol), symbol, f"{symbol} one-way")  # type: ignore[misc]
    for symbol, position in facts.positions.items():
        leverage = wanted.leverage(symbol)
        if position.leverage != leverage:
            stands = "not told" if position.leverage is None else f"{position.leverage:f}"
            problem = _problem(f"account.venue.leverage.{symbol}", f"the venue's is {stands}, the configuration wants {leverage:f}")
            setting = lambda symbol=symbol, leverage=leverage: desk.set_leverage(symbol, leverage)  # noqa: E731 - beside what it mends
            yield _Setting(problem, setting, symbol, f"{symbol} leverage {leverage:f}")


def _instruments(wanted: Wanted, facts: Facts) -> Iterator[Problem]:
    """The venue's grid is ours; its least is no more and its most no less than what we reckon with."""
    for symbol, contract in facts.contracts.items():
        ours = wanted.instruments[symbol]
        path = f"instrument.{symbol}"
        if dollar(ours.quote) != dollar(wanted.currency):
            differ = f"its prices are in {ours.quote}, the account is in {wanted.currency}"
            yield _problem(f"{path}.quote", f"{differ}, and only a backtest converts between them; leave the symbol out")
        if not contract.trading:
            yield _problem(path, "is not trading at the venue")
        for name, said, theirs in (("tick", ours.tick, contract.tick), ("quantity_step", ours.quantity_step, contract.step)):
            if _decimal(said) != theirs:
                yield _problem(f"{path}.{name}", f"the venue's is {theirs:f}, the configuration says {_decimal(said):f}")
        least = (("min_quantity", ours.min_quantity, contract.min_quantity), ("min_notional", ours.min_notional, contract.min_notional))
        for name, said, theirs in least:
            if _decimal(said) < theirs:
                yield _problem(f"{path}.{name}", f"the venue asks for {theirs:f}, the configuration plans with {_decimal(said):f}")
        if not facts.spot and wanted.leverage(symbol) > contract.max_leverage:
            leverage = wanted.leverage(symbol)
            yield _problem(
                f"account.venue.leverage.{symbol}", f"the venue allows {contract.max_leverage:f}, the configuration wants {leverage:f}"
            )


def _fees(wanted: Wanted, facts: Facts) -> Iterator[Problem]:
    """What is paid is no more than what is reckoned with; where the venue does not tell, the configuration is believed."""
    for symbol, fees in facts.fees.items():
        if fees is None:
            continue
        for name, theirs, said in _rates(wanted, symbol, fees):
            if theirs > said:
                yield _problem(
                    f"account.venue.{name}", f"{symbol} costs {theirs:f} basis points at the venue, the configuration says {said:f}"
                )


def _rates(wanted: Wanted, symbol: str, fees: Fees) -> list[tuple[str, Decimal, Decimal]]:
    ours, costs = wanted.instruments[symbol], wanted.costs
    taker = ours.taker_fee_bps if costs.taker_fee_bps is None else costs.taker_fee_bps
    maker = ours.maker_fee_bps if costs.maker_fee_bps is None else costs.maker_fee_bps
    return [("taker_fee_bps", _bps(fees.taker), _decimal(taker)), ("maker_fee_bps", _bps(fees.maker), _decimal(maker))]


def _key(facts: Facts) -> Iterator[Problem]:
    """A key that trades and cannot take money away."""
    key, path = facts.key, "account.secrets"
    if key.can_withdraw:
        yield _problem(path, "the key may withdraw money; make one that only trades")
    if key.read_only or not key.can_trade:
        yield _problem(path, "the key may not trade")
    if key.expires_ms and key.expires_ms <= facts.now_ms:
        yield _problem(path, f"the key has expired on {day(key.expires_ms)}")
    if not facts.account.unified:
        yield _problem("account.venue", "the account is no unified trading account")


def _notes(wanted: Wanted, facts: Facts) -> Iterator[str]:
    key = facts.key
    if key.expires_ms and facts.now_ms < key.expires_ms <= facts.now_ms + SOON_DAYS * DAY_MS:
        yield f"the key expires on {day(key.expires_ms)}"
    if not key.bound_to_ip:
        yield "the key works from any address; bind it to this machine's"
    for symbol, contract in facts.contracts.items():
        hours, reckoned = contract.funding_interval_ms / HOUR_MS, wanted.instruments[symbol].funding_interval_ms / HOUR_MS
        if wanted.costs.funding and not facts.spot and hours != reckoned:
            yield f"{symbol}: the venue takes funding every {hours:g} hours, {reckoned:g} are reckoned with"
    untold = [symbol for symbol, fees in facts.fees.items() if fees is None]
    if untold:
        yield f"the venue does not tell its fees for {', '.join(untold)}; the configured ones are used"
    for symbol, fees in facts.fees.items():
        for name, theirs, said in _rates(wanted, symbol, fees) if fees is not None else ():
            if theirs < said:
                yield f"{symbol} {name}: the venue takes {theirs:f}, less than the {said:f} reckoned with"


def _problem(path: str, message: str) -> Problem:
    return Problem(path=path, message=message)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value))).normalize()


def _bps(fraction: Decimal) -> Decimal:
    return (fraction * BPS).normalize()


def day(at_ms: int) -> str:
    """The day of a moment, UTC."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d}"
