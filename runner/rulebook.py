"""An account's settings and built rules, settled into the one rule book the machine evaluates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any

from loguru import logger

from runner.model.block import Rule, is_day
from runner.model.errors import ConfigError, Problem
from runner.model.market import Releases
from runner.model.records import MAX_FLOORS
from runner.model.rules import (
    MAX_CLOCKS,
    MOST_SYMBOLS,
    NO_PHASE_END,
    AccountFacts,
    Anchor,
    Code,
    DayResult,
    Family,
    PhaseFacts,
    Reset,
    RuleBook,
    RuleRow,
    Sampling,
    Scope,
    Window,
)
from runner.model.terms import size_key

NEWEST = "9999-12-31"  # an account without a purchase date takes the newest version of every rule
STANDARD = "standard"  # the variant every program has
MIDNIGHT = Reset(at="00:00", zone="UTC")
OF_THE_DAY = (Code.ORDERS_PER_DAY, Code.MODIFICATIONS_PER_DAY, Code.SYMBOL_DAILY_LOSS, Code.CONTRACTS)


@dataclass(frozen=True)
class Entry:
    """One rule as it stands in the account: its path for people, its phase, whose it is, and the built block."""

    path: str
    phase: int
    firm: int
    rule: Rule


def settle(account: Mapping[str, Any], symbols: tuple[str, ...], releases: Callable[[], Releases] = Releases) -> RuleBook:
    """The rule book of an account (its settled section, rules already built) that trades these symbols; none of them only to be read.

    releases: reads the calendar; called once, and only when some rule judges by it.
    Phases run from the account's own onwards; firm rows stand in their phase, house rows in every phase.
    Only rules of the account's variant and purchase date are taken. Raises ConfigError with everything that is wrong.
    """
    _raise(account, [*_account_problems(account), *_phase_problems(account), *_rule_problems(account), *_crowd_problems(symbols)])
    names = _chain(account["program"]["phases"], str(account["phase"]))
    facts = AccountFacts(
        initial=float(account["size"]), currency=str(account["currency"]), symbols=tuple(symbols), releases=cache(releases)
    )
    written = list(_entries(account, names))
    entries = [entry for entry in written if in_force(entry.rule, str(account["variant"]), str(account["purchased"]))]
    _raise(account, list(_size_problems(entries, facts)))
    margin = float(account["gate"]["margin_fraction"])
    rows = [row for entry in entries for row in _rows(entry, facts, margin)]
    rows = day_clock_first(facts, rows)
    empty = _empty_problems(entries, rows) if facts.symbols else ()  # without symbols, caps on single ones have nothing to write
    _raise(account, [*empty, *_book_problems(names, facts, rows)])
    logger.debug("{}: rules built = rules written = {}, {} in force, {} rows", account["name"], len(written), len(entries), len(rows))
    return RuleBook(
        initial=facts.initial,
        currency=facts.currency,
        phases=_phases(names),
        rows=tuple(rows),
        clocks=tuple(facts.clocks),
        calendars=tuple(facts.calendars),
        warnings=(
            *_undated(written, account),
            *_questions(entries),
            *_sayings(entries, facts),
            *_untradable(rows, facts),
            *_by_profit(rows),
        ),
    )


def day_clock_first(facts: AccountFacts, rows: list[RuleRow]) -> list[RuleRow]:
    """The rows with the clock of the firm's trading day as number 0, by which days are counted; midnight UTC where no rule has one.

    It is the clock of the rules that count days, else of the daily loss, else of another rule of the firm that knows days. The time
    at which a session must be flat and clocks of our own ladder never are.
    """
    days = [row for row in rows if row.firm and _knows_days(row)]
    by_rank = [*filter(_counts_days, days), *(row for row in days if row.code == Code.DAILY_LOSS), *days]
    first = facts.clocks[by_rank[0].clock] if by_rank else MIDNIGHT
    before = list(facts.clocks)
    facts.clocks[:] = [first, *(clock for clock in before if clock != first)]
    return [replace(row, clock=facts.clocks.index(before[row.clock])) if before and row.clock >= 0 else row for row in rows]


def _counts_days(row: RuleRow) -> bool:
    """Whether a rule counts days, or what they bring."""
    if row.code == Code.CONSISTENCY:
        return row.scope == Scope.DAY
    return row.code in (Code.TRADING_DAYS, Code.PROFITABLE_DAYS, Code.PROFIT_CAP)


def _knows_days(row: RuleRow) -> bool:
    """Whether a rule has a trading day at all."""
    if row.family == Family.FLOOR:
        return row.anchor not in (Anchor.INITIAL, Anchor.CLOSED_BALANCE_HIGH, Anchor.EQUITY_HIGH) or row.sampling == Sampling.AT_RESET
    return _counts_days(row) or row.code in OF_THE_DAY


def _phases(names: list[str]) -> tuple[PhaseFacts, ...]:
    """The phases in order, each knowing the one after it."""
    following = [*range(1, len(names)), NO_PHASE_END]
    return tuple(PhaseFacts(name=name, next=after) for name, after in zip(names, following, strict=True))


def _raise(account: Mapping[str, Any], problems: list[Problem]) -> None:
    """Stop with everything found so far."""
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise ConfigError(f"account {account.get('name', '')} will not run: {count}", problems)


def _crowd_problems(symbols: tuple[str, ...]) -> Iterator[Problem]:
    """More symbols than the rules of one account can tell apart."""
    if len(symbols) > MOST_SYMBOLS:
        yield Problem(path="strategy.symbols", message=f"an account trades at most {MOST_SYMBOLS} symbols, these are {len(symbols)}")


def _nearest(found: str, known: list[str]) -> str:
    """What stands nearest, and every choice, as the end of a sentence."""
    near = get_close_matches(found, known, 1)
    choices = f"choices are {', '.join(known)}"
    return f"nearest is {near[0]!r}; {choices}" if near else choices


def _house(account: Mapping[str, Any]) -> Mapping[str, Any]:
    """The house rules; an account may have none, and `null` takes one away."""
    return {name: rule for name, rule in (account.get("house") or {}).items() if rule is not None}


def _account_problems(account: Mapping[str, Any]) -> Iterator[Problem]:
    """Size, variant and purchase date."""
    if not float(account["size"]) > 0:
        yield Problem(path="account.size", message=f"expected money above 0, was {account['size']}")
    variants = _variants(account)
    if account["variant"] not in variants:
        message = f"this program has no variant {account['variant']!r}; {_nearest(str(account['variant']), variants)}"
        yield Problem(path="account.variant", message=message)
    if account["purchased"] and not is_day(str(account["purchased"])):
        message = f"expected a date in quotes such as '2026-10-01', or '' for the newest rules, was {account['purchased']!r}"
        yield Problem(path="account.purchased", message=message)


def _variants(account: Mapping[str, Any]) -> list[str]:
    """Every variant some rule of the program names, and the standard one."""
    rules = [rule for phase in account["program"]["phases"].values() for rule in phase["rules"].values()]
    return sorted({STANDARD}.union(*(rule.variants for rule in rules if isinstance(rule, Rule))))


def _phase_problems(account: Mapping[str, Any]) -> Iterator[Problem]:
    """The account's own phase, where each phase leads, and phases without a rule."""
    phases = account["program"]["phases"]
    if not phases:
        yield Problem(path="account.program.phases", message="expected at least one phase, there is none")
        return
    if account["phase"] not in phases:
        message = f"this program has no phase {account['phase']!r}; {_nearest(str(account['phase']), list(phases))}"
        yield Problem(path="account.phase", message=message)
    for name, phase in phases.items():
        path = f"account.program.phases.{name}"
        if not phase["rules"]:
            yield Problem(path=f"{path}.rules", message="this phase has no rules; write no_limit where that is meant")
        if phase["next"] is not None and phase["next"] not in phases:
            yield Problem(path=f"{path}.next", message=f"there is no phase {phase['next']!r}; {_nearest(str(phase['next']), list(phases))}")
        elif name in _chain(phases, name)[1:]:
            yield Problem(path=f"{path}.next", message=f"{' → '.join(_chain(phases, name))} goes round in circles")


def _chain(phases: Mapping[str, Any], first: str) -> list[str]:
    """Phase names from `first` onwards; where they come back to an earlier one it is named twice, at the end."""
    names = [first]
    while (following := phases[names[-1]]["next"]) in phases:
        names.append(following)
        if following in names[:-1]:
            break
    return names


def _rule_problems(account: Mapping[str, Any]) -> Iterator[Problem]:
    """Entries that were not built: what is written must guard."""
    groups = {f"account.program.phases.{name}.rules": phase["rules"] for name, phase in account["program"]["phases"].items()}
    for path, rules in {**groups, "account.house": _house(account)}.items():
        for name, rule in rules.items():
            if not isinstance(rule, Rule):
                yield Problem(path=f"{path}.{name}", message=f"no rule was built here, so nothing would be guarded; found {rule!r}")


def _entries(account: Mapping[str, Any], names: list[str]) -> Iterator[Entry]:
    """Every rule of the phases ahead, the house's repeated in each."""
    for number, name in enumerate(names):
        for key, rule in account["program"]["phases"][name]["rules"].items():
            yield Entry(f"program.phases.{name}.rules.{key}", number, 1, rule)
        for key, rule in _house(account).items():
            yield Entry(f"house.{key}", number, 0, rule)


def in_force(rule: Rule, variant: str, purchased: str) -> bool:
    """Whether a rule holds for this variant and purchase date."""
    bought = (rule.purchased_from or "") <= (purchased or NEWEST) <= (rule.purchased_until or NEWEST)
    return bought and (not rule.variants or variant in rule.variants)


def _size_problems(entries: list[Entry], facts: AccountFacts) -> Iterator[Problem]:
    """A size for which a table by size has no number; the sizes every table has are named."""
    tables = [set(table) for entry in entries for name, table in entry.rule if name.endswith("by_size") and table is not None]
    sizes = set.intersection(*tables) if tables else set()
    if tables and size_key(facts.initial) not in sizes:
        known = ", ".join(sorted(sizes, key=int)) or "none that all its rules know"
        yield Problem(path="account.size", message=f"this program is not sold at {size_key(facts.initial)}; its sizes are {known}")


def _rows(entry: Entry, facts: AccountFacts, margin: float) -> Iterator[RuleRow]:
    """The rows of one rule, with their place in the account."""
    for row in entry.rule.rows(facts):
        key = f"{entry.path}.{row.key}" if row.key else entry.path
        yield replace(row, key=key, phase=entry.phase, firm=entry.firm, margin=row.margin if row.code == Code.PAYOUT else margin)


def _empty_problems(entries: list[Entry], rows: list[RuleRow]) -> Iterator[Problem]:
    """Rules that wrote no row though they are not the empty one."""
    for entry in entries:
        wrote = any(row.phase == entry.phase and f"{row.key}.".startswith(f"{entry.path}.") for row in rows)
        if not wrote and not entry.rule.null:
            yield Problem(
                path=f"account.{entry.path}", message="this rule wrote nothing and would guard nothing; write no_limit where that is meant"
            )


def _book_problems(names: list[str], facts: AccountFacts, rows: list[RuleRow]) -> Iterator[Problem]:
    """What the machine has no room for, days counted by two clocks, and rules without the one they refer to."""
    if len(facts.clocks) > MAX_CLOCKS:
        yield Problem(path="account", message=f"at most {MAX_CLOCKS} different reset clocks, found {len(facts.clocks)}")
    yield from _two_days(facts, [row for row in rows if _counts_days(row)])
    for number, name in enumerate(names):
        here = [row for row in rows if row.phase == number]
        floors = [row for row in here if row.family == Family.FLOOR]
        if len(floors) > MAX_FLOORS:
            yield Problem(path=f"account.program.phases.{name}", message=f"at most {MAX_FLOORS} floors in a phase, found {len(floors)}")
        yield from _lonely(here)


def _two_days(facts: AccountFacts, counters: list[RuleRow]) -> Iterator[Problem]:
    """Rules that count days from another reset than the first of them does."""
    for row in counters:
        if row.clock != counters[0].clock:
            ours, first = facts.clocks[row.clock], facts.clocks[counters[0].clock]
            message = f"days are counted from one reset: {ours.at} {ours.zone} here, {first.at} {first.zone} in {counters[0].key}"
            yield Problem(path=f"account.{row.key}.reset", message=message)


def _lonely(here: list[RuleRow]) -> Iterator[Problem]:
    """Rules of one phase that refer to a target or to payouts that are not there."""
    codes = {row.code for row in here}
    for row in here:
        if row.window == Window.PAYOUT_CYCLE and Code.PAYOUT not in codes:
            yield Problem(path=f"account.{row.key}.per", message="a payout_cycle needs a payout in the same phase")
        if row.code == Code.CONSISTENCY and row.denominator == DayResult.PHASE_TARGET and Code.PROFIT_TARGET not in codes:
            message = "a share of phase_target needs a profit_target in the same phase; total_net needs none"
            yield Problem(path=f"account.{row.key}.share_of", message=message)


def _questions(entries: list[Entry]) -> list[str]:
    """What is in conflict and which reading is used, each question once, where it comes up first."""
    first = {entry.rule.question: entry for entry in reversed(entries) if entry.rule.confidence == "?"}
    return [f"{e.path}: ask the firm: {e.rule.question} Used here: {e.rule.reading}." for e in reversed(first.values())]


def _sayings(entries: list[Entry], facts: AccountFacts) -> list[str]:
    """What rules say that no machine can keep to, each sentence once, where it comes up first."""
    first = {said: entry.path for entry in reversed(entries) for said in entry.rule.warnings(facts)}
    return [f"{path}: {said}" for said, path in reversed(first.items())]


def _undated(written: list[Entry], account: Mapping[str, Any]) -> list[str]:
    """Rules of the firm of which every version begins after the day of purchase: what held then is not known."""
    day, variant = str(account["purchased"]), str(account["variant"])
    groups: dict[tuple[int, type[Rule]], list[Entry]] = {}
    for entry in written:
        if day and entry.firm and (not entry.rule.variants or variant in entry.rule.variants):
            groups.setdefault((entry.phase, type(entry.rule)), []).append(entry)
    firsts = {group[0].path: min(entry.rule.purchased_from for entry in group) for group in groups.values()}
    said = "no version of this rule is known for an account purchased on"
    return [f"{path}: {said} {day}, the first begins on {first}; nothing guards it" for path, first in firsts.items() if first > day]


def _by_profit(rows: list[RuleRow]) -> list[str]:
    """Floors that a profit which is not taken would break: the gate takes it, which a strategy that lets profits run should know."""
    said = "this floor rises with open profit and the balance is held against it: the gate closes a position whose profit comes near"
    return [f"{row.key}: {said} (account.gate.give_back_multiple)" for row in rows if row.broken_by_profit]


def _untradable(rows: list[RuleRow], facts: AccountFacts) -> list[str]:
    """Symbols of the strategies that a rule forbids altogether, each once."""
    lists = [row for row in reversed(rows) if row.code == Code.INSTRUMENTS]
    first = {symbol: row.key for number, symbol in enumerate(facts.symbols) for row in lists if not row.members >> number & 1}
    return [f"{key}: {symbol} may not be traded on this account; every plan on it will be refused" for symbol, key in first.items()]
