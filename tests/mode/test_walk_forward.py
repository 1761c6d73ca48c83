"""A walk-forward from trials to its files, on the bars that ship."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.mode.progress import Progress
from runner.mode.studying.trials import Compiled, Segment, compiled, judge, trials_of
from runner.mode.walk_forward import FILES, Options, noted, run, walk, windows_of
from runner.model.bot import Bot
from runner.model.duration import DAY_MS
from runner.model.errors import DataError
from runner.pipeline import between
from runner.report.stopwatch import Stopwatch
from tests.command import command
from tests.mode.studying.cases import SWEPT, study

FEW = ("mode=walk_forward", "mode.start=2024-01-01", "mode.end=2024-09-30", "mode.windows=3", "mode.quiet=true")


def page(folder: Path) -> dict[str, Any]:
    """What a walk-forward left."""
    found: dict[str, Any] = json.loads((folder / "walk_forward.json").read_text())
    return found


def rows(file: Path) -> list[dict[str, str]]:
    """A table."""
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def test_every_file_is_left_and_the_sentence_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the screen, in the JSON and on the page the same words."""
    assert run(study(tmp_path / "out", *FEW, "mode.quiet=false")) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    line = page(tmp_path / "out")["line"]
    assert line.startswith("Chosen on the past, it made ")
    assert " ".join(capsys.readouterr().out.split()).startswith(f"ema_cross on hyro_1step: {line}")
    assert f"<h1>{line}</h1>" in (tmp_path / "out" / "walk_forward.html").read_text(encoding="utf-8")


def test_figures_are_those_of_the_runs(tmp_path: Path) -> None:
    """Each window's choice is the best of its train, its figures are those of a run of its own; the equity adds up."""
    bot = study(tmp_path / "out", *FEW)
    run(bot)
    said, trials, by = page(tmp_path / "out"), compiled(trials_of(bot), Stopwatch()), Options(**bot.options).objectives()
    total = 0.0
    for window in said["windows"]:
        train, test = (stretch(window[part]) for part in ("train", "test"))
        scores = [judge(trial, train, by).score for trial in trials]
        assert window["chosen"]["trial"] == 1 + max(range(6), key=lambda number: (scores[number], -number))
        own = judge(trials[window["chosen"]["trial"] - 1], test, by)
        assert window["out_of_sample"]["net_profit"] == pytest.approx(own.profit)
        assert window["out_of_sample"]["objective"] == pytest.approx(own.page["profit_per_headroom"], abs=1e-9)
        total += own.profit
    assert said["out_of_sample"]["net_profit"] == pytest.approx(total)
    equity = rows(tmp_path / "out" / "equity.csv")
    assert float(equity[-1]["equity"]) == pytest.approx(10_000 + total)
    assert len(equity) == said["out_of_sample"]["days"] == sum(window["test"]["days"] for window in said["windows"])
    assert [window["test"]["start"] for window in said["windows"][1:]] == [window["test"]["end"] for window in said["windows"][:-1]]


def stretch(said: dict[str, Any]) -> Segment:
    """A part of a window from the JSON."""
    start, end = (int(np.datetime64(said[key].rstrip("Z"), "ms").astype(np.int64)) for key in ("start", "end"))
    return Segment(start_ms=start, end_ms=end)


def test_a_choice_sees_only_bars_of_its_train(tmp_path: Path) -> None:
    """Everything after the last train turned upside down: the same choices, and other tests."""
    bot = study(tmp_path / "out", *FEW)
    options, trials = Options(**bot.options), compiled(trials_of(bot), Stopwatch())
    windows = windows_of(trials, options)
    known = windows[-1].train.end_ms
    first = walk(trials, windows, options, Progress())
    second = walk(compiled([turned(each, known) for each in trials_of(bot)], Stopwatch()), windows, options, Progress())
    assert first.chosen == second.chosen
    assert [each.page for each in first.train[-1]] == [each.page for each in second.train[-1]]
    assert [each.profit for each in first.test[-1]] != [each.profit for each in second.test[-1]]


def turned(trial: Any, known_ms: int) -> Any:
    """The trial with a source whose bars from `known_ms` on fall where they rose."""
    source = trial.bot.source

    class Turned(type(source)):  # type: ignore[misc]
        """Bars upside down after a moment."""

        def bars(self, symbol: str, timeframe: str) -> Any:
            """Mirrored about the last close that is known."""
            bars = source.bars(symbol, timeframe)
            late = bars.open_time >= known_ms
            level = bars.close[~late][-1]
            flipped = {name: np.where(late, level * level / getattr(bars, other), getattr(bars, name)) for name, other in MIRROR.items()}
            return replace(bars, **flipped)

    return replace(trial, bot=replace(trial.bot, source=Turned(**source.model_dump())))


MIRROR = {"open": "open", "high": "low", "low": "high", "close": "close"}


def test_an_anchored_walk_has_the_same_tests(tmp_path: Path) -> None:
    """And trains that begin with the data."""
    run(study(tmp_path / "rolling", *FEW))
    run(study(tmp_path / "anchored", *FEW, "mode.anchored=true"))
    rolling, anchored = page(tmp_path / "rolling"), page(tmp_path / "anchored")
    assert [each["test"] for each in rolling["windows"]] == [each["test"] for each in anchored["windows"]]
    assert {each["train"]["start"] for each in anchored["windows"]} == {"2024-01-01T00:00:00Z"}
    assert len({each["train"]["start"] for each in rolling["windows"]}) == 3


def test_two_walks_leave_the_same_but_for_the_time(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    run(study(tmp_path / "a", *FEW))
    run(study(tmp_path / "b", *FEW, "mode.threads=1"))
    for name in FILES[:-1]:
        if name != "config.yaml":
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert page(tmp_path / "a") | {"seconds": None} == page(tmp_path / "b") | {"seconds": None}


def test_lengths_make_as_many_windows_as_fit(tmp_path: Path) -> None:
    """274 days, trains of 90 and tests of 40: four windows, and the rest is named."""
    run(
        study(
            tmp_path / "out",
            *FEW[:3],
            "mode.train=90d",
            "mode.test=40d",
            "mode.embargo=5d",
            "mode.quiet=true",
            swept={"strategy.entry.fast": (8, 13)},
        )
    )
    said = page(tmp_path / "out")
    assert [each["test"]["days"] for each in said["windows"]] == [40, 40, 40, 40]
    assert (said["embargo_days"], said["days_left_out"]) == (5, 274 - 95 - 160)
    assert "the last 19 days are in no window, because they are too few for another test" in said["warnings"]


def test_one_trial_says_that_nothing_is_chosen(tmp_path: Path) -> None:
    """It is walked all the same."""
    run(study(tmp_path / "out", *FEW, swept={}))
    said = page(tmp_path / "out")
    assert said["line"].startswith("One trial, so nothing was chosen: it made ")
    assert said["rank"] is None
    assert any(line.startswith("there is one trial, so nothing is chosen") for line in said["warnings"])


def test_too_few_bars_are_refused_before_anything_is_judged(tmp_path: Path) -> None:
    """With what would be needed."""
    words = ("mode=walk_forward", "mode.start=2024-01-01", "mode.end=2024-01-06", "mode.quiet=true")
    with pytest.raises(DataError) as refused:
        run(study(tmp_path / "out", *words, swept={}))
    assert [problem.line() for problem in refused.value.problems] == [
        "mode.windows  5 windows need at least 8 whole days, there are 6; fewer windows need less"
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        pytest.param(["mode.windows=3", "mode.test=30d"], "mode.test", id="two ways of dividing"),
        pytest.param(["mode.train=36h"], "expected whole days such as '180d' or '26w', was '36h'", id="no whole days"),
        pytest.param(["mode.objective=sharp"], "nearest is 'metrics.sharpe'", id="no such figure"),
        pytest.param(["mode.objective=analysis.daily.mean"], "without the analysis", id="a figure studies do not have"),
        pytest.param(["mode.train=9000d"], "there are 1,067 whole days", id="more than all bars"),
        pytest.param(["mode.start=2030-01-01"], "expected at least one whole day", id="no bars there"),
    ],
)
def test_what_cannot_be_walked_is_one_line_and_status_2(words: list[str], wanted: str, tmp_path: Path) -> None:
    """Typed as people type it, with a dash."""
    done = command("+strategy=ema_cross", "+account=hyro_1step", "strategy.symbols=[BTCUSDT]", "mode=walk-forward", *words, home=tmp_path)
    assert done.status == 2
    assert wanted in done.err
    assert "Traceback" not in done.err


def test_commas_on_the_command_line_are_trials(tmp_path: Path) -> None:
    """Without -m, in the order typed; the folder holds one study."""
    words = ("strategy.entry.fast=8,13", "strategy.entry.slow=range(34,56,21)", "mode.output=out", *FEW[1:])
    done = command("+strategy=ema_cross", "+account=hyro_1step", "strategy.symbols=[BTCUSDT]", "mode=walk-forward", *words, home=tmp_path)
    assert (done.status, done.out, done.err) == (0, "", "")
    said = page(tmp_path / "out")
    assert said["parameters"] == {"strategy.entry.fast": [8, 13], "strategy.entry.slow": [34, 55]}
    assert [each["values"] for each in said["each_trial"]] == [
        {"strategy.entry.fast": fast, "strategy.entry.slow": slow} for fast in (8, 13) for slow in (34, 55)
    ]
    assert not list(tmp_path.rglob("summary.json"))


def test_ctrl_c_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed among the runs."""

    def pressed(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    def told(_self: Progress, name: str) -> Any:
        return pressed if name == "runs" else None

    monkeypatch.setattr(Progress, "told", told)
    with pytest.raises(KeyboardInterrupt):
        run(study(tmp_path / "out", *FEW, swept={}))
    assert not (tmp_path / "out").exists()


def test_a_choice_whose_bars_end_before_the_test_makes_nothing_there(tmp_path: Path) -> None:
    """Beside a trial that goes on; the study is written all the same."""
    bot = study(tmp_path / "out", *FEW[:3], "mode.windows=1", swept={"strategy.entry.fast": (8, 13)})
    options, trials = Options(**bot.options), compiled(trials_of(bot), Stopwatch())
    windows = windows_of(trials, options)
    ends = windows[0].train.end_ms
    short = replace(trials[0], streams=tuple(between(stream, None, ends) for stream in trials[0].streams))
    walked = walk([short, trials[1]], windows, options, Progress())
    forced = replace(walked, train=((replace(walked.train[0][0], score=(9e9,)), walked.train[0][1]),))
    assert forced.chosen == (0,)
    assert forced.out_of_sample.profit == 0.0
    assert list(noted(forced, windows[0].test)) == []


def test_a_window_without_bars_is_named(tmp_path: Path) -> None:
    """A hole as long as a test."""
    bot: Bot = study(tmp_path / "out", *FEW, swept={"strategy.entry.fast": SWEPT["strategy.entry.fast"][:1]})
    (trial,) = compiled(trials_of(bot), Stopwatch())
    hole = replace(trial, streams=tuple(holed(stream, 19_723 + 60, 19_723 + 150) for stream in trial.streams))
    assert isinstance(hole, Compiled)
    options = Options(**study(tmp_path / "out", *FEW[:3], "mode.train=60d", "mode.test=30d", swept={}).options)
    with pytest.raises(DataError) as refused:
        windows_of([hole], options)
    assert "mode.train  the test of window 1 has no bar" in [problem.line() for problem in refused.value.problems]


def holed(stream: Any, first: int, last: int) -> Any:
    """A stream whose execution bars lack some days."""
    bars = stream.execution
    return replace(stream, execution=bars.rows((bars.open_time < first * DAY_MS) | (bars.open_time >= last * DAY_MS)))
