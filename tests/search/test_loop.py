"""A search of known figures: what is asked for, what is run, what is told, and what ends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from optuna.trial import TrialState

from runner.model.errors import ConfigError
from runner.search.book import RESULT, SAID, SAME
from runner.search.identity import StudyError
from runner.search.loop import TooManyFailuresError
from runner.search.segments import segments
from tests.search.cases import GAIN, LOSS, WHOLE, Bench, Kept, drawn, points

NUMBERS = ("a=range(0,20)", "b=interval(-3,3)")


@pytest.mark.parametrize("sampler", ["tpe", "cmaes", "nsgaii", "random", "grid"])
def test_the_same_seed_and_batch_give_the_same_trials(sampler: str) -> None:
    """And another seed gives others."""
    space = points(*(("a=range(0,20)", "c=x,y") if sampler == "grid" else NUMBERS))
    first = drawn(Kept(sampler=sampler, space=space, trials=16).run())
    assert len(first) == 16
    assert drawn(Kept(sampler=sampler, space=space, trials=16).run()) == first
    assert drawn(Kept(sampler=sampler, space=space, trials=16, seed=1).run()) != first


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
def test_a_search_that_learns_comes_nearer_than_chance(sampler: str) -> None:
    """In as many trials, on a smooth figure."""
    learned = Kept(sampler=sampler, space=points(*NUMBERS), trials=40).run()
    by_chance = Kept(sampler="random", space=points(*NUMBERS), trials=40).run()
    assert learned.best_value > by_chance.best_value


def test_a_study_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    """Twelve trials and then twenty are the twenty of one go; none is run twice."""
    whole = drawn(Kept(sampler="tpe", trials=20).run())
    bench = Bench()
    assert drawn(Kept(sampler="tpe", trials=12, file=tmp_path / "study.db").run(bench)) == whole[:12]
    assert drawn(Kept(sampler="tpe", trials=20, file=tmp_path / "study.db").run(bench)) == whole
    assert len(bench.ran) == 20


def test_a_point_that_was_tried_is_not_run_again() -> None:
    """Eight points and thirty trials: the others take over what came of the first, and say so."""
    bench, search = Bench(), Kept(space=points(*WHOLE), trials=30)
    study = search.run(bench)
    trials = study.get_trials()
    assert len(bench.ran) == len({tuple(words) for words in bench.ran}) <= 8
    assert (len(trials), {each.state for each in trials}) == (30, {TrialState.COMPLETE})
    repeats = [each for each in trials if SAME in each.user_attrs]
    assert len(repeats) == 30 - len(bench.ran) == len(search.said)
    assert all(each.values == trials[each.user_attrs[SAME]].values for each in repeats)
    assert search.said[0] == f"trial {repeats[0].number}  the same as trial {repeats[0].user_attrs[SAME]}, not run again"


def test_a_grid_runs_every_point_once_and_ends() -> None:
    """Though more trials were asked for."""
    bench = Bench()
    study = Kept(sampler="grid", space=points(*WHOLE), trials=100).run(bench)
    assert len(study.get_trials()) == len(bench.ran) == len({tuple(words) for words in bench.ran}) == 8


def test_what_is_kept_of_a_trial() -> None:
    """Its page, folder and status, for the leaderboard of whoever opens the study."""
    (trial,) = Kept(trials=1).run().get_trials()
    assert trial.user_attrs[RESULT]["page"] == {"gain": trial.value, "loss": abs(trial.params["a"] - 12)}
    assert trial.user_attrs[RESULT]["status"] == 0


def test_several_objectives_go_their_own_ways() -> None:
    """More of the one, less of the other."""
    study = Kept(objectives=(GAIN, LOSS), sampler="nsgaii", trials=40).run()
    assert [way.name for way in study.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert {trial.params["a"] for trial in study.best_trials} <= set(range(5, 15))


def test_a_figure_that_was_not_measured_ranks_last() -> None:
    """The trial counts, has no value, and says what was not measured."""

    def worth(words: list[str]) -> dict[str, float | None]:
        return {"gain": None if "c=y" in words else 1.0}

    trials = Kept(trials=12).run(Bench(worth=worth)).get_trials()  # type: ignore[arg-type]
    unmeasured = [each for each in trials if each.params["c"] == "y"]
    assert unmeasured
    assert {each.state for each in unmeasured} == {TrialState.PRUNED}
    assert {each.user_attrs[SAID] for each in unmeasured} == {"not measured: gain"}


def test_a_job_that_fails_is_a_failed_trial() -> None:
    """The search goes on; the study keeps why."""
    trials = Kept(trials=12).run(Bench(failing=["c=y"])).get_trials()
    failed = [each for each in trials if each.params["c"] == "y"]
    assert failed
    assert {each.state for each in failed} == {TrialState.FAIL}
    assert {each.user_attrs[SAID] for each in failed} == {"it is refused"}
    assert len(trials) == 12


def test_too_many_failures_stop_the_search(tmp_path: Path) -> None:
    """Once ten trials are finished; those told before are kept."""
    search = Kept(trials=40, most_failures=0.2, file=tmp_path / "study.db")
    with pytest.raises(TooManyFailuresError) as stopped:
        search.run(Bench(failing=["c=y"]))
    (line,) = [problem.line() for problem in stopped.value.problems]
    assert line.startswith("hydra.sweeper.max_failure_rate  ")
    assert line.endswith(" of 12 trials failed, more than 20%; the last: it is refused")
    with search.opened() as book:
        assert len([each for each in book.trials() if each.state.is_finished()]) == 12


def test_a_trial_is_given_up_after_a_segment() -> None:
    """Half of the trials are below the median; what is given up is never run on the whole."""
    parts = segments(date(2024, 1, 1), date(2024, 12, 31), 3)
    bench, search = Bench(), Kept(trials=24, pruner="median", segments=parts, sampler="random")
    study = search.run(bench)
    pruned = [each for each in study.get_trials() if each.state == TrialState.PRUNED]
    whole = [words for words in bench.ran if not any(word.startswith("++mode.start") for word in words)]
    assert pruned
    assert len(whole) == 24 - len(pruned)
    assert all(1 <= len(each.intermediate_values) <= 3 for each in pruned)
    assert len(bench.ran) < 24 * 4
    assert any(line.endswith(f"pruned after segment 1 of 3: gain {pruned[0].intermediate_values[1]:.6g} so far") for line in search.said)


def test_segments_replace_the_span_of_the_mode() -> None:
    """The first segment begins where mode.start says, and no job has two spans."""
    parts = segments(date(2024, 1, 1), date(2024, 1, 31), 2)
    bench = Bench()
    Kept(
        trials=1, pruner="median", segments=parts, space=points("a=range(0,4)", "++mode.start='2024-01-01'", "++mode.end='2024-01-31'")
    ).run(bench)
    (first, second, whole) = [[word for word in words if "mode." in word] for words in bench.ran]
    assert first == ["++mode.start='2024-01-01'", "++mode.end='2024-01-15'"]
    assert second == ["++mode.start='2024-01-16'", "++mode.end='2024-01-31'"]
    assert whole == ["++mode.start='2024-01-01'", "++mode.end='2024-01-31'"]


def test_an_interrupted_search_lets_its_trials_go(tmp_path: Path) -> None:
    """What was told is kept; what was being run is asked for again by the next one, with the same settings."""

    class Interrupted(Bench):
        def launch(self, jobs: list[list[str]]) -> list[dict[str, object]]:
            if len(self.ran) >= 8:
                raise KeyboardInterrupt
            return super().launch(jobs)

    search = Kept(sampler="tpe", trials=16, file=tmp_path / "study.db")
    with pytest.raises(KeyboardInterrupt):
        search.run(Interrupted())
    bench = Bench()
    study = search.run(bench)
    kept = [each for each in study.get_trials() if each.state == TrialState.COMPLETE]
    assert (len(kept), len(bench.ran)) == (16, 8)
    assert sorted(map(str, (each.params for each in kept))) == sorted(map(str, drawn(Kept(sampler="tpe", trials=16).run())))


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ({"runner": "2", "a": "whole(0..19 by 1)"}, "is another study: runner is 1 there and 2 here; name a new one"),
        ({"runner": "1", "a": "whole(0..9 by 1)"}, "a is whole(0..19 by 1) there and whole(0..9 by 1) here"),
        ({"runner": "1"}, "a is searched there only"),
        ({"runner": "1", "a": "whole(0..19 by 1)", "b": "real(0.0..1.0)"}, "b is searched here only"),
        ({"runner": "1", "a": "whole(0..19 by 1)", "data": "x"}, "its data is another"),
    ],
)
def test_a_study_of_something_else_is_refused(identity: dict[str, str], message: str, tmp_path: Path) -> None:
    """In one line that says what differs; nothing in it is changed."""
    held = {"runner": "1", "a": "whole(0..19 by 1)"} | ({"data": "y"} if "data" in identity else {})
    before = drawn(Kept(trials=4, file=tmp_path / "study.db", identity=held).run())
    with pytest.raises(StudyError) as refused:
        Kept(trials=8, file=tmp_path / "study.db", identity=identity).run()
    assert message in str(refused.value)
    assert drawn(Kept(trials=4, file=tmp_path / "study.db", identity=held).run()) == before


@pytest.mark.parametrize(
    ("sampler", "words", "several", "message"),
    [
        ("grid", ("a=interval(0,1)", "b=1,2"), False, "a  a grid needs steps, was real(0.0..1.0); type range(LOW,HIGH,STEP)"),
        ("grid", ("a=range(0,10000)", "b=range(0,10000)"), False, "expected at most 1,000,000 points, was 100,000,000"),
        ("cmaes", ("a=interval(0,1)", "b=1,2"), False, "needs two or more settings that are numbers, range(…) or interval(…); has a"),
        ("cmaes", NUMBERS, True, "has one objective; for several type hydra/sweeper/sampler=nsgaii"),
    ],
)
def test_a_sampler_that_cannot_search_here_is_refused(sampler: str, words: tuple[str, ...], several: bool, message: str) -> None:
    """Before anything is run."""
    with pytest.raises(ConfigError) as refused:
        Kept(sampler=sampler, space=points(*words), objectives=(GAIN, LOSS) if several else (GAIN,)).run()
    assert message in str(refused.value)
