"""What a search leaves: a row for every trial that was run, the best as YAML, and what mattered."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from optuna.trial import TrialState

from runner.search.results import FILE, best, importance, leave, rows
from tests.search.cases import GAIN, LOSS, WHOLE, Bench, Kept, points


def test_a_row_for_every_trial_that_was_run() -> None:
    """Repeats have none; what failed says why; values are numbers where numbers were typed."""
    kept = Kept(space=points(*WHOLE), trials=30)
    study = kept.run(Bench(failing=["c=y"]))
    found = rows(study, kept.space)
    assert len(found) == len({str(each["values"]) for each in found}) <= 8
    assert {type(each["values"]["a"]) for each in found} == {int}
    failed = [each for each in found if each["values"]["c"] == "y"]
    assert {(each["status"], each["page"], each["said"]) for each in failed} == {(2, None, "it is refused")}
    assert all(each["page"]["gain"] is not None and each["folder"] for each in found if each not in failed)


def test_the_best_is_left_as_hydras_own_plugin_leaves_it(tmp_path: Path) -> None:
    """One objective: its parameters and its value."""
    kept = Kept(sampler="tpe", trials=30)
    study = kept.run()
    leave(tmp_path, study, kept.space)
    told = yaml.safe_load((tmp_path / FILE).read_text(encoding="utf-8"))
    assert list(told) == ["name", "best_params", "best_value"]
    assert told["best_value"] == study.best_value
    assert told["best_params"]["a"] == study.best_params["a"]


def test_of_several_objectives_the_front_is_left(tmp_path: Path) -> None:
    """No solution is beaten by another one in everything."""
    kept = Kept(objectives=(GAIN, LOSS), sampler="nsgaii", trials=40)
    study = kept.run()
    leave(tmp_path, study, kept.space)
    solutions = yaml.safe_load((tmp_path / FILE).read_text(encoding="utf-8"))["solutions"]
    front = {each.number for each in study.best_trials}
    assert {each.number for each in best(study)} <= front
    assert len(solutions) == len({str(each["params"]) for each in solutions}) > 1
    values = [each["values"] for each in solutions]
    assert not [1 for one in values for other in values if other != one and other[0] >= one[0] and other[1] <= one[1]]


def test_the_better_of_equals_is_the_earlier() -> None:
    """So that every host names the same one."""
    kept = Kept(space=points(*WHOLE), trials=8, sampler="grid")
    study = kept.run(Bench(worth=lambda _: {"gain": 1.0}))
    assert [each.number for each in best(study)] == [0]


def test_what_mattered_is_told_in_a_line() -> None:
    """The figure falls with the square of a's distance, b moves it little, c less."""
    kept = Kept(sampler="random", trials=60)
    (line,) = importance(kept.run(), kept.space, (GAIN,))
    assert line.startswith("what mattered for gain: a ")
    assert line.index(" a ") < line.index(" b ")


@pytest.mark.parametrize("worth", [lambda _: {"gain": 1.0}, lambda _: {"gain": None}])
def test_where_nothing_differs_nothing_mattered(worth: object, tmp_path: Path) -> None:
    """No line is better than a line about noise, and no file than one about nothing."""
    kept = Kept(sampler="random", trials=20)
    study = kept.run(Bench(worth=worth))  # type: ignore[arg-type]
    assert importance(study, kept.space, (GAIN,)) == []
    leave(tmp_path, study, kept.space)
    assert (tmp_path / FILE).exists() == any(each.state == TrialState.COMPLETE for each in study.get_trials())
