"""The trials of a study: asked for, claimed by one process each, told what came of them.

Several processes may keep one study. A trial belongs to the process that asked for it; one whose process is gone is asked for
again by whoever sees it. Of trials with the same settings only the earliest is run, the others take over what came of it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from optuna import Study, Trial
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import FrozenTrial, TrialState

from runner.search.beat import Beat
from runner.search.sampler import LEFT
from runner.search.space import Space, Value, key
from runner.search.worker import Worker

WORKER, RESULT, SAME, SAID = "runner:worker", "runner:result", "runner:same", "runner:said"
POLL_S = 0.2
UNNAMED_S = 30  # a trial that no process has put its name to for so long was left behind as it was made

type Numbers = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a trial. values: of its objectives, None where not measured; no values at all: it failed.

    kept: what the study keeps of it as JSON, `said` what the user is told.
    """

    values: Numbers = ()
    said: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A trial that is this process's to run."""

    trial: Trial
    point: Mapping[str, Value]

    @property
    def number(self) -> int:
        """Its number in the study, from 0."""
        return self.trial.number


@dataclass(frozen=True, kw_only=True)
class Told:
    """A trial that took over what came of an earlier one."""

    number: int
    same: int


class Book:
    """A study as one process keeps it; `storage` is where.

    limit: trials in the whole study, whoever runs them. repeats: whether a trial with the settings of an earlier one counts, with the
    earlier one's result; else it is withdrawn.
    """

    def __init__(self, study: Study, storage: BaseStorage, points: Space, *, limit: int, repeats: bool = True) -> None:
        self.study, self.storage, self.points, self.limit, self.repeats = study, storage, points, limit, repeats
        self.worker = Worker.me()
        self.beat = Beat(storage)
        self.mine: dict[int, Asked] = {}
        self.twins: dict[int, int] = {}  # a trial of ours → the earlier one with its settings that is still run
        self.distributions = points.distributions()

    def trials(self) -> list[FrozenTrial]:
        """Every trial of the study, oldest first; not to be changed."""
        return self.study.get_trials(deepcopy=False)

    def done(self) -> int:
        """How many trials are asked for or finished, by anyone."""
        return sum(1 for each in self.trials() if counted(each) and each.state != TrialState.WAITING)

    def ask(self) -> Asked | Told | None:
        """The next trial to run here, or one that took over an earlier result; None when there is none to ask for now."""
        while self._open():
            asked = self._asked()
            earlier = self._earlier(asked)
            if sum(map(counted, earlier)) >= self.limit:
                self._leave(asked, "withdrawn: the study had its trials")
                return None
            twin = self._twin(asked, earlier)
            if twin is None:
                self._keep(asked)
                return asked
            if not self.repeats:
                self._leave(asked, f"withdrawn: the same as trial {twin.number}")
                continue
            if twin.state.is_finished():
                return self._take_over(asked, twin)
            self._keep(asked)
            self.twins[asked.number] = twin.number
        return None

    def settle(self) -> list[Asked | Told]:
        """Trials that waited for an earlier one with the same settings: told what came of it, or ours to run when nothing did."""
        held = {each.number: each for each in self.trials()} if self.twins else {}
        settled: list[Asked | Told] = []
        for number, same in list(self.twins.items()):
            if held[same].state.is_finished():
                del self.twins[number]
                asked = self.mine[number]
                settled.append(asked if LEFT in held[same].user_attrs else self._take_over(asked, held[same]))
        return settled

    def tell(self, asked: Asked, result: Result) -> None:
        """Finish a trial. One whose objective was not measured ranks below every one that was, which is what Optuna calls pruned."""
        self._note(asked, result)
        if not result.values:
            self._finish(asked, TrialState.FAIL)
        elif any(value is None for value in result.values):
            self._finish(asked, TrialState.PRUNED)
        else:
            self._finish(asked, TrialState.COMPLETE, [value for value in result.values if value is not None])

    def prune(self, asked: Asked, result: Result) -> None:
        """Give a trial up early; what it reported stays."""
        self._note(asked, result)
        self._finish(asked, TrialState.PRUNED)

    def report(self, asked: Asked, step: int, value: float) -> bool:
        """Note a trial's running score at a step (1, 2, …); whether the pruner gives it up."""
        with suppress(UpdateFinishedTrialError):
            asked.trial.report(value, step)
        return asked.trial.should_prune()

    def recover(self) -> int:
        """Ask again for the trials whose processes are gone; how many."""
        silent = self._silent()
        lost = [each for each in self.trials() if each.state == TrialState.RUNNING and self._lost(each, silent)]
        return sum(self._again(each, "left behind: its process is gone") for each in lost)

    def release(self) -> None:
        """Let go of the trials of this process that are not finished; whoever keeps the study next asks for them again."""
        self.beat.stop()
        held = {each.number: each for each in self.trials()} if self.mine else {}
        for number in sorted(self.mine):
            self._again(held[number], "left behind: its search was stopped")
        self.mine.clear()
        self.twins.clear()

    def others(self) -> bool:
        """Whether trials are run by other processes, or wait for somebody."""
        return any(each.state in (TrialState.RUNNING, TrialState.WAITING) and each.number not in self.mine for each in self.trials())

    def full(self) -> bool:
        """Whether there is nothing left to ask for."""
        return not self._open()

    def wait(self) -> None:
        """Let a moment pass in which other processes may finish theirs."""
        time.sleep(POLL_S)

    def _open(self) -> bool:
        trials = self.trials()
        waiting = any(each.state == TrialState.WAITING for each in trials)
        if not self.repeats and not waiting and len({key(each.params) for each in trials if counted(each)}) >= self.points.size():
            return False
        return waiting or sum(map(counted, trials)) < self.limit

    def _asked(self) -> Asked:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Heartbeat", UserWarning)  # we give the signs of life ourselves
            trial = self.study.ask(self.distributions)
        trial.set_user_attr(WORKER, str(self.worker))
        return Asked(trial=trial, point=dict(trial.params))

    def _earlier(self, asked: Asked) -> list[FrozenTrial]:
        """The trials before it that count, once all of them have their settings."""
        for _ in range(round(UNNAMED_S / POLL_S)):
            earlier = [each for each in self.trials() if each.number < asked.number]
            if all(len(each.params) == len(self.distributions) for each in earlier if each.state == TrialState.RUNNING):
                return earlier
            self.wait()
        return [each for each in self.trials() if each.number < asked.number]

    def _twin(self, asked: Asked, earlier: list[FrozenTrial]) -> FrozenTrial | None:
        """The earliest trial that makes the same job, if it is or was run."""
        same = self.points.settled(asked.point)
        running = (each for each in earlier if counted(each) and each.state != TrialState.WAITING and each.params)
        return next((each for each in running if self.points.settled(each.params) == same), None)

    def _take_over(self, asked: Asked, twin: FrozenTrial) -> Told:
        for step, value in sorted(twin.intermediate_values.items()):
            asked.trial.report(value, step)
        asked.trial.set_user_attr(SAME, twin.user_attrs.get(SAME, twin.number))
        self._finish(asked, twin.state, twin.values if twin.state == TrialState.COMPLETE else None)
        return Told(number=asked.number, same=int(twin.user_attrs.get(SAME, twin.number)))

    def _keep(self, asked: Asked) -> None:
        self.mine[asked.number] = asked
        self._beats()

    def _note(self, asked: Asked, result: Result) -> None:
        with suppress(UpdateFinishedTrialError):  # this process was silent for so long that another one has taken the trial over
            asked.trial.set_user_attr(RESULT, dict(result.kept))
            if result.said:
                asked.trial.set_user_attr(SAID, result.said)

    def _finish(self, asked: Asked, state: TrialState, values: Sequence[float] | None = None) -> None:
        self.study.tell(asked.number, values=values, state=state, skip_if_finished=True)
        self.mine.pop(asked.number, None)
        self._beats()

    def _leave(self, asked: Asked, why: str) -> None:
        asked.trial.set_user_attr(LEFT, why)
        self._finish(asked, TrialState.FAIL)

    def _beats(self) -> None:
        self.beat.of(asked.trial._trial_id for asked in self.mine.values())  # noqa: SLF001 - heartbeats know trials by it

    def _silent(self) -> frozenset[int]:
        """Trials (their ids) that no process has given a sign of for long."""
        if not isinstance(self.storage, RDBStorage):
            return frozenset()
        return frozenset(self.storage._get_stale_trial_ids(self.study._study_id))  # noqa: SLF001 - the public one fails them itself

    def _lost(self, trial: FrozenTrial, silent: frozenset[int]) -> bool:
        if trial.number in self.mine:
            return False
        worker = Worker.read(str(trial.user_attrs.get(WORKER, "")))
        if worker is None:
            began = trial.datetime_start.timestamp() if trial.datetime_start is not None else 0.0
            return time.time() - began > UNNAMED_S
        gone = worker.gone(self.worker)
        return trial._trial_id in silent if gone is None else gone  # noqa: SLF001 - heartbeats know trials by it

    def _again(self, trial: FrozenTrial, why: str) -> bool:
        """Fail a trial that was left behind and ask for its settings again; False when another process was faster."""
        try:
            self.storage.set_trial_user_attr(trial._trial_id, LEFT, why)  # noqa: SLF001 - storages know trials by it
            if not self.storage.set_trial_state_values(trial._trial_id, TrialState.FAIL):  # noqa: SLF001
                return False
        except RuntimeError:  # finished meanwhile
            return False
        if len(trial.params) == len(self.distributions):
            self.study.enqueue_trial(dict(trial.params))
        return True


def counted(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the study's: not one that was withdrawn or left behind."""
    return LEFT not in trial.user_attrs
