"""Doctor: what this host and its accounts need in order to trade, one line a check, and what to do. It changes nothing.

Exit statuses:

0  all is well
1  warnings: a bot would run, somebody should know
2  a problem in the configuration, the keys or the environment, a damaged journal: a bot would be refused
3  the venue does not let us trade, or cannot be reached
4  the journal, the state folder or the disk cannot be written
5  a position has no stop
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from runner.build import build
from runner.compose import compose
from runner.doctor.account import Place
from runner.doctor.finding import Check, Finding, Grade, made, status
from runner.doctor.host import Host
from runner.doctor.practice import practice
from runner.doctor.venue import VenueSeen
from runner.live import gone
from runner.live.clock import WallClock
from runner.live.desk import Speaking, desk_of
from runner.live.gone import Gone
from runner.menu import Menu, shipped
from runner.mode.accounts.files import unread
from runner.mode.accounts.looked import Look
from runner.mode.accounts.twins import shared
from runner.mode.trading.options import address
from runner.model.bot import Account, Bot, Errand
from runner.model.errors import ConfigError, Problem
from runner.words import counted

ERRAND = True
ACCOUNT = True
ILL = True
LEAVES_FILES = False
SWEEPS = False


class Options(BaseModel):
    """What `mode.…` may say of a look at everything."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    venue: bool = Field(True, description="false: ask no venue, so that it works offline")
    host: bool = Field(True, description="false: the accounts alone")
    journal: str = Field(
        "", description="'' = journal.db in each account's state folder; a postgresql:// URL, or the environment variable that holds it"
    )
    form: Literal["lines", "json"] = Field("lines", description="lines for people, or one JSON object")


@dataclass(frozen=True, kw_only=True)
class Patient:
    """An account with what its runs trade, and what is wrong with its configuration; None where it cannot be built."""

    name: str
    account: Account | None
    bots: Mapping[str, Bot]
    problems: tuple[Problem, ...]


def run(errand: Errand) -> int:
    """Look at everything and tell; the statuses are the module's. RunnerError for options that are wrong."""
    options, menu, clock = Options(**errand.options), Menu(errand.home), WallClock()
    everything: list[Finding] = []
    told: dict[str, list[dict[str, str]]] = {}

    def tell(title: str, findings: Iterable[Finding]) -> None:
        rows = told.setdefault(title, [])
        if options.form == "lines":
            print(title)
        for finding in findings:
            everything.append(finding)
            rows.append(finding.record())
            if options.form == "lines":
                print(line(finding), flush=True)

    if options.host:
        tell("this host", made(Host(home=errand.home, clock=clock).checks()))
    newest, twins, known = versions(), dict[str, str](), set[str]()
    for patient in patients(menu, errand):
        known.add(patient.name)
        tell(f"account {patient.name}", looked_at(patient, options, errand.home, newest, twins))
    for left in () if errand.account is not None else gone.gone(errand.home, known):
        tell(f"account {left.account}", made([Check("configuration", partial(lost, left))]))
    if options.form == "json":
        print(json.dumps({"status": status(everything), "findings": told}, ensure_ascii=False))
    else:
        print(summary(everything))
    return status(everything)


def line(finding: Finding) -> str:
    """A finding as it is printed."""
    advice = f" → {finding.advice}" if finding.advice else ""
    return f"  {finding.grade.word:<7}  {finding.check:<13}  {finding.found}{advice}"


def summary(findings: Sequence[Finding]) -> str:
    """The last line."""
    count = {grade: sum(each.grade is grade for each in findings) for grade in Grade}
    return f"{counted(count[Grade.PROBLEM])}, {counted(count[Grade.WARNING], 'warning')}, {count[Grade.OK]} ok"


def patients(menu: Menu, errand: Errand) -> Iterator[Patient]:
    """The account that was chosen, or every account of the user's folder; a folder without any gives none."""
    look = Look(menu, errand)
    chosen = list(look.typed) or look.choices
    if not look.typed:
        yield from (Patient(name=each.where, account=None, bots={}, problems=(each,)) for each in unread(menu))
    for choice in chosen:
        before, known = len(look.problems), len(look.found)
        look.at(choice)
        account = look.found[-1].account if len(look.found) > known else None
        problems = [each for each in look.problems[before:] if account is None or each.path != "account.runs"]
        typed, failed = typed_bots(menu, errand, account)
        trading = list(look.of_runs())
        look.trading.clear()
        bots = typed or (look.found[-1].bots if account is not None else {})
        twice = [each for each in shared(look.found, menu) if account is not None and each.message.startswith(f"{account.name} ")]
        name = account.name if account is not None else choice
        yield Patient(name=name, account=account, bots=bots, problems=(*problems, *trading, *failed, *twice))


def typed_bots(menu: Menu, errand: Errand, account: Account | None) -> tuple[dict[str, Bot], list[Problem]]:
    """What a strategy on the command line trades with the chosen account: it takes the place of the account's runs."""
    typed = [word for word in errand.words if word.lstrip("+").startswith(("strategy=", "portfolio="))]
    if account is None or errand.account is None or not typed:
        return {}, []
    words = [word for word in errand.words if not word.lstrip("+").startswith("mode")]
    try:
        return {typed[0].partition("=")[2]: build(compose([*words, "mode=check"], menu))}, []
    except ConfigError as error:
        return {}, list(error.problems)


def looked_at(
    patient: Patient, options: Options, home: Path, newest: Mapping[tuple[str, str], str], twins: dict[str, str]
) -> Iterator[Finding]:
    """Every check of an account. twins: keys that were met before, and whose they are; its own, once it is found, is added."""
    yield from made([Check("configuration", lambda check: configuration(check, patient))])
    account = patient.account
    if account is None:
        return
    place = Place(
        account=account,
        home=home,
        clock=WallClock(),
        bots=patient.bots,
        address=lambda state: address(options, state),
        newest=newest,
        twins=twins,
    )
    yield from made(place.checks())
    yield from made(practice(place))
    if not isinstance(account.venue, Speaking):
        return
    if not options.venue or account.name not in twins.values():
        why = "mode.venue=false" if not options.venue else "its keys are not ready"
        yield from made([Check("venue", lambda check: check.ok(f"not asked, {why}"))])
        return
    yield from at_venue(account, home)


def at_venue(account: Account, home: Path) -> Iterator[Finding]:
    """What the venue says."""
    desk = desk_of(account.venue, account, WallClock(), home=home, repeats=0)
    try:
        yield from made(VenueSeen(desk).checks())
    finally:
        desk.close()


def configuration(check: Check, patient: Patient) -> Finding:
    """It composes, checks and builds, together with what each run trades."""
    if patient.problems:
        said = "; ".join(problem.line() for problem in patient.problems)
        return check.problem(said, f"mend it; runner mode=rulebook account={patient.name} looks at it alone")
    runs = "" if patient.account is None else f", {counted(len(patient.account.runs), 'run')}"
    return check.ok(f"checks{runs}")


def lost(left: Gone, check: Check) -> Finding:
    """Its file is gone, and something of it is open."""
    return check.problem(left.line, left.advice)


def versions() -> dict[tuple[str, str], str]:
    """Every program of the shipped menu with its version."""
    found: dict[tuple[str, str], str] = {}
    for file in sorted((shipped("conf") / "firm").rglob("*.yaml")):
        content: Any = _head(file)
        if isinstance(content, Mapping) and {"firm", "program"} <= set(content):
            found[str(content["firm"]), str(content["program"])] = str(content.get("version", ""))
    return found


def _head(file: Path) -> Any:
    """The lines of a program before its economics and phases, which nobody needs here."""
    kept = []
    for text in file.read_text(encoding="utf-8").splitlines():
        if text.startswith(("phases:", "economics:")):
            break
        kept.append(text)
    return yaml.safe_load("\n".join(kept))
