"""Challenge mode from a command to its files."""

from __future__ import annotations

import csv
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow.parquet as pq
import pytest

from runner.build import build
from runner.compose import compose
from runner.mode import challenge
from runner.mode.progress import Progress
from runner.model.errors import DataError, RunnerError
from runner.report.odds.files import COLUMNS, FILES
from tests.command import command
from tests.report.html.drawn import figures, named, numbers

FEW = (
    "mode=challenge",
    "mode.start=2024-01-01",
    "mode.end=2024-06-30",
    "mode.risks=[0.005,0.02]",
    "mode.curve_starts=20",
    "mode.histories=0",
)


def ran(folder: Path, *words: str) -> dict[str, Any]:
    """A short challenge in `folder`; the page it left."""
    bot = build(compose(["+strategy=ema_cross", "+account=hyro_1step", *FEW, *words]), folder)
    assert challenge.run(bot) == 0
    page: dict[str, Any] = json.loads((folder / "challenge.json").read_text())
    return page


def test_starts_are_days_and_endings_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of 2024 has 182 days; passed, causes and unfinished are all of them; the sentence comes first on the screen."""
    page = ran(tmp_path / "out")
    shares = page["shares"]
    assert page["days"] == page["starts"] == shares["starts"] == 182
    causes = sum(cause["count"] for cause in shares["causes"])
    assert shares["passed"]["count"] + causes + shares["unfinished"]["count"] == 182
    assert shares["passed"]["share"] + sum(c["share"] for c in shares["causes"]) + shares["unfinished"]["share"] == pytest.approx(
        1, abs=1e-9
    )
    assert " ".join(capsys.readouterr().out.split()).startswith(f"ema_cross on hyro_1step: {page['line']}")


def test_every_file_is_left(tmp_path: Path) -> None:
    """One row for each start, a path for some, everything in challenge.json."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)
    with (tmp_path / "out" / "starts.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["start"][:10] for row in rows[:2]] == ["2024-01-01", "2024-01-02"]
    assert sum(row["outcome"] == "passed" for row in rows) == page["shares"]["passed"]["count"]
    paths = pq.read_table(tmp_path / "out" / "paths.parquet")
    assert paths.column_names == ["start", "phase", "day", "equity", "low"]
    assert set(paths["equity"].to_pylist()[:1]) == {1.0}


def test_the_curve_holds_the_sizes_asked_for_and_the_own(tmp_path: Path) -> None:
    """Two risks and the strategy's own between them; none where none is wanted."""
    page = ran(tmp_path / "out", "mode.quiet=true")
    assert [point["risk"] for point in page["curve"]["points"]] == [0.005, 0.01, 0.02]
    assert [point["own"] for point in page["curve"]["points"]] == [False, True, False]
    assert ran(tmp_path / "none", "mode.quiet=true", "mode.risks=[]")["curve"] is None


def test_two_runs_leave_the_same_but_for_the_time(tmp_path: Path) -> None:
    """Whatever the number of threads."""
    drawn = ("mode.quiet=true", "mode.histories=6", "mode.block=10")
    first, second = ran(tmp_path / "a", *drawn), ran(tmp_path / "b", *drawn, "mode.threads=1")
    for page in (first, second):
        page.pop("seconds")
        page.pop("config_hash")
    assert first == second
    assert first["histories"]["drawn"] == 6
    for name in ("starts.csv", "paths.parquet", "challenge.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_page_is_left_out_where_nobody_wants_it(tmp_path: Path) -> None:
    """Everything else is there."""
    ran(tmp_path / "out", "mode.quiet=true", "mode.report=false")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES) - {"challenge.html"}


def test_the_page_says_what_the_json_says(tmp_path: Path) -> None:
    """To the digit: counts of the endings, days, sizes, and the histories."""
    passing = ("mode.start=2023-01-01", "mode.end=2023-12-31", "account.program.phases.challenge.rules.inactivity.severity=warn")
    said = ran(tmp_path / "out", *passing, "mode.quiet=true", "mode.histories=5", "mode.block=10")
    drawn = figures((tmp_path / "out" / "challenge.html").read_text(encoding="utf-8"))
    below = [trace for trace in drawn["starts"]["data"] if trace.get("yaxis") == "y2"]
    count = {trace["name"]: len(numbers(trace["x"])) for trace in below}
    shares = said["shares"]
    wanted = {f"failed: {cause['cause']}": cause["count"] for cause in shares["causes"]}
    wanted |= {"passed": shares["passed"]["count"], "unfinished": shares["unfinished"]["count"]}
    assert count == {name: many for name, many in wanted.items() if many}
    assert numbers(drawn["days"]["data"][0]["y"]).sum() == said["days_to_pass"]["count"]
    assert drawn["days"]["layout"]["shapes"][0]["x0"] == pytest.approx(said["days_to_pass"]["median"])
    points = said["curve"]["points"]
    odds = named(drawn["endings"], "odds, 95 % interval")
    assert odds["y"] == pytest.approx([point["odds"]["value"] for point in points], abs=1e-8)
    assert named(drawn["worth"], "lost before the first payout (right)")["y"] == pytest.approx(
        [point["lost_first"]["value"] for point in points], abs=1e-8
    )
    beside = {trace["y"][0]: trace["x"][0] for trace in drawn["beside"]["data"]}
    assert beside["this history, every day"] == pytest.approx(said["odds"]["value"], abs=1e-8)
    assert beside["5 drawn histories"] == pytest.approx(said["histories"]["odds"]["value"], abs=1e-8)
    bars = drawn["histories"]["data"][0]
    assert (numbers(bars["x"]) * numbers(bars["y"])).sum() / 5 == pytest.approx(said["histories"]["odds"]["value"])


def test_histories_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Their odds, how many, from when to when, on the screen and in challenge.json; starts are spread over each."""
    page = ran(tmp_path / "out", "mode.histories=5", "mode.block=10", "mode.seed=3")
    found = page["histories"]
    assert (found["planned"], found["drawn"], found["seed"], found["block_days"]) == (5, 5, 3, 10.0)
    assert (found["from"], found["until"]) == ("2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z")
    assert found["shares"]["starts"] == 5 * 20
    assert len(found["passed"]["each"]) == 5
    screen = " ".join(capsys.readouterr().out.split())
    assert "Histories that might have been - 5 drawn in blocks of 10 days on average, seed 3:" in screen


def test_too_little_to_draw_from_is_said_and_the_rest_stands(tmp_path: Path) -> None:
    """A single day: no histories, with the reason among the warnings."""
    page = ran(tmp_path / "out", "mode.start=2024-01-01", "mode.end=2024-01-01", "mode.histories=5", "mode.quiet=true")
    assert page["histories"] is None
    assert page["warnings"][0].startswith("no histories were drawn: there is too little time to draw histories from; BTCUSDT")
    assert any("get the firm's consent in writing" in line for line in page["warnings"]), "the open questions stand there too"
    assert page["starts"] == 1


def test_an_account_without_a_target_is_refused_in_one_line(tmp_path: Path) -> None:
    """Nothing to pass, nothing computed, exit status 2."""
    told = command("+strategy=ema_cross", "+account=own_money", "mode=challenge", home=tmp_path)
    assert told.status == 2
    said = "account own_money has no profit target from its phase trading on, so there is nothing to pass"
    assert told.err == f"{said}; choose the account of an evaluation\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        pytest.param(("mode.risks=[2]",), DataError, id="a risk of twice the balance"),
        pytest.param(("mode.start=2031-01-01", "mode.end=null"), DataError, id="a stretch without bars"),
        pytest.param(("mode.risks=[0]",), RunnerError, id="a risk of nothing"),
        pytest.param(("mode.start=2024-07-01",), RunnerError, id="an end before the start"),
        pytest.param(("mode.accounts=0",), RunnerError, id="chains of no account"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, words: tuple[str, ...], error: type[RunnerError]) -> None:
    """Each mistake is said, and nothing is left behind."""
    with pytest.raises(error):
        ran(tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_a_sweep_prints_the_sentence_of_each_job(tmp_path: Path) -> None:
    """One line a job, with what a person would repeat."""
    words = ["+strategy=ema_cross,buy_and_hold", "+account=hyro_1step", *FEW[:3], "mode.risks=[]", "mode.quiet=true", "-m"]
    told = command(*words, home=tmp_path)
    assert told.status == 0
    assert told.out.count(" % pass (95 % CI ") == 2


def test_ctrl_c_before_the_first_start_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted, without a traceback of its own and without a folder."""
    bot = build(compose(["+strategy=ema_cross", "+account=hyro_1step", *FEW[:2]]), tmp_path / "out")

    @contextmanager
    def at_once(halt: Event) -> Iterator[None]:
        halt.set()
        yield

    monkeypatch.setattr(challenge, "noted", at_once)
    with pytest.raises(KeyboardInterrupt):
        challenge.run(bot)
    assert not (tmp_path / "out").exists()


def test_ctrl_c_among_the_sizes_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every start is kept, what is missing is named, and the command ends as interrupted."""
    bot = build(compose(["+strategy=ema_cross", "+account=hyro_1step", *FEW[:2], "mode.risks=[0.01,0.02]"]), tmp_path / "out")

    def told(_self: Progress, name: str) -> Any:
        return lambda _done, _whole: signal.raise_signal(signal.SIGINT) if "2 % risk" in name else None

    monkeypatch.setattr(Progress, "told", told)
    with pytest.raises(KeyboardInterrupt):
        challenge.run(bot)
    page = json.loads((tmp_path / "out" / "challenge.json").read_text())
    assert (page["stopped"], page["starts"]) == (True, page["days"])
    assert "stopped before every risk size was run" in page["warnings"]


def test_ctrl_c_reports_what_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed while starts are counted: files and screen say after how many, and the command ends as interrupted."""
    bot = build(compose(["+strategy=ema_cross", "+account=hyro_1step", *FEW[:2], "mode.threads=1"]), tmp_path / "out")

    def told(_self: Progress, _name: str) -> Any:
        def count(done: int, _whole: int) -> None:
            if done >= 40:
                raise KeyboardInterrupt

        return count

    monkeypatch.setattr(Progress, "told", told)
    with pytest.raises(KeyboardInterrupt):
        challenge.run(bot)
    page = json.loads((tmp_path / "out" / "challenge.json").read_text())
    assert page["stopped"]
    assert 40 <= page["starts"] < page["days"]
    assert page["curve"] is None
    assert f"stopped after {page['starts']} of {page['days']:,} starts" in " ".join(capsys.readouterr().out.split())
