"""The text of a new account: a shipped one of the same program and variant, with size, currency, variant and date of your own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runner.compose.document import read
from runner.menu import Menu, shipped
from runner.mode.making.strategy import Pair, aligned, flow

PROGRAM = re.compile(r"^(?:override )?/firm@program$")
PLAIN, BASE = "standard", "own_money"  # the variant of a program that has none, and the account for a firm of your own


@dataclass(frozen=True, kw_only=True)
class Known:
    """A shipped account as its files have it, those it is built on included."""

    name: str
    firm: str
    values: Mapping[str, Any]


def account(name: str, base: Known, program: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """YAML of an account `name` on top of `base`. given: firm, size, currency, variant and purchased, settled."""
    phases = list(program["phases"])
    other = (
        [] if given["firm"] == base.firm else [(f"  - override /firm@program: {given['firm']}", "phases, rules, sources, dated versions")]
    )
    entries = [(f"  - {base.name}", "venue, house rules and gate as shipped; what stands below wins"), *other]
    variants = " or ".join(variants_of(program))
    phase = base.values["phase"] if base.values["phase"] in phases else phases[0]
    purchase = "date of purchase in quotes; selects the version of the rules; '' = the newest"
    purchase = (
        purchase if given["purchased"] else "fill in the date of purchase, in quotes: it selects the version of the rules; '' = the newest"
    )
    values: list[Pair] = [
        (f"name: {name}", "what reports call it"),
        (f"size: {size(given['size'])}", "initial balance, the base of every fraction"),
        (f"currency: {given['currency']}", "of the account"),
        (f"phase: {phase}", f"where it stands now: {', '.join(phases)}"),
        (f"variant: {given['variant']}", f"which one was bought: {variants}"),
        (f"purchased: {flow(given['purchased'])}", purchase),
        ("house:", "ours, in every phase; ~account.house.risk takes one away"),
        ("  risk:", ""),
        (f"    amount_fraction: {base.values['house']['risk']['amount_fraction']}", "most that one position may lose at its stop"),
        (f"secrets: {{{secrets(name, base)}}}", "names of environment variables, never values"),
        *runs(base),
    ]
    head = f"# {name}: {given['firm']}, {given['variant']}, {given['size']:,.10g} {given['currency']}"
    return "\n".join([head, "defaults:", *aligned(entries), "  - _self_", *aligned(values), ""])


def runs(base: Known) -> list[Pair]:
    """What is started besides the shipped account's own runs, which are named; nothing where it has none."""
    trading = ", ".join(base.values.get("runs") or ())
    if not trading:
        return []
    guard: list[Pair] = [("  guard: {job: guard}", "watches what is open, also when the bot is dead")]
    return [
        ("runs:", f"what is started besides {trading}: runner mode=schedule tells when"),
        *(guard if {"key", "secret"} <= set(base.values["secrets"]) else []),
        ("  daily: {job: report, every: reset, offset: 5m}", "the page of each day, after the firm's reset"),
        ("  weekly: {job: review, schedule: {cron: '0 9 * * SUN', zone: UTC}}", "and of each week"),
    ]


def size(value: float) -> str:
    """An amount without a needless point."""
    return flow(int(value) if float(value).is_integer() else value)


def secrets(name: str, base: Known) -> str:
    """The shipped account's secrets by names of this account's own."""
    return ", ".join(f"{key}: {variable(name)}_{key.upper()}" for key in base.values["secrets"])


def variable(name: str) -> str:
    """The beginning of an environment variable's name."""
    return re.sub(r"\W", "_", name).upper()[:30]


def shipped_accounts() -> list[Known]:
    """The accounts that ship, those with the shortest name first."""
    names = sorted((file.stem for file in shipped("accounts").glob("*.yaml")), key=lambda name: (len(name), name))
    return [known(name) for name in names]


def known(name: str) -> Known:
    """An account with what the ones it is built on say; its own words win."""
    data = read(shipped("accounts") / f"{name}.yaml").data
    firm, values = "", {}
    for entry in data.get("defaults", []):
        if isinstance(entry, str) and entry != "_self_":
            below = known(entry)
            firm, values = below.firm, dict(below.values)
        elif isinstance(entry, Mapping):
            firm = next((str(choice) for key, choice in entry.items() if PROGRAM.match(key)), firm)
    return Known(name=name, firm=firm, values=merged(values, {key: value for key, value in data.items() if key != "defaults"}))


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two mappings as Hydra would merge them."""
    both = {
        key: merged(below[key], value) if isinstance(value, Mapping) and isinstance(below.get(key), Mapping) else value
        for key, value in above.items()
    }
    return {**below, **both}


def base_for(firm: str, variant: str) -> Known:
    """The shipped account to build on: same program and variant, else same program, else same firm, else your own money."""
    accounts = [each for each in shipped_accounts() if each.values.get("house")]
    same = [each for each in accounts if each.firm == firm]
    related = [each for each in accounts if "/" in firm and each.firm.partition("/")[0] == firm.partition("/")[0]]
    return next((each for each in same if each.values["variant"] == variant), next(iter([*same, *related]), known(BASE)))


def program_of(firm: str, menu: Menu) -> Mapping[str, Any]:
    """The program's file as data."""
    file = menu.find(f"firm/{firm}")
    return read(file).data if file is not None else {}


def rules_of(program: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every rule of every phase of a program."""
    phases = program.get("phases", {}).values()
    return [rule for phase in phases for rule in phase.get("rules", {}).values() if isinstance(rule, Mapping)]


def dated(program: Mapping[str, Any]) -> bool:
    """Whether a program's rules depend on the date of purchase."""
    return any(rule.get("purchased_from") or rule.get("purchased_until") for rule in rules_of(program))


def variants_of(program: Mapping[str, Any]) -> list[str]:
    """The variants a program is sold in: the standard one and those its rules name."""
    return list(dict.fromkeys([PLAIN, *(variant for rule in rules_of(program) for variant in rule.get("variants", []))]))


def sizes_of(program: Mapping[str, Any]) -> list[float]:
    """The sizes a program is sold at: those that every table by size of its rules has, smallest first; none where any size goes."""
    tables = [{float(size) for size in table} for rule in rules_of(program) for name, table in rule.items() if name.endswith("by_size")]
    return sorted(set.intersection(*tables)) if tables else []


def symbols_of(program: Mapping[str, Any]) -> str:
    """What to type where a strategy's own symbols are forbidden: the first that a rule allows; '' where none lists any."""
    lists = [rule["allow"] for rule in rules_of(program) if rule.get("allow")]
    return f"strategy.symbols=[{lists[0][0]}]" if lists else ""
