"""What a check found, and how checks are made: all of them, whatever one of them meets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from runner.live.keys import REDACTOR
from runner.live.outcome import Halting, VenueError
from runner.model.errors import RunnerError, UnwritableError

DONE, WARNED, REFUSED, VENUE, STATE, BARE = 0, 1, 2, 3, 4, 5  # exit statuses; from 2 on those of a bot that would meet the same


class Grade(IntEnum):
    """How a check ended."""

    OK = 0
    WARNING = 1
    PROBLEM = 2

    @property
    def word(self) -> str:
        """As it is shown."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line: what was looked at, how it is, what to do. status: the exit status that a problem asks for."""

    check: str
    grade: Grade
    found: str
    advice: str = ""
    status: int = REFUSED

    def record(self) -> dict[str, str]:
        """As plain data, for JSON."""
        return {"check": self.check, "grade": self.grade.word, "found": self.found, "advice": self.advice}


@dataclass(frozen=True)
class Check:
    """A check by its name; `look` may raise whatever it likes."""

    name: str
    look: Callable[[Check], Finding]

    def ok(self, found: str) -> Finding:
        """As it should be."""
        return Finding(check=self.name, grade=Grade.OK, found=found)

    def warning(self, found: str, advice: str) -> Finding:
        """A bot runs with it; a person should know."""
        return Finding(check=self.name, grade=Grade.WARNING, found=found, advice=advice)

    def problem(self, found: str, advice: str, status: int = REFUSED) -> Finding:
        """Nothing should be traded before it is mended."""
        return Finding(check=self.name, grade=Grade.PROBLEM, found=found, advice=advice, status=status)


def made(checks: Iterable[Check]) -> Iterator[Finding]:
    """The finding of each check, in order, without secrets; one that breaks is a problem in one line like any other."""
    for check in checks:
        try:
            finding = check.look(check)
        except RunnerError as error:
            finding = check.problem(one_line(error), advice_of(error), status_of(error))
        except Exception as error:  # noqa: BLE001 - a check that breaks must not keep the others from being made
            finding = check.problem(f"this check broke: {type(error).__name__}: {one_line(error)}", "tell its makers; other checks hold")
        yield Finding(
            check=finding.check,
            grade=finding.grade,
            found=REDACTOR.text(finding.found),
            advice=REDACTOR.text(finding.advice),
            status=finding.status,
        )


def one_line(error: BaseException) -> str:
    """What an error says, in one line."""
    if isinstance(error, RunnerError) and error.problems:
        return "; ".join(problem.line() for problem in error.problems)
    return " ".join(str(error).split())[:300]


def advice_of(error: RunnerError) -> str:
    """What to do about something we raised ourselves, whose message mostly says it."""
    if isinstance(error, UnwritableError):
        return "free the disk, or let this user write there"
    if isinstance(error, Halting):
        return "look at the key at the venue: its rights, its addresses, its last day; make a new one there where it has expired"
    if isinstance(error, VenueError):
        return "look at this machine's line and the venue's status page; a bot keeps trying, stops that rest at the venue hold meanwhile"
    return "mend what is named and look again"


def status_of(error: RunnerError) -> int:
    """The exit status of a bot that meets it."""
    if isinstance(error, UnwritableError):
        return STATE
    return VENUE if isinstance(error, VenueError) and not isinstance(error, Halting) else REFUSED


def status(findings: Iterable[Finding]) -> int:
    """0 all is well, 1 warnings, else that of the gravest problem: a position without a stop (5), then 2, 4, 3."""
    seen = list(findings)
    problems = {each.status for each in seen if each.grade is Grade.PROBLEM}
    if problems:
        return next((each for each in (BARE, REFUSED, STATE, VENUE) if each in problems), REFUSED)
    return WARNED if any(each.grade is Grade.WARNING for each in seen) else DONE
