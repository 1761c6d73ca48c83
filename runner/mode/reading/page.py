"""The page of an account's rules: who, resets, phases in order, house rules, what to ask the firm."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from runner.mode.explaining.wording import BOLD, DIM, WIDTH, Line, Section
from runner.mode.reading.resets import lines, named
from runner.mode.reading.sentences import money, sentence
from runner.model.block import Rule
from runner.model.bot import Account
from runner.model.rules import AccountFacts, RuleRow
from runner.report.words import short
from runner.rulebook import in_force

ANY_SYMBOL = "any other symbol"


def page(account: Account, now_ms: int, zone: tzinfo | None) -> tuple[list[Line], list[Section]]:
    """Head and sections. now_ms: from when on resets are told, UTC. zone: the reader's; None = this computer's."""
    return list(head(account)), [*resets(account, now_ms, zone), *phases(account), *house(account), *questions(account)]


def head(account: Account) -> Iterator[Line]:
    """Whose rules, for how much money, of which day."""
    bought = f"purchased {account.purchased}" if account.purchased else "newest rules"
    yield Line(f"{account.name}: {account.firm} {account.program}, {account.variant}, {bought}", BOLD)
    yield Line(f"initial balance {money(account.size)} {account.currency}; phases: {' → '.join(p.name for p in account.book.phases)}")


def resets(account: Account, now_ms: int, zone: tzinfo | None) -> Iterator[Section]:
    """Each clock with its next resets."""
    told = [Line(text) for clock in account.book.clocks for text in (named(clock), *(f"  {line}" for line in lines(clock, now_ms, zone)))]
    yield "Clocks", told


def phases(account: Account) -> Iterator[Section]:
    """The firm's rules, phase by phase; rules that say the same as in an earlier phase are only named."""
    before: dict[tuple[str, tuple[str, ...]], str] = {}
    for number, phase in enumerate(account.book.phases):
        start = f"program.phases.{phase.name}.rules."
        blocks = list(rules(account, number, start))
        same: dict[str, list[str]] = {}
        for name, said, _from in blocks:
            if (name, said) in before:
                same.setdefault(before[name, said], []).append(name)
        fresh = [block for block in blocks if (block[0], block[1]) not in before]
        before |= {(name, said): phase.name for name, said, _from in fresh}
        told = [line for block in fresh for line in written_out(*block)]
        repeated = [line for earlier, names in same.items() for line in wrapped(f"as in {earlier}: {', '.join(names)}", 0)]
        yield f"{phase.name}{' (now)' if number == 0 else ''}", [*told, *repeated]


def house(account: Account) -> Iterator[Section]:
    """Our own rules, once: they are the same in every phase."""
    told = [line for block in rules(account, 0, "house.") for line in written_out(*block)]
    if told:
        yield "Our own rules, in every phase", told


def rules(account: Account, phase: int, start: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Every rule in force under the path `start`: its name, its sentences, and where the number was read."""
    facts = AccountFacts(initial=account.size, currency=account.currency, symbols=())
    for path, rule in account.rules.items():
        if not path.startswith(start):
            continue
        rows = [row for row in account.book.rows if row.phase == phase and (row.key == path or row.key.startswith(f"{path}."))]
        said = [*told(rows, path, account), *(spoken(rule, facts, path, account) if not rows else ())]
        if said:
            yield path.removeprefix(start), (*dict.fromkeys(said), *named_symbols(rule)), origin(rule)


def spoken(rule: Rule, facts: AccountFacts, path: str, account: Account) -> Iterator[str]:
    """What a rule without rows says: its warnings, or, where rows need a symbol, the one it would write for any."""
    if not in_force(rule, account.variant, account.purchased):
        return
    if rule.null:
        yield from rule.warnings(facts)
        return
    anyone = AccountFacts(initial=facts.initial, currency=facts.currency, symbols=(ANY_SYMBOL,))
    yield from told([replace(row, key=path) for row in rule.rows(anyone)], path, account)


def named_symbols(rule: Rule) -> Iterator[str]:
    """Which symbols a rule names, in words."""
    words = {
        "quotes": "quoted in {}",
        "allow": "only {}",
        "deny": "never {}",
        "symbols": "{}",
        "except_symbols": "every symbol but {}",
        "by_symbol": "by symbol instead: {}",
    }
    for name, text in words.items():
        listed = getattr(rule, name, None)
        if listed:
            names = [f"{key} {value:g}" for key, value in listed.items()] if isinstance(listed, dict) else listed
            yield text.format(", ".join(names))


def written_out(name: str, said: tuple[str, ...], source: str) -> Iterator[Line]:
    """A rule's lines: its name, its sentences below, its source."""
    yield Line(name, BOLD)
    yield from (line for text in said for line in wrapped(text, 2))
    if source:
        yield Line(f"  {source}", DIM)


def wrapped(text: str, indent: int) -> list[Line]:
    """A sentence on lines of at most 80 columns."""
    room = WIDTH - 2
    return [Line(line) for line in textwrap.wrap(text, room, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))]


def told(rows: Sequence[RuleRow], path: str, account: Account) -> Iterator[str]:
    """The rows' sentences, behind the names of the rows where a rule has several; what several say is said once."""
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(sentence(row, account.book), []).append(row.key.removeprefix(path).lstrip("."))
    for said, own in names.items():
        name = ", ".join(filter(None, own))
        yield f"{name}: {said}" if name else said


def origin(rule: Rule) -> str:
    """Where the number comes from and how sure it is; our own rules come from nowhere."""
    sure = {"A": "sure", "B": "older or secondary", "?": "open conflict"}
    return f"{rule.source}, read {rule.read_on}, {sure.get(rule.confidence, 'not rated')}" if rule.source else ""


def questions(account: Account) -> Iterator[Section]:
    """What is to be asked before trading."""
    if account.book.warnings:
        yield "Before you trade", [line for warning in account.book.warnings for line in wrapped(shortened(warning), 0)]


def shortened(warning: str) -> str:
    """A warning behind its rule's short name."""
    path, colon, said = warning.partition(": ")
    return f"{short(path)}{colon}{said}"
