"""The search itself: as many trials as run together are asked for, run, and told what came of them, until the study has its trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runner.model.errors import Problem, RunnerError
from runner.report.objective import Objective
from runner.search.book import Asked, Book, Result, Told
from runner.search.segments import Segment, running

ENOUGH_TO_JUDGE = 10  # finished trials before the share of failures means something

type Outcome = Mapping[str, Any]
type Launch = Callable[[list[list[str]]], Sequence[Outcome]]


class TooManyFailuresError(RunnerError):
    """More trials fail than the search was told to bear."""


@dataclass
class Live:
    """A trial that is being run: the segments that are left, and its scores on those behind it."""

    asked: Asked
    left: list[Segment]
    scores: list[float | None] = field(default_factory=list)


@dataclass(kw_only=True)
class Search:
    """One process's part in a study.

    launch: runs jobs (words each) together and returns what each left, in order; see `runner.sweep`. objectives: in the study's order.
    say: takes a line about a trial that no job's own line tells.
    """

    book: Book
    launch: Launch
    objectives: Sequence[Objective]
    together: int
    segments: Sequence[Segment] = ()
    most_failures: float = 1.0
    say: Callable[[str], None] = print
    finished: int = 0
    failed: int = 0
    reused: int = 0
    pruned: int = 0
    last_said: str = ""

    def run(self) -> None:
        """Until the study has its trials, here or elsewhere. Whatever ends it, trials that were told are kept and others let go."""
        live: list[Live] = []
        try:
            while True:
                live += self._fill(live)
                if live:
                    live = self._round(live)
                elif self.book.twins or self.book.others():
                    self.book.wait()
                elif self.book.full():
                    return
        finally:
            self.book.release()

    def _fill(self, live: Sequence[Live]) -> list[Live]:
        """Trials for the places that are free."""
        self.book.recover()
        fresh = [Live(asked, list(self.segments)) for asked in self._mine(self.book.settle())]
        while len(live) + len(fresh) < self.together:
            asked = self.book.ask()
            if asked is None:
                break
            fresh += [Live(each, list(self.segments)) for each in self._mine([asked])]
        return fresh

    def _mine(self, given: Sequence[Asked | Told]) -> list[Asked]:
        """Those that are to be run; of the others it is said whose result they took over."""
        for told in given:
            if isinstance(told, Told):
                self.reused += 1
                self.say(f"trial {told.number}  the same as trial {told.same}, not run again")
        return [asked for asked in given if isinstance(asked, Asked)]

    def _round(self, live: list[Live]) -> list[Live]:
        """One job for each trial, together; those that are not finished."""
        outcomes = self.launch([self._words(each) for each in live])
        going = [each for each, outcome in zip(live, outcomes, strict=True) if self._goes_on(each, outcome)]
        if self.finished >= ENOUGH_TO_JUDGE and self.failed > self.most_failures * self.finished:
            raise self._too_many()
        return going

    def _words(self, live: Live) -> list[str]:
        words = self.book.points.typed(live.asked.point)
        if not live.left:
            return words
        spans = ("mode.start=", "mode.end=")
        return [word for word in words if not word.lstrip("+").startswith(spans)] + live.left[0].words()

    def _goes_on(self, live: Live, outcome: Outcome) -> bool:
        page, said = outcome.get("page"), str(outcome.get("said") or "")
        if page is None:
            self._tell(live, Result(said=said or f"exit status {outcome.get('status')}", kept=kept(outcome)))
            return False
        if not live.left:
            values = [each.of(page) for each in self.objectives]
            lacking = [str(each) for each, value in zip(self.objectives, values, strict=True) if value is None]
            self._tell(live, Result(values=values, said=f"not measured: {', '.join(lacking)}" if lacking else "", kept=kept(outcome)))
            return False
        return not self._given_up(live, page, outcome)

    def _given_up(self, live: Live, page: Outcome, outcome: Outcome) -> bool:
        """Whether the pruner gives the trial up after the segment that was just run."""
        live.left.pop(0)
        live.scores.append(self.objectives[0].of(page))
        so_far = running(live.scores)
        if so_far is None or not self.book.report(live.asked, len(live.scores), so_far):
            return False
        step = f"segment {len(live.scores)} of {len(self.segments)}"
        said = f"pruned after {step}: {self.objectives[0].path} {so_far:.6g} so far"
        self.book.prune(live.asked, Result(said=said, kept={**kept(outcome), "page": None, "folder": ""}))
        self.finished, self.pruned = self.finished + 1, self.pruned + 1
        self.say(f"trial {live.asked.number}  {said}")
        return True

    def _tell(self, live: Live, result: Result) -> None:
        self.book.tell(live.asked, result)
        self.finished += 1
        if not result.values:
            self.failed, self.last_said = self.failed + 1, result.said

    def _too_many(self) -> TooManyFailuresError:
        message = f"{self.failed} of {self.finished} trials failed, more than {self.most_failures:.0%}; the last: {self.last_said}"
        return TooManyFailuresError("the search was stopped", [Problem(path="hydra.sweeper.max_failure_rate", message=message)])


def kept(outcome: Outcome) -> dict[str, Any]:
    """What a study keeps of a job, for the leaderboard of whoever reads it."""
    return {key: outcome.get(key) for key in ("status", "folder", "page", "seconds", "values")}
