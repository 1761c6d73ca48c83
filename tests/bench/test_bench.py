"""The benchmark runs end to end on small sizes; how fast anything is, is not asked here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from benchmarks import single  # noqa: E402 - scripts are no package of the project
from benchmarks.peers import BACKTESTING, CALLED, PINS, PeerMissingError, environment, supported  # noqa: E402
from benchmarks.record import AGAIN, BARE, COLD, FIRST, OURS, PROCESS, Bar, Row, append, newest, with_ratios  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def bench(*words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as CI has it: the same interpreter, nobody else measured unless asked."""
    command = [sys.executable, str(ROOT / "scripts" / "bench.py"), *words]
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(Path.home())} | more
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environ)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a quick round of every part leaves."""
    place = tmp_path_factory.mktemp("bench")
    options = ["--quick", "--no-peers", "--date", "2026-01-02", "--output", str(place / "docs" / "benchmarks.md")]
    done = bench(*options, folder=place)
    assert done.returncode in {0, 1}, done.stderr  # 1: this machine is slow; 2 would be a measurement that did not run
    return place


@pytest.fixture(scope="module")
def lines(folder: Path) -> list[dict[str, Any]]:
    """The JSON lines."""
    return [json.loads(line) for line in (folder / "bench.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    """The page."""
    return (folder / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_each_line_says_what_of_whom_how_much_and_where(lines: list[dict[str, Any]]) -> None:
    """Every part left lines, each with its seconds, its memory and the machine."""
    assert {line["part"] for line in lines} == {"single", "scaling", "symbols", "sweep", "starts", "startup"}
    for line in lines:
        assert line["seconds"] > 0, line
        assert line["n"] >= 1, line
        assert line["measured"]["cores"] >= 1, line
        assert line["peak_bytes"] > 2**20, line
    assert {line["timed"] for line in lines if line["part"] == "single" and line["who"] == OURS} == {FIRST, AGAIN, PROCESS}


def test_rules_far_away_refuse_no_trade(lines: list[dict[str, Any]]) -> None:
    """With the rule book, without it, and on cold memory: the same signals were traded."""
    counts = {line["who"]: line["figures"]["trades"] for line in lines if line["part"] == "single" and line["timed"] == FIRST}
    assert counts[OURS] == counts[BARE] == counts[COLD] > 50


def test_a_sweep_has_computed_every_combination(lines: list[dict[str, Any]]) -> None:
    """Four jobs: their trades, and the stages of all of them together."""
    (whole,) = [line for line in lines if line["part"] == "sweep" and line["timed"] == PROCESS]
    assert whole["n"] == 4
    assert whole["figures"]["trades"] > 4 * 50
    stages = sum(whole["figures"][stage] for stage in ("columns", "plans", "machine"))
    assert whole["figures"]["computing"] * whole["figures"]["at_once"] == pytest.approx(stages)
    assert 1 <= whole["figures"]["at_once"] <= min(4, os.cpu_count() or 1)
    assert 0 < stages < whole["seconds"]


def test_the_page_says_when_on_what_and_how_long(page: str) -> None:
    """Date, machine, and a table for every part; each bar judged."""
    assert "- date: 2026-01-02\n" in page
    assert re.search(r"^- machine: .+, \d+ cores", page, re.MULTILINE)
    assert re.search(r"^- load of the machine when each part began: single \d", page, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert [heading.split()[0] for heading in headings] == ["One", "From", "Many", "A", "A", "Starting", "What"]
    for stage in ("columns", "plans", "machine"):
        assert re.search(rf"^\| {stage}, 5,000 bars \| [\d.]+ s \| [\d.]+ s \| [\d.]+ s \| [\d.]+ s \|$", page, re.MULTILINE), stage
    assert len(re.findall(r"\| (?:yes|\*\*no\*\*) \|$", page, re.MULTILINE)) == 7


def test_pictures_are_drawn_with_a_line_for_each_stage(folder: Path) -> None:
    """Both parse, and have five lines with as many dots as sizes."""
    for name in ("scaling", "symbols"):
        drawn = ET.fromstring((folder / "docs" / "pictures" / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own picture
        assert len(drawn.findall(f"{SVG}polyline")) == 5
        assert len(drawn.findall(f"{SVG}circle")) == 5 * 2


def test_one_part_measured_again_makes_the_page_anew(folder: Path, lines: list[dict[str, Any]]) -> None:
    """The other parts stand as they were measured before; the newest measurement of a part counts."""
    again = folder / "again.md"
    done = bench("--quick", "--no-peers", "--only", "starts", "--output", str(again), folder=folder)
    assert done.returncode in {0, 1}, done.stderr
    assert again.read_text(encoding="utf-8").count("\n## ") == 7
    whole = newest(folder / "bench.jsonl")
    assert len(whole["starts"][0]) == 1
    assert len(whole["single"][0]) == len([line for line in lines if line["part"] == "single"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "sweeps"], "expected some of single, scaling, symbols, sweep, starts, startup, was 'sweeps'"),
        (["--only", ","], "expected some of single"),
        (["--sizes", "1000,ten"], "expected a whole number above zero, was 'ten'"),
        (["--rounds", "0"], "expected a whole number above zero, was '0'"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_measured(words: list[str], said: str, tmp_path: Path) -> None:
    """Exit status 2, and what was expected."""
    done = bench(*words, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_peer_that_cannot_be_installed_is_said_and_is_a_failure(tmp_path: Path) -> None:
    """No package index: one line for each peer on the page, exit status 1, the rest measured."""
    out = tmp_path / "page.md"
    options = ["--only", "single", "--quick", "--peers", str(tmp_path / "peers"), "--output", str(out)]
    done = bench(*options, folder=tmp_path, PIP_NO_INDEX="1")
    assert done.returncode == 1, done.stderr
    assert len(re.findall(r"^not measured: \S+ could not be installed: ERROR", done.stderr, re.MULTILINE)) == 2
    assert out.read_text(encoding="utf-8").count("**Not measured**") == 2
    assert not list((tmp_path / "peers").iterdir())


def test_backtesting_py_trades_what_ours_trades(tmp_path: Path) -> None:
    """Nearly every signal is the same trade with the same result; it comes from this environment, where it is at home as well."""
    rows = single.measure(tmp_path, {BACKTESTING: [sys.executable, "-m", f"peers.{BACKTESTING}"]}, [5_000], 1)
    theirs = next(row for row in rows if row.who == CALLED[BACKTESTING] and row.timed == FIRST)
    own = next(row for row in rows if row.who == BARE and row.timed == FIRST)
    assert theirs.ratio is not None
    assert theirs.figures["shared"] >= 0.97 * own.figures["trades"]
    assert theirs.figures["same_result"] >= 0.8 * theirs.figures["shared"]
    assert theirs.figures["profit"] == pytest.approx(own.figures["profit"], rel=0.05)


def test_pins_name_versions_and_no_place() -> None:
    """Every line pins one version; no index address is written down; the first line names the versions of Python."""
    for file in PINS.glob("*.txt"):
        first, *pins = file.read_text(encoding="utf-8").splitlines()
        assert supported(file) == ("3.13", "3.12"), first
        assert len(pins) > 10
        assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", pin) for pin in pins), file


def test_without_an_interpreter_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of Python that nobody has."""
    (tmp_path / "backtesting.txt").write_text("# python 3.99\nbacktesting==0.6.6\n", encoding="utf-8")
    monkeypatch.setattr("benchmarks.peers.PINS", tmp_path)
    with pytest.raises(PeerMissingError, match=r"backtesting.py needs Python 3.99; none was found"):
        environment(BACKTESTING, tmp_path)


def test_ratios_are_theirs_over_ours_of_the_same_figure() -> None:
    """Of the same part, size and timing; none for ours, none where ours was not measured."""
    rows = [
        Row(part="single", who=OURS, n=10, timed=FIRST, seconds=2.0),
        Row(part="single", who="x", n=10, timed=FIRST, seconds=9.0),
        Row(part="single", who="x", n=10, timed=AGAIN, seconds=3.0),
        Row(part="single", who="x", n=20, timed=FIRST, seconds=8.0),
    ]
    assert [row.ratio for row in with_ratios(rows)] == [None, 4.5, None, None]


def test_what_was_measured_comes_back_from_its_lines(tmp_path: Path) -> None:
    """Two runs of one part on one file: the second counts, whole."""
    file, row = tmp_path / "lines.jsonl", Row(part="starts", who=OURS, n=5, timed=FIRST, seconds=1.5, peak_bytes=7)
    append(file, [row, row], {"at": "one"})
    append(file, [row], {"at": "two"})
    assert newest(file) == {"starts": ([row], {"at": "two"})}


@pytest.mark.parametrize(("found", "at_least", "kept"), [(1.0, False, True), (1.01, False, False), (1.0, True, True), (0.99, True, False)])
def test_a_bar_is_kept_up_to_its_bound(found: float, at_least: bool, kept: bool) -> None:
    """At the bound it holds, both ways."""
    bar = Bar(what="it", found=found, bound=1, unit="×", at_least=at_least)
    assert bar.kept is kept
    assert bar.row().endswith("yes |" if kept else "**no** |")
