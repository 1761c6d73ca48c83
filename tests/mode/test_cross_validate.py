"""mode=cross_validate: real trials on real bars, what purging and the embargo leave out, and what cannot be done."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.mode import cross_validate
from runner.mode.cross_validate import Options, cross, divided, judged, opened, purged
from runner.mode.studying.trials import Compiled, Segment, compiled, judge, played, span
from runner.model.duration import DAY_MS
from runner.model.errors import DataError, RunnerError
from runner.model.records import Outcome
from runner.pipeline import between
from runner.report.objective import objectives
from runner.report.stopwatch import Stopwatch
from runner.study.paths import Part, splits
from tests.command import command
from tests.mode.studying.cases import six, study, trials
from tests.mode.studying.walks import FREE, elsewhere, walk

FEW = ("mode=cross_validate", "mode.start=2024-01-01", "mode.end=2024-12-31")


def ran(folder: Path, *words: str, **more: Any) -> dict[str, Any]:
    """Run a small study; returns cross_validate.json."""
    assert cross_validate.run(study(folder, *FEW, *words, **more)) == 0
    page: dict[str, Any] = json.loads((folder / "cross_validate.json").read_text())
    return page


def run(trial: Compiled, segment: Segment) -> Outcome:
    """The trial on a segment, everything of it."""
    return played(trial, [between(each, segment.start_ms, segment.end_ms) for each in trial.streams])


def silent(_name: str) -> None:
    """Nobody looks at how far it is."""


def test_a_study_leaves_its_files_and_says_its_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that was promised, and the line on the screen is that of the page."""
    page = ran(tmp_path / "out")
    names = ["config.yaml", "cross_validate.html", "cross_validate.json", "daily.csv", "paths.csv", "splits.csv", "trials.csv"]
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == names
    assert page["line"] in " ".join(capsys.readouterr().out.split())
    assert (page["splits"], page["paths"], page["held"], page["embargo_days"]) == (15, 5, 2, 4.0)
    assert page["objectives"] == ["profit_per_headroom"]


def test_two_runs_leave_the_same_bytes_apart_from_seconds(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    pages = [ran(tmp_path / name, "mode.quiet=true", f"mode.threads={threads}") for name, threads in (("one", 1), ("two", 2))]
    for page in pages:
        page.pop("seconds")
    assert pages[0] == pages[1]
    for name in ("trials.csv", "splits.csv", "paths.csv", "daily.csv", "cross_validate.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_groups_are_whole_days_without_a_gap() -> None:
    """As long as each other, and the embargo a hundredth of them."""
    whole = Segment(start_ms=0, end_ms=1_000 * DAY_MS)
    groups, embargo = divided(whole, Options(groups=7))
    assert [each.start_ms for each in groups[1:]] == [each.end_ms for each in groups[:-1]]
    assert (groups[0].start_ms, groups[-1].end_ms) == (whole.start_ms, whole.end_ms)
    assert all(each.days in (142.0, 143.0) for each in groups)
    assert embargo == 10 * DAY_MS
    assert divided(whole, Options(embargo="3d"))[1] == 3 * DAY_MS


def test_a_purged_part_has_every_trade_but_those_that_reach_beyond_it() -> None:
    """It ends where the first of these was opened, and what was closed before is there to the last trade."""
    purged_at_all = 0
    for trial in six():
        whole = span([trial])
        for days in (150, 310, 455, 600):
            segment = Segment(start_ms=whole.start_ms, end_ms=whole.start_ms + days * DAY_MS)
            result = judge(trial, segment, ())
            rest = purged(segment, result, None)
            if not result.held_from:
                assert rest == segment
                continue
            purged_at_all += 1
            before, after = run(trial, segment), run(trial, rest)
            closed = before.trades["position"]
            assert before.equity["open_positions"][-1] > 0
            assert set(after.fills["position"]) <= set(closed)
            assert (after.trades["profit"] == before.trades["profit"][: len(after.trades)]).all()
            assert set(closed[before.trades["closed"] < rest.end_ms]) == set(after.trades["position"])
    assert purged_at_all > 5


def test_a_horizon_is_cut_where_it_is_said() -> None:
    """Whether or not anything was open."""
    segment = Segment(start_ms=0, end_ms=100 * DAY_MS)
    result = judge(six()[0], segment, ())
    assert purged(segment, result, "5d").end_ms == 95 * DAY_MS
    assert opened(segment, Part(0, embargoed=True), 3 * DAY_MS).start_ms == 3 * DAY_MS
    assert opened(segment, Part(0), 3 * DAY_MS) == segment


def test_what_is_learnt_on_knows_no_day_of_the_embargo_and_none_that_is_held_out() -> None:
    """Every part's days lie inside its own group, after the embargo and before the purge."""
    pair, options = six()[:2], Options(groups=5, held=2, purge="4d", embargo="7d")
    groups, embargo = divided(span(pair), options)
    made = splits(5, 2)
    found = judged(pair, groups, made, embargo, options, silent)
    parts = {part for split in made for part in split.learnt}
    assert {part for _, part in found} == parts | {Part(group) for group in range(5)}
    for (_, part), result in found.items():
        group = groups[part.group]
        first, last = group.start_ms + 7 * DAY_MS * part.embargoed, group.end_ms - 4 * DAY_MS * part.purged
        assert result.days[0] * DAY_MS == first
        assert (result.days[-1] + 1) * DAY_MS == last


def test_the_chosen_trial_is_the_best_on_what_was_learnt_on() -> None:
    """Looked up again, split by split, with the objective's own figure."""
    options = Options(groups=4, held=1, objective="net_profit")
    groups, embargo = divided(span(six()), options)
    found, again = cross(six(), groups, embargo, options, silent), judged(six(), groups, splits(4, 1), embargo, options, silent)
    for number, split in enumerate(splits(4, 1)):
        weights = np.array([len(again[0, part].days) for part in split.learnt], np.float64)
        means = [np.average([again[trial, part].score[0] for part in split.learnt], weights=weights) for trial in range(6)]
        assert found.chosen[number] == int(np.argmax(means))
        assert found.inside[number] == pytest.approx(max(means))
    assert [path.trials for path in found.paths] == [tuple(found.chosen.tolist())]


def test_groups_are_judged_as_single_runs_are() -> None:
    """A group's result is that of the trial on these days, whole."""
    options = Options(groups=6)
    groups, embargo = divided(span(six()), options)
    found = cross(six(), groups, embargo, options, silent)
    alone = judge(six()[3], groups[2], objectives(None, "cross_validate"))
    assert found.results[3][2].score == alone.score
    assert (found.results[3][2].profits == alone.profits).all()
    assert found.purged > 0


def test_of_prices_that_go_nowhere_nothing_is_kept(tmp_path: Path) -> None:
    """On 12 random walks without costs the chosen trials look good in sample; out of sample they earn nothing but luck."""
    swept = {"strategy.entry.fast": (5, 8, 12), "strategy.entry.slow": (30, 60)}
    words = [*FREE, "mode=cross_validate", "source=files", f"source.root={walk(tmp_path / 'first', 300, 0)}"]
    typed, options = trials(swept, words), Options(objective="net_profit")
    inside, outside = [], []
    for seed in range(12):
        made = compiled(elsewhere(typed, walk(tmp_path / str(seed), 300, seed)), Stopwatch())
        groups, embargo = divided(span(made), options)
        found = cross(made, groups, embargo, options, silent)
        inside.append(found.inside.mean())
        outside.append(found.outside.mean())
    assert np.mean(inside) > 2 * np.std(inside) / np.sqrt(12)
    assert abs(np.mean(outside)) < 2 * np.std(outside) / np.sqrt(12)


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        pytest.param(("mode.groups=4", "mode.held=4"), RunnerError, "expected 1 to 3 of 4 groups, was 4", id="all held out"),
        pytest.param(("mode.groups=40", "mode.held=20"), RunnerError, "at most 5,000 splits", id="too many splits"),
        pytest.param(("mode.objective=metrics.sharp",), RunnerError, "nearest is 'metrics.sharpe'", id="no such figure"),
        pytest.param(("mode.embargo=90d",), DataError, "90 days leave nothing of a group of 61 days", id="an embargo of a group"),
        pytest.param(("mode.purge=90d",), DataError, "90 days leave nothing of a group of 61 days", id="a purge of a group"),
        pytest.param(("mode.embargo=soon",), RunnerError, "expected a duration", id="no duration"),
        pytest.param(("mode.end=2024-01-04",), DataError, "4 days are too few for 6 groups", id="few days"),
        pytest.param(("mode.start=2031-01-01", "mode.end=null"), DataError, "there are no bars to trade on", id="no bars"),
    ],
)
def test_what_cannot_be_grouped_is_refused(tmp_path: Path, words: tuple[str, ...], error: type[RunnerError], said: str) -> None:
    """In a line, and nothing is left behind."""
    with pytest.raises(error) as refused:
        ran(tmp_path / "out", *words)
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("swept", "said"),
    [
        pytest.param({"strategy.entry.fast": (8, 8)}, "all 2 are the same", id="all the same"),
        pytest.param({"strategy.entry.slow": (4_000, 5_000)}, "none of 2 ever traded", id="none trades"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, swept: dict[str, Any], said: str) -> None:
    """There would be nothing to choose."""
    with pytest.raises(DataError, match="there is nothing to compare") as refused:
        ran(tmp_path / "out", swept=swept)
    assert said in str(refused.value)


def test_a_single_trial_is_refused_in_one_line(tmp_path: Path) -> None:
    """On the command line as well: exit status 2, no traceback."""
    told = command("+strategy=ema_cross", "+account=hyro_1step", "mode=cross_validate", home=tmp_path)
    assert told.status == 2
    assert "compares trials, and there is only one" in told.err
    assert "Traceback" not in told.err


def test_an_account_that_fails_is_counted_on_its_path() -> None:
    """Of each path, those of its groups."""
    options = Options(groups=3, held=1)
    groups, embargo = divided(span(six()), options)
    found = cross(six(), groups, embargo, options, silent)
    states = [phase["state"] for group, trial in enumerate(found.chosen) for phase in found.results[trial][group].page["phases"]]
    assert found.paths[0].failed == states.count("failed")
    assert replace(found, chosen=found.chosen).paths[0].failed > 0
