"""Everything that is wrong with a configuration at once, and the built parts of one that is right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from keyword import iskeyword
from typing import Any

from pydantic import BaseModel

from runner.check import combinations
from runner.check.assemble import MISSING, Assembler, plain
from runner.check.known import Known
from runner.compose import Composition
from runner.compose.document import Keys
from runner.compose.overrides import COMMAND
from runner.menu import shipped
from runner.model.block import Block, Source
from runner.model.errors import ConfigError, Problem
from runner.model.market import Releases
from runner.model.rules import RuleBook
from runner.model.settings import AccountSection, PortfolioSection, StrategySection
from runner.trust import open_home, trusted
from runner.words import listed, nearest, shown

SECTIONS = ("strategy", "portfolio", "account", "source", "instrument", "mode")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A configuration that will run. `strategies` by name; `mode` is its module's name and `options` its checked section.

    notes: what could not be checked, as sentences. words: what was typed.
    """

    account: AccountSection
    strategies: Mapping[str, StrategySection]
    portfolio: str
    source: Block
    mode: str
    options: Mapping[str, Any]
    book: RuleBook
    settings: Mapping[str, Any]
    blocks: int
    rules_built: int
    rules_written: int
    notes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckedErrand:
    """A configuration of a mode that runs no bot; the fields mean what they mean in `Checked`.

    account, book: where the mode may look at an account (`ACCOUNT`) and one was chosen. words: what was typed.
    """

    source: Block
    mode: str
    options: Mapping[str, Any]
    settings: Mapping[str, Any]
    account: AccountSection | None = None
    book: RuleBook | None = None
    words: tuple[str, ...] = ()


@dataclass
class _Parts:
    """Sections as they are built; None where something is wrong with them."""

    account: AccountSection | None = None
    strategies: dict[str, StrategySection | None] = field(default_factory=dict)
    source: Block | None = None
    options: Mapping[str, Any] | None = None
    mode: str = ""
    words: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What a check found: the built parts or the problems, and the paths that nothing knows."""

    checked: Checked | CheckedErrand | None
    problems: tuple[Problem, ...]
    unknown: frozenset[str]


def check(composed: Composition) -> Checked | CheckedErrand:
    """Build every part of a composed job. ConfigError lists everything that is wrong; nothing is read, sent or left behind."""
    examined = examine(composed)
    if examined.checked is None:
        raise refusal(examined.problems)
    return examined.checked


def examine(composed: Composition, known: Known | None = None) -> Examined:
    """Build every part of a composed job, and keep whatever is wrong. `known`: parts that jobs before it had in common with it."""
    if not composed.data:
        return Examined(checked=None, problems=composed.problems, unknown=frozenset())
    open_home(composed.trace.menu.home)
    known = known or Known()
    work = Assembler(composed.trace, trusted(composed.trace.menu.home), problems=list(composed.problems))
    data = _named(composed)
    parts = _Parts(mode=_mode_name(data, composed, work), words=composed.words)
    errand = is_errand(parts.mode)
    _unknown_sections(data, parts.mode if errand else "", work)
    if not errand:
        _work(data, parts, work)
    if (takes_account(parts.mode) and not _absent(data.get("account"))) or (not errand and _present(data, "account", work)):
        account = (known.content(composed.data["account"]), composed.choices.get("account", ""))
        parts.account = known.built("account", account, work, lambda: work.section(AccountSection, data["account"], ("account",)))
    if _present(data, "source", work):
        source = (known.content(composed.data["source"]),)
        parts.source = known.built("source", source, work, lambda: work.block(Source, data["source"], ("source",)))
    _specifications(data.get("instrument"), work)
    parts.options = _options(data.get("mode"), parts.mode, work)
    for section, value in data.items():
        known.built("misread", (composed.data[section], section), work, partial(work.misreadings, value, (section,)))
    book = _book(parts, work, known)
    if errand:
        return Examined(checked=_checked_errand(parts, work, book), problems=tuple(work.problems), unknown=frozenset(work.unknown))
    portfolio, sound = not _absent(data.get("portfolio")), not work.problems
    for found in combinations.problems(parts.account, parts.strategies, book, portfolio=portfolio, sound=sound):
        if isinstance(found, combinations.Note):
            parts.notes.append(f"{found.path}: {found.message}")
        else:
            work.report(_keys(found.path), found.message)
    checked = None if work.problems else _checked(parts, work, book, data, known)
    return Examined(checked=checked, problems=tuple(work.problems), unknown=frozenset(work.unknown))


def refusal(problems: Sequence[Problem]) -> ConfigError:
    """The problems of one job under a title that names the user's file all of them stand in, if there is one."""
    files = {re.sub(r":\d+$", "", problem.where) for problem in problems}
    one = files.pop() if len(files) == 1 else ""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    theirs = one not in ("", COMMAND) and not one.endswith("(shipped)")
    return ConfigError(f"{one if theirs else 'this command'} will not run: {count}", problems)


@cache
def modes() -> list[str]:
    """The modes that ship, as they are typed."""
    return sorted(file.stem.replace("_", "-") for file in (shipped("conf") / "mode").glob("*.yaml"))


def mode_module(mode: str) -> Any:
    """The module of a mode that `modes()` lists; one named like a word of Python (`import`) has an underscore behind it."""
    return import_module(f"runner.mode.{mode.replace('-', '_')}{'_' if iskeyword(mode) else ''}")


def is_errand(mode: str) -> bool:
    """Whether a mode runs no bot: it needs neither a strategy nor an account."""
    return mode in modes() and bool(getattr(mode_module(mode), "ERRAND", False))


def sweepable(mode: str) -> bool:
    """Whether a mode may run as one of several jobs: not one that trades, or runs until it is stopped."""
    return bool(getattr(mode_module(mode), "SWEEPS", True))


def no_sweep(mode: str) -> Problem:
    """Why such a mode is no job of a sweep."""
    if getattr(mode_module(mode), "TRIALS", False):
        return Problem(path="mode", message=f"mode={mode} is a study, swept values are its trials; leave out -m", where=COMMAND)
    return Problem(path="mode", message=f"mode={mode} is no job of a sweep; start it once for each account, without -m", where=COMMAND)


def takes_account(mode: str) -> bool:
    """Whether an errand looks at an account when one is chosen."""
    return is_errand(mode) and bool(getattr(mode_module(mode), "ACCOUNT", False))


def bare(mode: str) -> dict[str, str]:
    """How each option of an errand is typed without `mode.` → its field.

    `BARE` of the options names those that are typed otherwise than their field is called, because that word is taken; of a mode that
    runs a bot, the only ones that are typed so.
    """
    options = mode_module(mode).Options
    taken: Mapping[str, str] = getattr(options, "BARE", {})
    if not is_errand(mode):
        return dict(taken)
    words = {field: word for word, field in taken.items()}
    return {words.get(name, name): name for name in options.model_fields}


def _keys(path: str) -> Keys:
    return tuple(path.split("."))


def _named(composed: Composition) -> dict[str, Any]:
    """The data with the names that choices give: of the strategy, the portfolio's strategies and the account."""
    data = {key: dict(value) if isinstance(value, Mapping) else value for key, value in composed.data.items()}
    for section in ("strategy", "portfolio", "account"):
        choice = composed.choices.get(section)
        if isinstance(data.get(section), dict) and choice:
            data[section].setdefault("name", choice.rpartition("/")[2])
    portfolio = data.get("portfolio")
    if isinstance(portfolio, dict) and isinstance(portfolio.get("strategies"), Mapping):
        named = {k: {**v, "name": k} if isinstance(v, Mapping) else v for k, v in portfolio["strategies"].items()}
        data["portfolio"] = {**portfolio, "strategies": named}
    return data


def _mode_name(data: Mapping[str, Any], composed: Composition, work: Assembler) -> str:
    """The mode asked for; where there is no such mode, the choice's own name serves to check the options."""
    mode, choice = data.get("mode"), composed.choices.get("mode", "").replace("_", "-")
    given = mode.get("name") if isinstance(mode, Mapping) else None
    name = given.replace("_", "-") if isinstance(given, str) else choice if given is None else ""
    if isinstance(mode, Mapping) and name not in modes():
        found = f"there is no mode {shown(given)}"
        work.report(("mode", "name"), found + nearest(name, modes(), also="there are"))
        return choice if choice in modes() else ""
    return name


def _unknown_sections(data: Mapping[str, Any], errand: str, work: Assembler) -> None:
    """Words that are no section; beside an errand, whose options are typed like sections, those are named."""
    options = list(bare(errand)) if errand else []
    for key in data:
        if key not in SECTIONS:
            work.unknown.add(key)
            message = f"there is no section {key!r}{nearest(key, SECTIONS, also='there are')}"
            if errand:
                message = f"mode={errand} has no {key!r}{nearest(key, options)}; it has {listed(options)}"
            work.report((key,), message)


def _absent(value: Any) -> bool:
    return value is None or value == MISSING


def _present(data: Mapping[str, Any], key: str, work: Assembler) -> bool:
    """Whether a section was chosen; when not, the choices are a problem (unless the choice itself already was one)."""
    if not _absent(data.get(key)):
        return True
    choices = work.trace.menu.choices(key)
    article = "an" if key[0] in "aeiou" else "a"
    work.report(
        (key,), f"expected {article} {key}, is missing; type {'+' if key == 'account' else ''}{key}=… ({listed(choices)})", "command line"
    )
    return False


def _work(data: Mapping[str, Any], parts: _Parts, work: Assembler) -> None:
    """The strategy, or the portfolio's strategies."""
    strategy, portfolio = data.get("strategy"), data.get("portfolio")
    if not _absent(strategy) and not _absent(portfolio):
        work.report(("portfolio",), "expected a strategy or a portfolio, was both; leave one out", "command line")
    if not _absent(portfolio):
        built = work.section(PortfolioSection, portfolio, ("portfolio",))
        parts.strategies = dict(built.strategies) if built is not None else {"": None}
        return
    if _absent(strategy) and ("portfolio",) in work.trace.holes:
        parts.strategies = {"": None}  # one was chosen that is none, which has been said
        return
    if _absent(strategy):
        choices = listed(work.trace.menu.choices("strategy"))
        work.report(("strategy",), f"expected a strategy, is missing; type +strategy=… ({choices}) or +portfolio=…", "command line")
        return
    built = work.section(StrategySection, strategy, ("strategy",))
    parts.strategies = {built.name if built is not None else "": built}


def _options(mode: Any, name: str, work: Assembler) -> Mapping[str, Any] | None:
    """The mode's section held against the mode's own options."""
    if not isinstance(mode, Mapping):
        work.report(("mode",), f"expected a mode, is missing; type mode=… ({listed(modes())})", "command line")
        return None
    if not name:
        return None
    options: type[BaseModel] | None = getattr(mode_module(name), "Options", None)
    given = {key: value for key, value in mode.items() if key != "name"}
    for key in getattr(options, "TYPED", ()):
        if given.get(key) and f"mode.{key}" not in work.trace.values:
            work.report(("mode", key), f"is typed on the command line each time, {key}={given[key]}; written in a file it means nothing")
    if options is None:
        for key in given:
            work.report(("mode", key), f"mode {name} has no options; found {key!r}")
        return {}
    built = work.node(options, given, ("mode",))
    return None if built is None else dict(plain(built))


def _specifications(instruments: Any, work: Assembler) -> None:
    """Symbols' own fields, unless the source refers to them and has checked them already."""
    if ("instrument",) in work.trace.references.values() or not instruments:
        return
    from runner.bars.specification import Specification

    if not isinstance(instruments, Mapping):
        work.report(("instrument",), f"expected a mapping of symbols, was {shown(instruments)}")
        return
    for symbol, fields in instruments.items():
        work.section(Specification, fields, ("instrument", symbol))


def _book(parts: _Parts, work: Assembler, known: Known) -> RuleBook | None:
    """The rule book of a sound account and sound strategies; what it refuses are problems like any other."""
    if parts.account is None or not (parts.strategies or is_errand(parts.mode)) or any(s is None for s in parts.strategies.values()):
        return None
    from runner.rulebook import settle

    account, source = parts.account, parts.source
    symbols = tuple(dict.fromkeys(symbol for s in parts.strategies.values() if s is not None for symbol in s.symbols))
    releases = source.releases if isinstance(source, Source) else Releases
    try:
        return known.once("book", (account, source, symbols), lambda: settle(_sections(account), symbols, releases))
    except ConfigError as error:
        for problem in error.problems:
            work.report(_keys(problem.path), problem.message, problem.where)
    return None


def _sections(value: Any) -> Any:
    """A section as plain mappings whose leaves are values and built blocks."""
    if isinstance(value, BaseModel) and not isinstance(value, Block):
        return {name: _sections(getattr(value, name)) for name in type(value).model_fields}
    return {key: _sections(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _checked_errand(parts: _Parts, work: Assembler, book: RuleBook | None) -> CheckedErrand | None:
    """An errand's parts; None where one of them has a problem."""
    if work.problems or parts.source is None or parts.options is None:
        return None
    settings = {"source": plain(parts.source), "mode": {"name": parts.mode, **parts.options}}
    return CheckedErrand(
        source=parts.source,
        mode=parts.mode,
        options=parts.options,
        settings=settings,
        account=parts.account,
        book=book,
        words=parts.words,
    )


def _checked(parts: _Parts, work: Assembler, book: RuleBook | None, data: Mapping[str, Any], known: Known) -> Checked:
    if parts.account is None or parts.source is None or book is None or parts.options is None:
        raise RuntimeError("a part is missing though no problem was found")
    strategies = {name: strategy for name, strategy in parts.strategies.items() if strategy is not None}
    portfolio = "" if _absent(data.get("portfolio")) else str(data["portfolio"]["name"])
    what: dict[str, Any] = {"portfolio": {"name": portfolio, "strategies": plain(strategies)}} if portfolio else {}
    what = what or {"strategy": plain(next(iter(strategies.values())))}
    account, source = (known.once("plain", (part,), partial(plain, part)) for part in (parts.account, parts.source))
    settings = {**what, "account": account, "source": source, "mode": {"name": parts.mode, **parts.options}}
    return Checked(
        account=parts.account,
        strategies=strategies,
        portfolio=portfolio,
        source=parts.source,
        mode=parts.mode,
        options=parts.options,
        book=book,
        settings=settings,
        blocks=work.blocks,
        rules_built=work.rules_built,
        rules_written=work.rules_written,
        notes=tuple(parts.notes),
        words=parts.words,
    )
